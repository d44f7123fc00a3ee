// The kinds of policy that the register decides by, and its rules that can be replayed.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_

#include "common/policy/kind.h"
#include "common/policy/rules.h"

namespace bangfu::registration {

// Names by which decisions know their rule; never changed.
inline constexpr char kHouseholdExit[] = "HOUSEHOLD_EXIT";
inline constexpr char kVillageExit[] = "VILLAGE_EXIT";
inline constexpr char kCountyExit[] = "COUNTY_EXIT";
inline constexpr char kSplitGuard[] = "SPLIT_GUARD";
inline constexpr char kIncomeByNeeds[] = "INCOME_BY_NEEDS";
inline constexpr char kHouseholdScore[] = "HOUSEHOLD_SCORE";
inline constexpr char kHouseholdEntry[] = "HOUSEHOLD_ENTRY";
inline constexpr char kMonitoringEntry[] = "MONITORING_ENTRY";
inline constexpr char kMonitoringElimination[] = "MONITORING_ELIMINATION";

void AddPolicies(policy::Kinds* kinds);
void AddRules(policy::Rules* rules);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_
