// 建档立卡: areas, households, members, yearly reports, their bulk import and dynamic management.
#include "common/log/log.h"
#include "common/operations/runner.h"
#include "common/service/program.h"
#include "services/registration/migrations/migrations.h"
#include "services/registration/rpc/area_reform_run.h"
#include "services/registration/rpc/dictionary_cache.h"
#include "services/registration/rpc/exit_procedures.h"
#include "services/registration/rpc/exit_tables.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/import_rpc.h"
#include "services/registration/rpc/management_tables.h"
#include "services/registration/rpc/monitoring_procedure.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_run.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/rpc/quality_rpc.h"
#include "services/registration/rpc/quality_run.h"
#include "services/registration/rpc/register_tables.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/statistic_store.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

constexpr int kDeltasAtOnce = 10'000;
constexpr int kDueAtOnce = 5'000;  // households
constexpr int kImportsAtOnce = 2;
constexpr int kJobsAtOnce = 2;
constexpr int kUnneededAtOnce = 10'000;  // rows of a table

absl::Status Fold(db::Tx& tx) {
  store::FoldDeltas(tx, kDeltasAtOnce);
  store::FoldPopulation(tx, kDeltasAtOnce);
  return absl::OkStatus();
}

absl::Status FoldStatistics(db::Tx& tx) {
  store::FoldDue(tx, kDueAtOnce);
  return absl::OkStatus();
}

absl::Status DeleteUnneeded(db::Tx& tx) {
  store::DeleteUnneeded(tx, kUnneededAtOnce);
  return absl::OkStatus();
}

absl::Status Serve(service::Platform& platform) {
  AddPolicies(&platform.policy_kinds());
  AddRules(&platform.policy_rules());
  DictionaryCache dictionaries(platform.database());
  // Without its database the service starts all the same, and is not ready until the database has come.
  if (absl::Status loaded = dictionaries.Refresh(); !loaded.ok()) log::Warning("dictionaries_not_loaded");
  dictionaries.Start();
  const Registration registration{.write = platform.write_context(),
                                  .page_tokens = &platform.page_tokens(),
                                  .dictionaries = &dictionaries,
                                  .policies = &platform.policies()};
  AddIdentificationProcedures(registration, &platform.procedures());
  rpc::Dispatcher& dispatcher = platform.MakeDispatcher(dictionaries.lookup());
  RegisterTables tables(registration, dispatcher);
  operations::Runner runner(platform.database(),
                            {{kImportKind, ImportBody(registration)}, {kAreaReformKind, AreaReformBody(registration)}},
                            kImportsAtOnce);
  operations::Runner runner(
      platform.database(),
      {{kImportKind, ImportBody(registration)}, {kMonitoringRunKind, MonitoringRunBody(registration)}}, kImportsAtOnce);
                            {{kImportKind, ImportBody(registration)}, {kQualityKind, QualityBody(registration)}},
                            kJobsAtOnce);
  ImportTables imports(registration, dispatcher, [&runner] { runner.Wake(); });
  ManagementTables management(registration, dispatcher, [&runner] { runner.Wake(); });
  StatisticsTables statistics(registration, dispatcher);
  AddExitProcedures(registration, &platform.procedures());
  ExitTables exits(registration, platform.procedures(), dispatcher);
  IdentificationTables identification(registration, platform.procedures(), dispatcher);
  AddMonitoringProcedures(registration, &platform.procedures());
  MonitoringTables monitoring(registration, dispatcher, platform.procedures(), [&runner] { runner.Wake(); });
  QualityTables quality(registration, dispatcher, [&runner] { runner.Wake(); });
  std::vector<rpc::ServiceTable*> all = tables.all();
  all.push_back(imports.table());
  for (rpc::ServiceTable* table : management.all()) all.push_back(table);
  all.push_back(statistics.table());
  for (rpc::ServiceTable* table : exits.all()) all.push_back(table);
  all.push_back(identification.table());
  all.push_back(monitoring.table());
  all.push_back(quality.table());
  return platform.Serve(all, {Fold, FoldStatistics, DeleteUnneeded});
}

}  // namespace
}  // namespace bangfu::registration

int main(int argc, char** argv) {
  using namespace bangfu;
  return service::Run({.name = "registration", .migrations = registration::Migrations(), .serve = registration::Serve},
                      argc, argv);
}
