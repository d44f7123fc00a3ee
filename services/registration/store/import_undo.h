// What an import wrote, found again in the register to be taken back.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_UNDO_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_UNDO_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "google/protobuf/message.h"
#include "services/registration/domain/import_table.h"
#include "services/registration/store/author.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration::store {

// Households of one county that the import wrote, in order of id; at least one.
struct UndoPage {
  int32_t shard = 0;
  std::vector<int64_t> households;
};
// Up to `limit` of them behind `import.undone`; nothing when there are no more.
std::optional<UndoPage> NextUndoPage(db::Tx& tx, const ImportRecord& import, int limit);

// A record of which the import wrote a version.
struct WrittenRecord {
  domain::Table table = domain::Table::kHousehold;
  int64_t household = 0;
  int64_t record = 0;          // household, member, or year of a report
  bool current = false;        // the version in force is the import's
  int64_t former_version = 0;  // the last one before the import's; 0 if the import made the record or made it anew
};
std::vector<WrittenRecord> FindWritten(db::Tx& tx, const ids::RecordId& import, int32_t shard,
                                       const std::vector<int64_t>& households);

// Records of one county as they were before the import.
class FormerRecords {
 public:
  // Of those that had a version before.
  FormerRecords(db::Tx& tx, int32_t shard, absl::Span<const WrittenRecord> records);
  // One of them. DATA_LOSS if it is damaged or not there.
  absl::Status Read(const crypto::Sealer& sealer, const WrittenRecord& record,
                    google::protobuf::Message* message) const;

 private:
  int32_t shard_;
  std::map<std::tuple<domain::Table, int64_t, int64_t>, std::string> bodies_;  // sealed; by table, household and record
};

// Takes away reports of one county that the import made. What they said is kept as a superseded version, and behind it
// an empty one that was known for no time: it says who took the report away, and the next report goes on from it.
void DeleteIncomes(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                   const std::vector<v1::Income>& incomes);
void DeleteLivingConditions(db::Tx& tx, const crypto::Sealer& sealer, const Author& author,
                            const std::vector<v1::LivingCondition>& conditions);

// Reports that the records were changed since the import and stay, by the rows of the files as far as they are staged.
void ReportChangedSince(db::Tx& tx, const ids::RecordId& import, int32_t shard,
                        absl::Span<const WrittenRecord> records);

// Sets an undo that took nothing back to its beginning.
void RestartUndo(db::Tx& tx, const ids::RecordId& import);

// Moves the checkpoint.
void AdvanceUndo(db::Tx& tx, const ids::RecordId& import, const ids::RecordId& undone);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_UNDO_H_
