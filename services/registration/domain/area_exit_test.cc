#include "services/registration/domain/area_exit.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Pair;

// The evaluation of 2.10's worked example: combined incidence below 2 %, in the west below 3 %; missed and wrong below
// 2 %; more than 90 % approve.
v1::CountyExitRules Evaluation() {
  return FromJson<v1::CountyExitRules>(R"json({"shares": [
    {"item": "COMBINED_INCIDENCE", "comparison": "BELOW", "limitCenti": 200,
     "regionalLimits": [{"region": "西部", "areas": ["620000000000", "150000000000"], "limitCenti": 300}]},
    {"item": "MISSED_RATE", "comparison": "BELOW", "limitCenti": 200},
    {"item": "WRONG_EXIT_RATE", "comparison": "BELOW", "limitCenti": 200},
    {"item": "APPROVAL", "comparison": "ABOVE", "limitCenti": 9000}]})json");
}

v1::AreaExitInputs County(int64_t not_out, int missed, int wrong, int approving, const char* area = "410725000000") {
  v1::AreaExitInputs inputs =
      FromJson<v1::AreaExitInputs>(absl::StrCat(R"json({"figures": [
    {"item": "MISSED_RATE", "count": )json",
                                                missed, R"json(, "total": 2000, "rank": "THIRD_PARTY"},
    {"item": "WRONG_EXIT_RATE", "count": )json",
                                                wrong, R"json(, "total": 600, "rank": "THIRD_PARTY"},
    {"item": "APPROVAL", "count": )json",
                                                approving, R"json(, "total": 1000, "rank": "THIRD_PARTY"}]})json"));
  inputs.set_area(area);
  inputs.set_date("2019-12-31");
  inputs.set_rural_population(100'000);
  inputs.set_not_out_count(not_out);
  inputs.set_exited_count(8000);
  return inputs;
}

TEST(CountyExitTest, TheWorkedExampleAndItsNeighbours) {
  constexpr char kCentre[] = "410725000000", kWest[] = "621124000000";
  struct Case {
    const char* what;
    v1::AreaExitInputs inputs;
    const char* verdict;
    const char* code;
    const char* found;
  };
  const Case cases[] = {
      {"1.81 % passes in the centre", County(1500, 6, 3, 950), "PASS", "COMBINED_INCIDENCE_HELD",
       "(未脱贫 1500 + 估计漏评 271.50 + 估计错退 40.00) ÷ 农村人口 100000 = 1.81%"},
      {"and in the west", County(1500, 6, 3, 950, kWest), "PASS", "COMBINED_INCIDENCE_HELD",
       "(未脱贫 1500 + 估计漏评 271.50 + 估计错退 40.00) ÷ 农村人口 100000 = 1.81%"},
      {"the last person below 2 %", County(1689, 6, 3, 950), "PASS", "COMBINED_INCIDENCE_HELD",
       "(未脱贫 1689 + 估计漏评 270.93 + 估计错退 40.00) ÷ 农村人口 100000 = 2.00% (略低)"},
      {"one more", County(1690, 6, 3, 950), "FAIL", "COMBINED_INCIDENCE_FAILED",
       "(未脱贫 1690 + 估计漏评 270.93 + 估计错退 40.00) ÷ 农村人口 100000 = 2.00% (略高)"},
      {"which the west allows", County(1690, 6, 3, 950, kWest), "PASS", "COMBINED_INCIDENCE_HELD",
       "(未脱贫 1690 + 估计漏评 270.93 + 估计错退 40.00) ÷ 农村人口 100000 = 2.00%"},
      {"the last below 3 %", County(2692, 6, 3, 950, kWest), "PASS", "COMBINED_INCIDENCE_HELD",
       "(未脱贫 2692 + 估计漏评 267.92 + 估计错退 40.00) ÷ 农村人口 100000 = 3.00% (略低)"},
      {"one more", County(2693, 6, 3, 950, kWest), "FAIL", "COMBINED_INCIDENCE_FAILED",
       "(未脱贫 2693 + 估计漏评 267.92 + 估计错退 40.00) ÷ 农村人口 100000 = 3.00% (略高)"},
      {"exactly 2 % wrongly out", County(500, 6, 12, 950), "FAIL", "WRONG_EXIT_RATE_FAILED",
       "第三方评估: 12 ÷ 600 = 2.00%"},
      {"just below", County(500, 6, 11, 950), "PASS", "WRONG_EXIT_RATE_HELD", "第三方评估: 11 ÷ 600 = 1.83%"},
      {"exactly 2 % missed", County(0, 40, 0, 950, kWest), "FAIL", "MISSED_RATE_FAILED",
       "第三方评估: 40 ÷ 2000 = 2.00%"},
      {"just below", County(0, 39, 0, 950, kWest), "PASS", "MISSED_RATE_HELD", "第三方评估: 39 ÷ 2000 = 1.95%"},
      {"exactly 90 % approve", County(500, 6, 3, 900, kCentre), "FAIL", "APPROVAL_FAILED",
       "第三方评估: 900 ÷ 1000 = 90.00%"},
      {"one household more", County(500, 6, 3, 901, kCentre), "PASS", "APPROVAL_HELD",
       "第三方评估: 901 ÷ 1000 = 90.10%"},
  };
  for (const Case& c : cases) {
    const RuleOutcome outcome = JudgeCountyExit(c.inputs, Evaluation());
    EXPECT_EQ(outcome.verdict(), c.verdict) << c.what << "\n" << outcome.DebugString();
    EXPECT_THAT(FoundIn(outcome), Contains(Pair(c.code, c.found))) << c.what;
  }
  EXPECT_EQ(AskedIn(JudgeCountyExit(County(1500, 6, 3, 950, kWest), Evaluation()), "COMBINED_INCIDENCE_HELD"),
            "低于 3.00% (西部)");
}

TEST(CountyExitTest, WithoutItsSamplesNothingIsEstimated) {
  v1::AreaExitInputs inputs = County(1500, 6, 3, 950);
  inputs.mutable_figures()->DeleteSubrange(0, 1);
  const RuleOutcome outcome = JudgeCountyExit(inputs, Evaluation());
  EXPECT_EQ(outcome.verdict(), "INCOMPLETE");
  EXPECT_THAT(FoundIn(outcome), Contains(Pair("COMBINED_INCIDENCE_UNKNOWN", "缺漏评率数据")));
  EXPECT_THAT(FoundIn(outcome), Contains(Pair("MISSED_RATE_UNKNOWN", "缺漏评率数据")));
}

TEST(CountyExitTest, WhereNobodyIsOutNobodyIsWronglyOut) {
  v1::AreaExitInputs inputs = County(1500, 6, 3, 950);
  inputs.set_exited_count(0);
  inputs.mutable_figures()->DeleteSubrange(1, 1);
  EXPECT_THAT(FoundIn(JudgeCountyExit(inputs, Evaluation())), Contains(Key("COMBINED_INCIDENCE_HELD")));
}

TEST(CountyExitTest, EvidenceMustBeOfTheRankAskedFor) {
  v1::CountyExitRules rules = Evaluation();
  rules.mutable_shares(3)->set_least_rank(v1::ExitShare::PROVINCE);
  v1::AreaExitInputs inputs = County(1500, 6, 3, 950);
  EXPECT_EQ(JudgeCountyExit(inputs, rules).verdict(), "PASS");
  inputs.mutable_figures(2)->set_rank(v1::ExitShare::COUNTY);
  const RuleOutcome outcome = JudgeCountyExit(inputs, rules);
  EXPECT_EQ(outcome.verdict(), "INCOMPLETE");
  EXPECT_THAT(FoundIn(outcome), Contains(Pair("APPROVAL_UNKNOWN", "群众认可度的证据等级不足: 县级自查")));
}

// 隆林's goals: hamlets of 20 households have power and broadband; from 2019 on, those of 50 a hard road.
v1::VillageExitRules Longlin() {
  return FromJson<v1::VillageExitRules>(R"json({
    "shares": [{"item": "INCIDENCE", "comparison": "BELOW", "limitCenti": 300}],
    "conditions": [{"item": "INDUSTRY"}, {"item": "COOPERATIVE"}],
    "hamletThresholds": [{"item": "POWER", "leastHouseholds": 20},
                         {"item": "HARD_ROAD", "leastHouseholds": 50, "fromDate": "2019-01-01"}]})json");
}

