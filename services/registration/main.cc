// 建档立卡: the register of households, and what is done with it: identification, exit, monitoring, quality,
// statistics.
#include <map>
#include <string>
#include <vector>

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
#include "services/registration/rpc/matching_rpc.h"
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
  return PurgeMatching(tx, absl::Now());
}

// What is done in the background, by kind of operation.
std::map<std::string, operations::Runner::Body> JobBodies(const Registration& registration) {
  return {{kImportKind, ImportBody(registration)},
          {kAreaReformKind, AreaReformBody(registration)},
          {kMonitoringRunKind, MonitoringRunBody(registration)},
          {kQualityKind, QualityBody(registration)},
          {kMatchingKind, MatchingBody(registration)}};
}

void AddProcedures(const Registration& registration, procedure::ProcedureHost* host) {
  AddIdentificationProcedures(registration, host);
  AddExitProcedures(registration, host);
  AddMonitoringProcedures(registration, host);
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
  const procedure::ProcedureHost& procedures = platform.procedures();
  AddProcedures(registration, &platform.procedures());
  rpc::Dispatcher& dispatcher = platform.MakeDispatcher(dictionaries.lookup());
  operations::Runner runner(platform.database(), JobBodies(registration), kJobsAtOnce);
  const auto wake = [&runner] { runner.Wake(); };
  RegisterTables tables(registration, dispatcher);
  ImportTables imports(registration, dispatcher, wake);
  ManagementTables management(registration, dispatcher, wake);
  StatisticsTables statistics(registration, dispatcher);
  IdentificationTables identification(registration, procedures, dispatcher);
  ExitTables exits(registration, procedures, dispatcher);
  MonitoringTables monitoring(registration, dispatcher, procedures, wake);
  QualityTables quality(registration, dispatcher, wake);
  MatchingTables matching(registration, dispatcher, wake);
  std::vector<rpc::ServiceTable*> all = {imports.table(), statistics.table(), identification.table(),
                                         monitoring.table(), quality.table()};
  for (const auto& some : {tables.all(), management.all(), exits.all(), matching.all()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return platform.Serve(all, {Fold, FoldStatistics, DeleteUnneeded});
}

}  // namespace
}  // namespace bangfu::registration

int main(int argc, char** argv) {
  using namespace bangfu;
  return service::Run({.name = "registration", .migrations = registration::Migrations(), .serve = registration::Serve},
                      argc, argv);
}
