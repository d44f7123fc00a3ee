#include "services/registration/domain/monitoring_entry.h"

#include "absl/strings/str_cat.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/domain/monitoring_rules.h"

namespace bangfu::registration::domain {
namespace {

// The national groups since 2021, with shares of our own.
v1::MonitoringRules National() {
  return FromJson<v1::MonitoringRules>(R"json({
    "groups": [
      {"code": "1", "title": "脱贫不稳定户", "populations": ["OUT"], "range": "WITHIN", "riskRequired": true},
      {"code": "2", "title": "边缘易致贫户", "populations": ["NOT_REGISTERED"], "range": "WITHIN", "riskRequired": true},
      {"code": "3", "title": "突发严重困难户", "populations": ["OUT", "NOT_REGISTERED"], "range": "ABOVE",
       "riskRequired": true, "shockRequired": true}],
    "triggers": ["01", "05"], "incomeMonths": 12, "expenseDeducted": true, "expenseShareCenti": "5000",
    "dropShareCenti": "3000", "clockDays": 15, "clockDayKind": "CALENDAR",
    "eliminationConditions": [{"item": "NO_NEW_RISK"}], "reviewDays": 90})json");
}

v1::PovertyLine Line(int64_t yuan) {
  v1::PovertyLine line;
  line.set_line_fen(yuan * 100);
  return line;
}

// Two persons who earned `yuan` each and paid `expense` together; a difficulty with which they cannot cope.
v1::MonitoringEntryInputs Household(v1::MonitoringPopulation population, int64_t yuan, int64_t expense = 0) {
  v1::MonitoringEntryInputs inputs;
  inputs.set_population(population);
  inputs.set_member_count(2);
  inputs.set_period_from("2023-06-01");
  inputs.set_period_to("2024-05-31");
  inputs.mutable_money()->set_wage_fen(yuan * 200);
  inputs.mutable_money()->set_compliant_expense_fen(expense * 100);
  inputs.set_previous_per_capita_fen(yuan * 100);
  inputs.add_difficulties("01");
  inputs.set_can_cope(false);
  return inputs;
}

std::string GroupOf(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules) {
  const v1::MonitoredGroup* group = FindGroup(inputs, rules, Line(7000));
  const std::string verdict = JudgeMonitoringEntry(inputs, rules, Line(7000)).verdict();
  return group == nullptr ? verdict : absl::StrCat(verdict, " ", group->code());
}

TEST(MonitoringEntryTest, WhoIsInRangeAndAsWhat) {
  const v1::MonitoringRules rules = National();
  EXPECT_EQ(GroupOf(Household(v1::OUT, 7000), rules), "PASS 1") << "the line itself is in range";
  EXPECT_EQ(GroupOf(Household(v1::OUT, 7001), rules), "FAIL");
  EXPECT_EQ(GroupOf(Household(v1::NOT_REGISTERED, 6000), rules), "PASS 2");
  EXPECT_EQ(GroupOf(Household(v1::NOT_OUT, 6000), rules), "FAIL") << "the national groups have nobody who is not out";
  EXPECT_EQ(GroupOf(Household(v1::OUT, 8000, 2000), rules), "PASS 1") << "expense is taken off: 7,000 are left";
}

TEST(MonitoringEntryTest, AboveTheLineAShockDecides) {
  const v1::MonitoringRules rules = National();
  // 20,000 each and half of it paid: 10,000 are left, above the line.
  EXPECT_EQ(GroupOf(Household(v1::OUT, 20000, 20000), rules), "PASS 3");
  EXPECT_EQ(GroupOf(Household(v1::OUT, 20000, 19999), rules), "FAIL") << "a yuan less than half";
  v1::MonitoringEntryInputs fallen = Household(v1::NOT_REGISTERED, 14000);
  fallen.set_previous_per_capita_fen(2'000'000);
  EXPECT_EQ(GroupOf(fallen, rules), "PASS 3") << "30 % less than last year";
  fallen.set_previous_per_capita_fen(1'999'999);
  EXPECT_EQ(GroupOf(fallen, rules), "FAIL");
  fallen.clear_previous_per_capita_fen();
  EXPECT_EQ(GroupOf(fallen, rules), "INCOMPLETE") << "nobody knows";
}

TEST(MonitoringEntryTest, ARiskIsADifficultyWithoutMeans) {
  const v1::MonitoringRules rules = National();
  v1::MonitoringEntryInputs inputs = Household(v1::OUT, 5000);
  inputs.clear_can_cope();
  EXPECT_EQ(GroupOf(inputs, rules), "INCOMPLETE");
  inputs.set_can_cope(true);
  EXPECT_EQ(GroupOf(inputs, rules), "FAIL");
  inputs.set_can_cope(false);
  inputs.clear_difficulties();
  EXPECT_EQ(GroupOf(inputs, rules), "FAIL");
  const auto outcome = JudgeMonitoringEntry(inputs, rules, Line(7000));
  EXPECT_EQ(FoundIn(outcome)["INCOME_WITHIN_LINE_HELD"],
            "5000.00 元/人·年 (已扣除合规自付支出), 2023-06-01 至 2024-05-31");
  EXPECT_EQ(AskedIn(outcome, "GROUP_1_FAILED"), "已脱贫户; 收入不高于监测线; 有自身难以应对的困难");
}

TEST(MonitoringEntryTest, GroupsOfAnotherRegimeAreOnlyOtherData) {
  auto rules = FromJson<v1::MonitoringRules>(R"json({
    "groups": [
      {"code": "4", "title": "未脱贫户", "populations": ["NOT_OUT"], "range": "ANY"},
      {"code": "1", "title": "脱贫监测户", "populations": ["OUT"], "range": "WITHIN", "riskRequired": true},
      {"code": "2", "title": "边缘户", "populations": ["NOT_REGISTERED"], "range": "WITHIN", "riskRequired": true}],
    "triggers": ["01"], "incomeMonths": 12, "clockDays": 15, "clockDayKind": "CALENDAR",
    "eliminationConditions": [{"item": "NO_NEW_RISK"}], "reviewDays": 30})json");
  EXPECT_EQ(GroupOf(Household(v1::NOT_OUT, 9000), rules), "PASS 4");
  EXPECT_EQ(GroupOf(Household(v1::OUT, 20000, 20000), rules), "FAIL") << "no sudden hardship before 2021";
  EXPECT_EQ(GroupOf(Household(v1::OUT, 8000, 2000), rules), "FAIL") << "expense is not taken off";
}

