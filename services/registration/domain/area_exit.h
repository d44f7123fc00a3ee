// Whether a village or a county may leave. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_EXIT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_EXIT_H_

#include "services/registration/domain/exit_verdict.h"

namespace bangfu::registration::domain {

// Replayable as VILLAGE_EXIT: the rule's shares, its conditions, then what hamlets lack.
RuleOutcome JudgeVillageExit(const v1::AreaExitInputs& inputs, const v1::VillageExitRules& rules);

// Replayable as COUNTY_EXIT: the rule's shares, then its conditions.
RuleOutcome JudgeCountyExit(const v1::AreaExitInputs& inputs, const v1::CountyExitRules& rules);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_EXIT_H_
