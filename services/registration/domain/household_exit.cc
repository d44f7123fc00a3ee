#include "services/registration/domain/household_exit.h"

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"

namespace bangfu::registration::domain {
namespace {

// Older members are of no compulsory school age in any rule (see the bounds of HouseholdExitRules).
constexpr int kOldestPupil = 20;
constexpr char kNotInSchool[] = "01";  // of dictionary AAB009

using Item = v1::ExitCondition;

Finding JudgeIncome(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules,
                    const v1::PovertyLine& line) {
  if (!inputs.has_net_per_capita_fen()) return {Finding::kUnknown, absl::StrCat(inputs.year(), "年度收入未采集")};
  const std::string text =
      absl::StrCat(standards::FormatHundredths(inputs.net_per_capita_fen()), " 元/人·年 (", inputs.year(), "年度)");
  if (line.price_basis() != v1::PovertyLine::CURRENT) {
    return {Finding::kUnknown, absl::StrCat(text, "; 收入为现价, 标准线为不变价, 不能直接比较")};
  }
  const bool held = rules.line_reached_suffices() ? inputs.net_per_capita_fen() >= line.line_fen()
                                                  : inputs.net_per_capita_fen() > line.line_fen();
  return {held ? Finding::kHeld : Finding::kFailed, text};
}

Finding JudgeEducation(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules) {
  int of_age = 0, out = 0, unknown = 0;
  for (const v1::ExitPupil& pupil : inputs.pupils()) {
    if (pupil.age() < rules.school_age_from() || pupil.age() > rules.school_age_to()) continue;
    ++of_age;
    out += pupil.school_status() == kNotInSchool ? 1 : 0;
    unknown += pupil.school_status().empty() ? 1 : 0;
  }
  if (of_age == 0) return {Finding::kHeld, "无义务教育阶段适龄人口"};
  const std::string text =
      absl::StrCat("适龄 ", of_age, " 人, 在校 ", of_age - out - unknown, " 人, 不在校 ", out, " 人");
  if (out > 0) return {Finding::kFailed, text};
  return {unknown > 0 ? Finding::kUnknown : Finding::kHeld, text};
}

Finding JudgeInsurance(int insured, int uninsured, int members) {
  const std::string text = absl::StrCat(members, " 人中参保 ", insured, " 人, 未参保 ", uninsured, " 人");
  if (uninsured > 0) return {Finding::kFailed, text};
  return {insured == members && members > 0 ? Finding::kHeld : Finding::kUnknown, text};
}

Finding JudgeHousing(const v1::HouseholdExitInputs& inputs) {
  const bool bad_grade = inputs.danger_grade() == "C" || inputs.danger_grade() == "D";
  const std::string grade = inputs.danger_grade().empty() ? "" : absl::StrCat(" (", inputs.danger_grade(), "级)");
  if (bad_grade || inputs.dangerous_house()) return {Finding::kFailed, absl::StrCat("危房", grade)};
  if (!inputs.has_dangerous_house() && grade.empty()) return {Finding::kUnknown, "未登记"};
  return {Finding::kHeld, absl::StrCat("不是危房", grade)};
}

Finding JudgeWater(const v1::HouseholdExitInputs& inputs) {
  if (inputs.water_difficulty()) return {Finding::kFailed, "饮水困难"};
  if (!inputs.has_safe_water()) return {Finding::kUnknown, "未登记"};
  return inputs.safe_water() ? Finding{Finding::kHeld, "饮水安全"} : Finding{Finding::kFailed, "饮水不安全"};
}

// Neither wages nor the allowance is no proof that there is no income: farming and herding are not counted here.
Finding JudgeIncomeSource(const v1::HouseholdExitInputs& inputs) {
  const std::string text =
      absl::StrCat("务工 ", inputs.working_count(), " 人, 享受低保 ", inputs.subsistence_count(), " 人");
  return {inputs.working_count() + inputs.subsistence_count() > 0 ? Finding::kHeld : Finding::kUnknown, text};
}

// Without power for production a house may still have light.
Finding JudgePower(const v1::HouseholdExitInputs& inputs) {
  return inputs.production_power() ? Finding{Finding::kHeld, "通生产用电"} : Finding{Finding::kUnknown, "未登记"};
}

// 03 cement, 04 asphalt of dictionary AAC316.
Finding JudgeHardRoad(const v1::HouseholdExitInputs& inputs) {
  if (inputs.road_type().empty()) return {Finding::kUnknown, "未登记"};
  const bool hard = inputs.road_type() == "03" || inputs.road_type() == "04";
  return hard ? Finding{Finding::kHeld, "入户路已硬化"} : Finding{Finding::kFailed, "入户路未硬化"};
}

Finding JudgeConsent(bool said, bool agreed) {
  if (!said) return {Finding::kUnknown, "尚未表态"};
  return agreed ? Finding{Finding::kHeld, "认可"} : Finding{Finding::kFailed, "不认可"};
}

void AddMember(const v1::Member& member, const std::string& date, v1::HouseholdExitInputs* inputs) {
  const std::optional<int> age = standards::AgeOn(member.birth_date(), date);
  if (age && *age >= 0 && *age <= kOldestPupil) {
    v1::ExitPupil& pupil = *inputs->add_pupils();
    pupil.set_age(*age);
    pupil.set_school_status(member.school_status());
  }
  const auto count = [](bool is, int sum) { return sum + (is ? 1 : 0); };
  inputs->set_insured_count(count(member.medical_insurance(), inputs->insured_count()));
  inputs->set_uninsured_count(
      count(member.has_medical_insurance() && !member.medical_insurance(), inputs->uninsured_count()));
  inputs->set_illness_insured_count(count(member.illness_insurance(), inputs->illness_insured_count()));
  inputs->set_illness_uninsured_count(
      count(member.has_illness_insurance() && !member.illness_insurance(), inputs->illness_uninsured_count()));
  inputs->set_working_count(count(member.work_months() > 0, inputs->working_count()));
  inputs->set_subsistence_count(count(member.subsistence_allowance(), inputs->subsistence_count()));
}

}  // namespace

std::optional<Finding> RegisteredFinding(Item::Item item, const v1::HouseholdExitInputs& inputs,
                                         const v1::HouseholdExitRules& rules) {
  switch (item) {
    case Item::EDUCATION: return JudgeEducation(inputs, rules);
    case Item::MEDICAL: return JudgeInsurance(inputs.insured_count(), inputs.uninsured_count(), inputs.member_count());
    case Item::ILLNESS_INSURANCE:
      return JudgeInsurance(inputs.illness_insured_count(), inputs.illness_uninsured_count(), inputs.member_count());
    case Item::HOUSING: return JudgeHousing(inputs);
    case Item::SAFE_WATER: return JudgeWater(inputs);
    case Item::INCOME_SOURCE: return JudgeIncomeSource(inputs);
    case Item::POWER: return JudgePower(inputs);
    case Item::HARD_ROAD: return JudgeHardRoad(inputs);
    default: return std::nullopt;
  }
}

v1::HouseholdExitInputs DescribeForExit(const std::vector<v1::Member>& members, const std::optional<v1::Income>& income,
                                        const std::optional<v1::LivingCondition>& living, int year,
                                        const std::string& date) {
  v1::HouseholdExitInputs inputs;
  inputs.set_year(year);
  inputs.set_member_count(static_cast<int32_t>(members.size()));
  for (const v1::Member& member : members) AddMember(member, date, &inputs);
  if (income) {
    inputs.set_net_per_capita_fen(income->net_per_capita_fen());
    inputs.set_income_rule(income->rule_version());
  }
  if (living) {
    if (living->has_dangerous_house()) inputs.set_dangerous_house(living->dangerous_house());
    if (living->has_safe_water()) inputs.set_safe_water(living->safe_water());
    if (living->has_water_difficulty()) inputs.set_water_difficulty(living->water_difficulty());
    if (living->has_production_power()) inputs.set_production_power(living->production_power());
    inputs.set_danger_grade(living->danger_grade());
    inputs.set_road_type(living->road_type());
  }
  return inputs;
}

RuleOutcome JudgeHouseholdExit(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules,
                               const v1::PovertyLine& line) {
  ExitVerdict verdict;
  for (const v1::ExitCondition& condition : rules.conditions()) {
    if (condition.item() == Item::INCOME_OVER_LINE) {
      verdict.Add(condition, JudgeIncome(inputs, rules, line),
                  absl::StrCat(rules.line_reached_suffices() ? "不低于 " : "高于 ",
                               standards::FormatHundredths(line.line_fen()), " 元/人·年"));
    } else {
      const auto registered = RegisteredFinding(condition.item(), inputs, rules);
      verdict.Add(condition, Combine(condition, registered, inputs.statements()));
    }
  }
  if (rules.acceptance_required()) {
    verdict.Require("ACCEPTANCE", "农户认可", JudgeConsent(inputs.has_accepts(), inputs.accepts()), "农户本人认可");
  }
  if (rules.recognition_required()) {
    verdict.Require("RECOGNITION", "工作组认定", JudgeConsent(inputs.has_recognised(), inputs.recognised()),
                    "工作组认定");
  }
  return verdict.Conclude(rules.least_held());
}

RuleOutcome JudgeBeforeConsent(v1::HouseholdExitInputs inputs, const v1::HouseholdExitRules& rules,
                               const v1::PovertyLine& line) {
  inputs.set_accepts(true);
  inputs.set_recognised(true);
  return JudgeHouseholdExit(inputs, rules, line);
}

Consent ConsentIn(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules) {
  const bool asks_household = rules.acceptance_required(), asks_group = rules.recognition_required();
  if ((asks_household && inputs.has_accepts() && !inputs.accepts()) ||
      (asks_group && inputs.has_recognised() && !inputs.recognised())) {
    return Consent::kRefused;
  }
  const bool missing = (asks_household && !inputs.has_accepts()) || (asks_group && !inputs.has_recognised());
  return missing ? Consent::kMissing : Consent::kGiven;
}

}  // namespace bangfu::registration::domain