v1::AreaExitInputs Village(const std::string& hamlets, const std::string& date = "2019-12-31", int not_out = 29) {
  auto inputs = FromJson<v1::AreaExitInputs>(absl::StrCat(R"json({
    "area": "451031100201", "ruralPopulation": 1000, "exitedCount": 200,
    "statements": [{"item": "INDUSTRY", "held": true}, {"item": "COOPERATIVE", "held": true}],
    "hamlets": )json",
                                                          hamlets, "}"));
  inputs.set_date(date);
  inputs.set_not_out_count(not_out);
  return inputs;
}

TEST(VillageExitTest, HamletsAreAskedByTheirSize) {
  const std::string kSmall = R"({"name": "上屯", "householdCount": 19})";
  const std::string kMiddle = R"({"name": "中屯", "householdCount": 49, "services": ["POWER"]})";
  const std::string kDark = R"({"name": "暗屯", "householdCount": 20})";
  const std::string kLarge = R"({"name": "大屯", "householdCount": 50, "services": ["POWER"]})";
  struct Case {
    const char* what;
    v1::AreaExitInputs inputs;
    const char* verdict;
    const char* code;
    const char* found;
  };
  const Case cases[] = {
      {"19 households need no power, 49 no hard road", Village(absl::StrCat("[", kSmall, ",", kMiddle, "]")), "PASS",
       "HAMLET_POWER_HELD", "应具备 1 个屯, 均已具备"},
      {"20 need power", Village(absl::StrCat("[", kMiddle, ",", kDark, "]")), "FAIL", "HAMLET_POWER_FAILED",
       "应具备 2 个屯, 未具备: 暗屯 (20户)"},
      {"50 need a hard road", Village(absl::StrCat("[", kLarge, "]")), "FAIL", "HAMLET_HARD_ROAD_FAILED",
       "应具备 1 个屯, 未具备: 大屯 (50户)"},
      {"but not before 2019", Village(absl::StrCat("[", kLarge, "]"), "2018-12-31"), "PASS", "HAMLET_POWER_HELD",
       "应具备 1 个屯, 均已具备"},
      {"nobody said what hamlets there are", Village("[]"), "INCOMPLETE", "HAMLET_POWER_UNKNOWN", "未提供自然屯情况"},
      {"29 of 1,000 are below 3 %", Village(absl::StrCat("[", kSmall, "]")), "PASS", "INCIDENCE_HELD",
       "未脱贫 29 ÷ 农村人口 1000 = 2.90%"},
      {"30 of 1,000 are not", Village(absl::StrCat("[", kSmall, "]"), "2019-12-31", 30), "FAIL", "INCIDENCE_FAILED",
       "未脱贫 30 ÷ 农村人口 1000 = 3.00%"},
  };
  for (const Case& c : cases) {
    const RuleOutcome outcome = JudgeVillageExit(c.inputs, Longlin());
    EXPECT_EQ(outcome.verdict(), c.verdict) << c.what << "\n" << outcome.DebugString();
    EXPECT_THAT(FoundIn(outcome), Contains(Pair(c.code, c.found))) << c.what;
  }
}

TEST(ExitInputsTest, WhatCannotBeIsRefused) {
  EXPECT_TRUE(CheckAreaInputs(Village("[]")).ok());
  v1::AreaExitInputs inputs = Village("[]", "2019-12-31", 801);
  EXPECT_FALSE(CheckAreaInputs(inputs).ok()) << "1,001 registered of 1,000";
  inputs = County(1500, 2001, 3, 950);
  EXPECT_FALSE(CheckAreaInputs(inputs).ok()) << "2,001 of 2,000";
  inputs = County(1500, 6, 3, 950);
  *inputs.add_figures() = inputs.figures(0);
  EXPECT_FALSE(CheckAreaInputs(inputs).ok()) << "twice";
  inputs = Village("[]");
  *inputs.add_statements() = inputs.statements(0);
  EXPECT_FALSE(CheckAreaInputs(inputs).ok()) << "twice";
  inputs.mutable_statements(2)->set_item(v1::ExitCondition::INCOME_OVER_LINE);
  EXPECT_FALSE(CheckStatements(inputs.statements()).ok()) << "nobody states an income";
}

}  // namespace
}  // namespace bangfu::registration::domain
