#include "services/registration/rpc/policies.h"

#include "services/registration/domain/area_exit.h"
#include "services/registration/domain/collection.h"
#include "services/registration/domain/disclosure.h"
#include "services/registration/domain/entry.h"
#include "services/registration/domain/exit_buffer.h"
#include "services/registration/domain/exit_rules.h"
#include "services/registration/domain/guarantee.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/matching_policy.h"
#include "services/registration/domain/monitoring_elimination.h"
#include "services/registration/domain/monitoring_entry.h"
#include "services/registration/domain/monitoring_rules.h"
#include "services/registration/domain/poverty_line.h"
#include "services/registration/domain/quality_pack.h"
#include "services/registration/domain/reconciliation.h"
#include "services/registration/domain/scoring.h"
#include "services/registration/domain/split_guard.h"
#include "services/registration/domain/target_group.h"

namespace bangfu::registration {

void AddPolicies(policy::Kinds* kinds) {
  kinds->Add(domain::CheckPovertyLine)
      .Add(domain::CheckHouseholdExitRules)
      .Add(domain::CheckVillageExitRules)
      .Add(domain::CheckCountyExitRules)
      .Add(domain::CheckCollectionWindow)
      .Add(domain::CheckSplitGuard)
      .Add(domain::CheckTargetGroupRules)
      .Add(domain::CheckDisclosureRules)
      .Add(domain::CheckExitBufferRules)
      .Add(domain::CheckLivingNeeds)
      .Add(domain::CheckScoringRubric)
      .Add(domain::CheckEntryRules)
      .Add(domain::CheckMonitoringRules)
      .Add(domain::CheckDepartmentAlertRules)
      .Add(domain::CheckQualityRules)
      .Add(domain::CheckMatchingPurposes)
      .Add(domain::CheckMatchingRules)
      .Add(domain::CheckReconciliationRules);
}

void AddRules(policy::Rules* rules) {
  rules->Add(kHouseholdExit, domain::JudgeHouseholdExit)
      .Add(kVillageExit, domain::JudgeVillageExit)
      .Add(kCountyExit, domain::JudgeCountyExit)
      .Add(kSplitGuard, domain::JudgeSplit)
      .Add(kIncomeByNeeds, domain::JudgeIncomeByNeeds)
      .Add(kHouseholdScore, domain::JudgeScore)
      .Add(kHouseholdEntry, domain::JudgeEntry)
      .Add(kMonitoringEntry, domain::JudgeMonitoringEntry)
      .Add(kMonitoringElimination, domain::JudgeMonitoringElimination);
}

}  // namespace bangfu::registration
