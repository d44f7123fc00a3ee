#include "services/registration/domain/monitoring_rules.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace bangfu::registration::domain {
namespace {

using FieldErrors = std::vector<status::FieldError>;

constexpr char kOut[] = "1";  // AAR010, 脱贫标志

// Each value once; `label` names the list.
template <typename Values, typename KeyOf>
void CheckDistinct(const Values& values, const char* path, const char* label, KeyOf key_of, FieldErrors* errors) {
  std::set<decltype(key_of(values[0]))> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (!seen.insert(key_of(values[i])).second) {
      errors->push_back({absl::StrCat(path, "[", i, "]"), absl::StrCat(label, ": 重复")});
    }
  }
}

}  // namespace

FieldErrors CheckMonitoringRules(const v1::MonitoringRules& rules) {
  FieldErrors errors;
  CheckDistinct(
      rules.groups(), "groups", "监测对象", [](const auto& group) { return group.code(); }, &errors);
  CheckDistinct(
      rules.triggers(), "triggers", "风险类型", [](const std::string& code) { return code; }, &errors);
  CheckDistinct(
      rules.elimination_conditions(), "elimination_conditions", "风险消除条件",
      [](const auto& condition) { return static_cast<int>(condition.item()); }, &errors);
  CheckDistinct(
      rules.elimination_bars(), "elimination_bars", "不得消除情形", [](int bar) { return bar; }, &errors);
  for (int i = 0; i < rules.groups_size(); ++i) {
    const v1::MonitoredGroup& group = rules.groups(i);
    CheckDistinct(
        group.populations(), "groups.populations", "适用农户", [](int one) { return one; }, &errors);
    if (group.shock_required() && rules.expense_share_centi() == 0 && rules.drop_share_centi() == 0) {
      errors.push_back(
          {absl::StrCat("groups[", i, "].shock_required"), "须支出骤增或收入骤减: 应填写支出骤增比例或收入骤减比例"});
    }
  }
  const bool asks_stable =
      std::any_of(rules.elimination_conditions().begin(), rules.elimination_conditions().end(),
                  [](const auto& condition) { return condition.item() == v1::EliminationCondition::INCOME_STABLE; });
  if (asks_stable && rules.stable_months() == 0) {
    errors.push_back({"stable_months", "收入稳定月数: 条件中有“收入持续稳定高于监测线”, 应填写"});
  }
  return errors;
}

FieldErrors CheckDepartmentAlertRules(const v1::DepartmentAlertRules& rules) {
  FieldErrors errors;
  CheckDistinct(
      rules.thresholds(), "thresholds", "预警标准",
      [](const auto& one) { return std::tuple<int, int>(one.fact(), one.population()); }, &errors);
  for (int i = 0; i < rules.thresholds_size(); ++i) {
    const v1::AlertThreshold& threshold = rules.thresholds(i);
    const std::string path = absl::StrCat("thresholds[", i, "]");
    const int given = (threshold.amount_fen() > 0 ? 1 : 0) + (threshold.income_share_centi() > 0 ? 1 : 0);
    const int wanted = threshold.comparison() == v1::AlertThreshold::LISTED ? 0 : 1;
    if (given != wanted) {
      errors.push_back({absl::StrCat(path, ".amount_fen"), "金额: 名单不填标准; 其余应在金额和占收入比例中只填一项"});
    }
    if (threshold.income_share_centi() > 0 && rules.rural_income_fen() == 0) {
      errors.push_back({"rural_income_fen", "全省上年农村居民人均可支配收入: 标准按比例计算时应填写"});
    }
  }
  return errors;
}

CountedDays CountedMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month(day);
  return {absl::CivilDay(month - months), absl::CivilDay(month) - 1};
}

v1::MonitoringPopulation PopulationOf(const v1::Household& household) {
  if (household.type() == v1::Household::ORDINARY) return v1::NOT_REGISTERED;
  return household.exit_flag() == kOut ? v1::OUT : v1::NOT_OUT;
}

bool GroupTakes(const v1::MonitoringRules& rules, absl::string_view group, v1::MonitoringPopulation population) {
  return std::any_of(rules.groups().begin(), rules.groups().end(), [&](const v1::MonitoredGroup& one) {
    const auto& taken = one.populations();
    return one.code() == group && std::find(taken.begin(), taken.end(), population) != taken.end();
  });
}

bool KnowsTrigger(const v1::MonitoringRules& rules, absl::string_view trigger) {
  return std::find(rules.triggers().begin(), rules.triggers().end(), trigger) != rules.triggers().end();
}

}  // namespace bangfu::registration::domain
