#include "services/registration/rpc/import_effects.h"

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/rpc/effects.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

absl::Status TellOfImport(db::Tx& tx, const store::ImportRecord& import, const store::Author& author,
                          const absl::btree_set<std::pair<int32_t, int64_t>>& households, int64_t row_count,
                          bool undone) {
  audit::v1::AuditRecord record;
  record.set_service(std::string(store::kService));
  record.set_method(absl::StrCat("bangfu.registration.v1.ImportService.", author.method));
  record.set_subject(author.subject);
  store::SetTime(author.time, record.mutable_time());
  record.set_result("OK");
  rpc::Effects effects(std::move(record));
  const std::string import_id = import.id.ToString();
  effects.ActOn(import_id, import.area);
  v1::ImportCommitted committed;
  committed.set_import_id(import_id);
  for (const auto& [shard, number] : households) committed.add_household_ids(ids::RecordId{shard, number}.ToString());
  committed.set_row_count(row_count);
  committed.set_undone(undone);
  effects.Emit(committed, import_id, import.area);
  return effects.Flush(tx);
}

}  // namespace bangfu::registration