TEST(MonitoringRulesTest, WhatCannotBeMeant) {
  EXPECT_TRUE(CheckMonitoringRules(National()).empty());
  v1::MonitoringRules rules = National();
  rules.mutable_groups(1)->set_code("1");
  EXPECT_EQ(CheckMonitoringRules(rules).size(), 1u) << "a group twice";
  rules = National();
  rules.set_expense_share_centi(0);
  rules.set_drop_share_centi(0);
  EXPECT_EQ(CheckMonitoringRules(rules)[0].path, "groups[2].shock_required");
  rules = National();
  rules.add_elimination_conditions()->set_item(v1::EliminationCondition::INCOME_STABLE);
  EXPECT_EQ(CheckMonitoringRules(rules)[0].path, "stable_months");
}

TEST(MonitoringRulesTest, MonthsBeforeTheMonthOfTheDay) {
  const CountedDays year = CountedMonths(absl::CivilDay(2024, 6, 15), 12);
  EXPECT_EQ(year.from, absl::CivilDay(2023, 6, 1));
  EXPECT_EQ(year.to, absl::CivilDay(2024, 5, 31));
  EXPECT_EQ(CountedMonths(absl::CivilDay(2024, 3, 1), 1).to, absl::CivilDay(2024, 2, 29));
}

}  // namespace
}  // namespace bangfu::registration::domain
