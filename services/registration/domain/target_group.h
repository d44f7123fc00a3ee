// Who is in the target groups (重点人群), by what the register knows of a household. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_TARGET_GROUP_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_TARGET_GROUP_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/target_group_rules.pb.h"
#include "bangfu/registration/v1/target_group_service.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration::domain {

// Ages are spans. Paths are relative to the rules.
std::vector<status::FieldError> CheckTargetGroupRules(const v1::TargetGroupRules& rules);

// A household with those who are present, and the newest of its living conditions.
struct Dwelling {
  Family family;
  std::optional<v1::LivingCondition> living;
};

// The rows of the household in the group on the day (YYYY-MM-DD): one for each person, in the order of the members, or
// one for the household; none if it is not in it. Relations are those to the head (AAB006): parents of the head's
// children are the head and the spouse, those of grandchildren the sons and daughters and their spouses.
std::vector<v1::TargetGroupRow> FindInGroup(v1::TargetGroup group, const Dwelling& dwelling,
                                            const v1::TargetGroupRules& rules, absl::string_view date);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_TARGET_GROUP_H_
