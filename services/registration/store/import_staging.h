// The staged rows of an import: copied in batches by the check, judged household by household, read by the commit.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STAGING_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STAGING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/import_household.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::store {

using domain::Table;
using domain::Verdict;

// Staged rows with a greater number stand for registered households that AC01 does not name.
inline constexpr int64_t kLastFileRow = 1'000'000'000;

// A row to be staged. Sealed values are in clear; they are sealed for rows that will be written and left out else.
struct StagedRow {
  int64_t row_number = 0;
  Verdict verdict = Verdict::kWrong;
  std::string household_key;          // AC01 only
  int64_t household_row = 0;          // others; 0 if there is no such household
  ids::RecordId id;                   // of the household or member
  int64_t household_id = 0;           // others
  int64_t area = 0;                   // village of the household; AB01 only
  bool household_registered = false;  // AB01 only
  int64_t base_version = 0;           // 0 for a new record
  std::string id_digest;              // AB01: of the identity number
  std::vector<domain::Value> values;  // by ImportColumn.index; empty if unreadable
  std::string declared_head;          // AC01
  domain::Value declared;             // AC01: members; AC07: income per head
};

// A value that will change, as people read it.
struct StagedChange {
  int64_t row_number = 0;
  int column = 0;
  std::string before, after;
};

// Statements over a whole import take as long as they take, and wait for whoever changes the same households: lifts
// the bounds on both until the end of the transaction.
void AllowLongStatements(db::Tx& tx);

// Removes everything that a former check left.
void ClearStaging(db::Tx& tx, const ids::RecordId& import);

// Removes the staged rows that were not written. The others tell an undo in which row a record stood.
void ClearUnwritten(db::Tx& tx, const ids::RecordId& import);

// These use COPY; the transaction runs nothing else at the same time.
void CopyRows(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& import, Table table,
              const std::vector<StagedRow>& rows);
void CopyFindings(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<domain::Finding>& findings);
void CopyChanges(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<StagedChange>& changes);

// A staged household that rows of other files refer to.
struct StagedHousehold {
  int64_t row_number = 0;
  ids::RecordId id;
  int64_t area = 0;
  bool registered = false;
  bool ambiguous = false;  // the key is that of a household in another county, too
  bool ordinary = false;   // registered, but not one of the poor
};
// By key; the first of several in one county. Keys that are not staged are left out. Whether a key is ambiguous is
// looked up only for an import of `several_counties`.
absl::flat_hash_map<std::string, StagedHousehold> FindStaged(db::Tx& tx, const ids::RecordId& import,
                                                             const std::vector<std::string>& keys,
                                                             bool several_counties);

// Reports rows that repeat a household, a person or a household's year, each with the number of another, as wrong.
void RefuseDuplicates(db::Tx& tx, const ids::RecordId& import);

// Households with all their rows, in order, behind the staged row `after`; `limit` of them.
struct StagedFamilies {
  std::vector<domain::ImportedHousehold> households;
  std::vector<int64_t> staged_rows;  // of each
};
StagedFamilies LoadFamilies(db::Tx& tx, const ids::RecordId& import, int64_t after, int limit);

// Makes every row of these households wrong.
void RefuseHouseholds(db::Tx& tx, const ids::RecordId& import, const std::vector<int64_t>& staged_rows);

// Makes these rows of a file wrong.
void RefuseRows(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<int64_t>& row_numbers);

// Tells the planner what was staged. The statements over a whole import come after it.
void Analyze(db::Tx& tx);

// Says that the check came to its end, so that what is staged may be written.
void FinishStaging(db::Tx& tx, const ids::RecordId& import);

// Whether a check came to its end and what it staged is still there: unlogged tables are empty after a crash of the
// database, and what lies about for long is removed. An import without any row can be staged, too.
bool IsStaged(db::Tx& tx, const ids::RecordId& import);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STAGING_H_
