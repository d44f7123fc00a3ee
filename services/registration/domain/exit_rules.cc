#include "services/registration/domain/exit_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using FieldErrors = std::vector<status::FieldError>;
using Conditions = google::protobuf::RepeatedPtrField<v1::ExitCondition>;
using Shares = google::protobuf::RepeatedPtrField<v1::ExitShare>;

// A household's own, not a village's.
bool IsOfHouseholdsOnly(v1::ExitCondition::Item item) {
  return item == v1::ExitCondition::INCOME_OVER_LINE || item == v1::ExitCondition::FOOD ||
         item == v1::ExitCondition::CLOTHING || item == v1::ExitCondition::ILLNESS_INSURANCE ||
         item == v1::ExitCondition::INCOME_SOURCE;
}

// A village's own, not a household's.
bool IsOfAreasOnly(v1::ExitCondition::Item item) { return item > v1::ExitCondition::HARD_ROAD; }

// `foreign` says what cannot be asked here.
void CheckConditions(const Conditions& conditions, int least_held, bool (*foreign)(v1::ExitCondition::Item),
                     FieldErrors* errors) {
  std::set<int> seen;
  int others = 0;
  for (int i = 0; i < conditions.size(); ++i) {
    const v1::ExitCondition& condition = conditions[i];
    const std::string path = absl::StrCat("conditions[", i, "].item");
    if (!seen.insert(condition.item()).second) {
      errors->push_back({path, absl::StrCat("条件: “", LabelOf(condition.item()), "”重复")});
    }
    if (foreign(condition.item())) {
      errors->push_back({path, absl::StrCat("条件: “", LabelOf(condition.item()), "”不适用于这一级")});
    }
    others += condition.veto() ? 0 : 1;
  }
  if (least_held > others) {
    errors->push_back({"least_held", absl::StrCat("至少具备项数: 非一票否决的条件只有 ", others, " 项")});
  }
}

// Estimates need a sample of those who are not registered, which no village has.
void CheckShares(const Shares& shares, bool is_village, FieldErrors* errors) {
  std::set<int> seen;
  for (int i = 0; i < shares.size(); ++i) {
    const v1::ExitShare& share = shares[i];
    const std::string path = absl::StrCat("shares[", i, "].item");
    if (!seen.insert(share.item()).second) {
      errors->push_back({path, absl::StrCat("指标: “", LabelOf(share.item()), "”重复")});
    }
    if (is_village && share.item() == v1::ExitShare::COMBINED_INCIDENCE) {
      errors->push_back({path, "指标: “综合贫困发生率”只用于县"});
    }
  }
}

}  // namespace

FieldErrors CheckHouseholdExitRules(const v1::HouseholdExitRules& rules) {
  FieldErrors errors;
  CheckConditions(rules.conditions(), rules.least_held(), IsOfAreasOnly, &errors);
  const bool asks_school = std::any_of(rules.conditions().begin(), rules.conditions().end(), [](const auto& condition) {
    return condition.item() == v1::ExitCondition::EDUCATION;
  });
  if (asks_school && (rules.school_age_from() == 0 || rules.school_age_from() > rules.school_age_to())) {
    errors.push_back({"school_age_from", "义务教育起始年龄: 要求“义务教育有保障”时应填写起止年龄, 起始不大于终止"});
  }
  return errors;
}

FieldErrors CheckVillageExitRules(const v1::VillageExitRules& rules) {
  FieldErrors errors;
  CheckShares(rules.shares(), true, &errors);
  CheckConditions(rules.conditions(), rules.least_held(), IsOfHouseholdsOnly, &errors);
  return errors;
}

FieldErrors CheckCountyExitRules(const v1::CountyExitRules& rules) {
  FieldErrors errors;
  CheckShares(rules.shares(), false, &errors);
  CheckConditions(rules.conditions(), rules.least_held(), IsOfHouseholdsOnly, &errors);
  return errors;
}

}  // namespace bangfu::registration::domain
