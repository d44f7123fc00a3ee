#include "services/registration/domain/monitoring_elimination.h"

#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

v1::MonitoringRules Rules() {
  return FromJson<v1::MonitoringRules>(R"json({
    "eliminationConditions": [
      {"item": "INCOME_STABLE"}, {"item": "EXPENSE_SOLVED"}, {"item": "HOUSING", "evidence": "住房安全鉴定"},
      {"item": "ORIGINAL_RISK_GONE"}, {"item": "NO_NEW_RISK"}],
    "eliminationBars": ["UNSTABLE_INCOME", "NO_LABOUR"], "stableMonths": 6})json");
}

v1::PovertyLine Line() {
  v1::PovertyLine line;
  line.set_line_fen(700'000);
  return line;
}

// All holds: 7,000.01 yuan each since half a year to the day, one of two can work.
v1::MonitoringEliminationInputs Good() {
  return FromJson<v1::MonitoringEliminationInputs>(R"json({
    "date": "2024-08-31", "memberCount": 2, "periodFrom": "2023-08-01", "periodTo": "2024-07-31",
    "money": {"wageFen": "1400002"}, "aboveSince": "2024-02-29", "labourCount": 1, "labourKnownCount": 2,
    "statements": [{"item": "EXPENSE_SOLVED", "held": true}, {"item": "HOUSING", "held": true, "evidence": "鉴定3号"},
                   {"item": "ORIGINAL_RISK_GONE", "held": true}, {"item": "NO_NEW_RISK", "held": true}]})json");
}

std::string VerdictOf(const v1::MonitoringEliminationInputs& inputs) {
  return JudgeMonitoringElimination(inputs, Rules(), Line()).verdict();
}

TEST(MonitoringEliminationTest, AllMustHold) {
  EXPECT_EQ(VerdictOf(Good()), "PASS");
  v1::MonitoringEliminationInputs inputs = Good();
  inputs.set_above_since("2024-03-01");
  EXPECT_EQ(VerdictOf(inputs), "FAIL") << "a day less than half a year";
  inputs.clear_above_since();
  EXPECT_EQ(VerdictOf(inputs), "INCOMPLETE");
  inputs = Good();
  inputs.mutable_money()->set_wage_fen(1'400'000);
  EXPECT_EQ(VerdictOf(inputs), "FAIL") << "the line itself is not above it";
  inputs = Good();
  inputs.mutable_statements(1)->clear_evidence();
  EXPECT_EQ(VerdictOf(inputs), "INCOMPLETE") << "the paper is missing";
  inputs.mutable_statements()->DeleteSubrange(3, 1);
  EXPECT_EQ(VerdictOf(inputs), "INCOMPLETE");
  inputs = Good();
  inputs.mutable_statements(0)->set_held(false);
  EXPECT_EQ(VerdictOf(inputs), "FAIL");
}

TEST(MonitoringEliminationTest, AnOpenClueIsANewRisk) {
  v1::MonitoringEliminationInputs inputs = Good();
  inputs.set_open_clue_count(1);
  const auto outcome = JudgeMonitoringElimination(inputs, Rules(), Line());
  EXPECT_EQ(outcome.verdict(), "FAIL");
  EXPECT_EQ(FoundIn(outcome)["NO_NEW_RISK_FAILED"], "未办结线索 1 条");
}

TEST(MonitoringEliminationTest, WhatKeepsAHouseholdMonitored) {
  v1::MonitoringEliminationInputs inputs = Good();
  inputs.add_bars(v1::UNSTABLE_INCOME);
  EXPECT_EQ(VerdictOf(inputs), "FAIL");
  inputs = Good();
  inputs.add_bars(v1::UNCONTROLLABLE_EXPENSE);
  EXPECT_EQ(VerdictOf(inputs), "PASS") << "these rules do not name it";
  inputs = Good();
  inputs.set_labour_count(0);
  EXPECT_EQ(VerdictOf(inputs), "FAIL") << "nobody can work";
  inputs.set_labour_known_count(1);
  EXPECT_EQ(VerdictOf(inputs), "INCOMPLETE") << "of one it is not known";
}

TEST(MonitoringEliminationTest, LabourIsThatOfTheRegister) {
  std::vector<v1::Member> members(4);
  members[0].set_labour("01");
  members[1].set_labour("02");
  members[2].set_labour("04");
  v1::MonitoringEliminationInputs inputs;
  CountLabour(members, &inputs);
  EXPECT_EQ(inputs.labour_count(), 2);
  EXPECT_EQ(inputs.labour_known_count(), 3);
}

}  // namespace
}  // namespace bangfu::registration::domain
