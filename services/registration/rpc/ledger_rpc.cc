// StatisticsService: the three ledgers, household by household.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "services/registration/domain/ledger.h"
#include "services/registration/rpc/list_request.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/exit_plan_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/poverty_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

// What the pages of a ledger are listed by: the list of households that it shows.
v1::ListHouseholdsRequest HouseholdsOf(const v1::ListLedgerEntriesRequest& request) {
  v1::ListHouseholdsRequest households;
  households.set_area(request.area());
  households.set_filter(request.filter());
  households.set_page_size(request.page_size());
  households.set_page_token(request.page_token());
  return households;
}

// The facts beside the records of a page, by household.
std::map<std::string, domain::LedgerFacts> LoadFacts(db::Tx& tx, const std::vector<v1::Household>& households) {
  std::vector<ids::RecordId> ids;
  std::set<int64_t> villages;
  for (const v1::Household& household : households) {
    ids.push_back(store::IdOf(household.household_id()));
    villages.insert(AreaNumber(household.area()));
  }
  std::map<std::string, std::vector<std::pair<int32_t, int64_t>>> targets;
  for (const v1::ExitPlan& plan : store::LoadExitPlans(tx, {villages.begin(), villages.end()})) {
    const int64_t households = plan.targets().household_count();
    if (households > 0) targets[plan.area()].emplace_back(plan.year(), households);
  }
  const auto incomes = store::LoadIncomesPerHead(tx, ids);
  std::map<std::string, domain::LedgerFacts> facts;
  for (const v1::Household& household : households) {
    domain::LedgerFacts& known = facts[household.household_id()];
    known.village_targets = targets[household.area()];
    const auto found = incomes.find(household.household_id());
    if (found == incomes.end()) continue;
    for (const store::YearlyIncome& income : found->second) {
      known.incomes.emplace_back(income.year, income.net_per_capita_fen);
    }
  }
  return facts;
}

}  // namespace

absl::StatusOr<v1::ListLedgerEntriesResponse> StatisticsRpc::ListLedgerEntries(
    rpc::Call& call, const v1::ListLedgerEntriesRequest& request) {
  const v1::ListHouseholdsRequest listed = HouseholdsOf(request);
  const std::string bounds = absl::StrCat("ledger\n", request.ledger(), "\n", request.area());
  ASSIGN_OR_RETURN(store::ListQuery query, ListQueryOf(listed, bounds, store::HouseholdFilterColumns(), registration_));
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  using Result = absl::StatusOr<v1::ListLedgerEntriesResponse>;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Result {
    ASSIGN_OR_RETURN(const auto page, store::ListHouseholds(tx, registration_.sealer(), query));
    const auto facts = LoadFacts(tx, page.records);
    const auto label = [&](const std::string& dictionary, const std::string& code) {
      return registration_.dictionaries->LabelOf(dictionary, code);
    };
    v1::ListLedgerEntriesResponse response;
    for (const v1::Household& household : page.records) {
      *response.add_entries() =
          domain::MakeLedgerEntry(request.ledger(), household, facts.at(household.household_id()), label);
    }
    if (page.more) {
      response.set_next_page_token(registration_.page_tokens->Seal(QueryName(listed, bounds), page.last_key));
    }
    return response;
  });
}

}  // namespace bangfu::registration
