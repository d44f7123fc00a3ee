#include "services/registration/rpc/import_effects.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/rpc/effects.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

absl::Status TellOfImport(db::Tx& tx, const ImportRun& run, const store::ImportRecord& import,
                          const store::Author& author, const store::RowsByHousehold& written, bool undone) {
  audit::v1::AuditRecord record;
  record.set_service(std::string(store::kService));
  record.set_method(absl::StrCat("bangfu.registration.v1.ImportService.", author.method));
  record.set_subject(author.subject);
  record.set_session(run.origin.session);
  record.set_trace(run.origin.trace);
  store::SetTime(author.time, record.mutable_time());
  record.set_result("OK");
  rpc::Effects effects(std::move(record));
  const std::string import_id = import.id.ToString();
  effects.ActOn(import_id, import.area);
  std::map<int64_t, v1::ImportCommitted> villages;
  for (const auto& [household, village] : store::LoadVillagesOf(tx, written)) {
    v1::ImportCommitted& committed = villages[village];
    committed.set_import_id(import_id);
    committed.add_household_ids(ids::RecordId{household.first, household.second}.ToString());
    committed.set_row_count(committed.row_count() + written.at(household));
    committed.set_undone(undone);
  }
  for (const auto& [village, committed] : villages) effects.Emit(committed, import_id, village);
  return effects.Flush(tx);
}

}  // namespace bangfu::registration
