// 建档立卡: areas, households, members, yearly reports, and their bulk import.
#include "common/log/log.h"
#include "common/operations/runner.h"
#include "common/service/program.h"
#include "services/registration/migrations/migrations.h"
#include "services/registration/rpc/dictionary_cache.h"
#include "services/registration/rpc/import_rpc.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/rpc/register_tables.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

constexpr int kDeltasAtOnce = 10'000;
constexpr int kJobsAtOnce = 2;
constexpr int kUnneededAtOnce = 10'000;  // rows of a table

absl::Status Fold(db::Tx& tx) {
  store::FoldDeltas(tx, kDeltasAtOnce);
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
  rpc::Dispatcher& dispatcher = platform.MakeDispatcher(dictionaries.lookup());
  RegisterTables tables(registration, dispatcher);
  operations::Runner runner(platform.database(),
                            {{kImportKind, ImportBody(registration)}, {kMatchingKind, MatchingBody(registration)}},
                            kJobsAtOnce);
  ImportTables imports(registration, dispatcher, [&runner] { runner.Wake(); });
  std::vector<rpc::ServiceTable*> all = tables.all();
  all.push_back(imports.table());
  MatchingTables matching(registration, dispatcher, [&runner] { runner.Wake(); });
  for (rpc::ServiceTable* table : matching.all()) all.push_back(table);
  return platform.Serve(all, {Fold, DeleteUnneeded, [](db::Tx& tx) { return PurgeMatching(tx, absl::Now()); }});
}

}  // namespace
}  // namespace bangfu::registration

int main(int argc, char** argv) {
  using namespace bangfu;
  return service::Run({.name = "registration", .migrations = registration::Migrations(), .serve = registration::Serve},
                      argc, argv);
}
