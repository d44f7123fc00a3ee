// The rules of exit as policy: what documents must be beyond the annotations of their fields.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_H_

#include <vector>

#include "bangfu/registration/v1/exit_rules.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Nothing is asked twice, nothing that is no matter of a household, village or county, and no more conditions than
// there are. Paths are relative to the rules.
std::vector<status::FieldError> CheckHouseholdExitRules(const v1::HouseholdExitRules& rules);
std::vector<status::FieldError> CheckVillageExitRules(const v1::VillageExitRules& rules);
std::vector<status::FieldError> CheckCountyExitRules(const v1::CountyExitRules& rules);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_RULES_H_
