// Writes the staged rows of an import to the register, part by part.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COMMIT_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COMMIT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/store/author.h"
#include "services/registration/store/import_written.h"

namespace bangfu::registration::store {

// Consecutive staged households with all their rows: (after, last].
struct ImportPart {
  int64_t after = 0;
  int64_t last = 0;
  int households = 0;
};
std::optional<ImportPart> NextPart(db::Tx& tx, const ids::RecordId& import, int64_t after, int limit);

// Rows of a part that were written, by table and by household.
struct Written {
  std::array<int64_t, domain::kTables.size()> rows = {};
  RowsByHousehold households;

  int64_t& Of(domain::Table table) { return rows[static_cast<int>(table) - 1]; }
};

// Writes the new households of the part with their members, claims and counts. False if a number or an identity was
// taken since the check: roll back, weed out, try again.
bool InsertNewHouseholds(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Author& author,
                         const std::string& as_of, Written* written);

// Writes the new yearly reports of the part; the members of their households have been written. False if there is one
// for the year since the check.
bool InsertNewReports(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Author& author,
                      Written* written);

// A staged row that concerns a registered household: a change, or a person who joins.
struct StagedChangeRow {
  domain::Table table = domain::Table::kHousehold;
  int64_t row_number = 0;
  ids::RecordId id;  // of the household or member
  ids::RecordId household;
  int64_t base_version = 0;           // 0: new
  std::vector<domain::Value> values;  // sealed ones opened
};
absl::StatusOr<std::vector<StagedChangeRow>> LoadChangeRows(db::Tx& tx, const crypto::Sealer& sealer,
                                                            const ids::RecordId& import, const ImportPart& part);

// Makes staged rows wrong whose number or identity was taken since the check, and reports them; how many.
int64_t WeedOut(db::Tx& tx, const ids::RecordId& import, const ImportPart& part);

// Makes these staged rows wrong, with the finding that their record was changed since the check.
void RefuseOutdated(db::Tx& tx, const ids::RecordId& import, const std::vector<StagedChangeRow>& rows);

// Moves the checkpoint behind the part, counts what was written and keeps which households it was. Waits for the part
// before if that is being written; false if it was not: roll back.
bool Advance(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Written& written, absl::Time now);

// Sets the checkpoint back to the beginning, for a staging that was made anew.
void Rewind(db::Tx& tx, const ids::RecordId& import);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_COMMIT_H_
