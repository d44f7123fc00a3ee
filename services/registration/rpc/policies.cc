#include "services/registration/rpc/policies.h"

#include "services/registration/domain/area_exit.h"
#include "services/registration/domain/exit_rules.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/matching_policy.h"
#include "services/registration/domain/poverty_line.h"
#include "services/registration/domain/reconciliation.h"

namespace bangfu::registration {

void AddPolicies(policy::Kinds* kinds) {
  kinds->Add(domain::CheckPovertyLine)
      .Add(domain::CheckHouseholdExitRules)
      .Add(domain::CheckVillageExitRules)
      .Add(domain::CheckCountyExitRules)
      .Add(domain::CheckMatchingPurposes)
      .Add(domain::CheckMatchingRules)
      .Add(domain::CheckReconciliationRules);
}

void AddRules(policy::Rules* rules) {
  rules->Add(kHouseholdExit, domain::JudgeHouseholdExit)
      .Add(kVillageExit, domain::JudgeVillageExit)
      .Add(kCountyExit, domain::JudgeCountyExit);
}

}  // namespace bangfu::registration
