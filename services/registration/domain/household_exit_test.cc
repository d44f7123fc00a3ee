#include "services/registration/domain/household_exit.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Pair;

v1::PovertyLine LineOf(int64_t yuan) {
  v1::PovertyLine line;
  line.set_line_fen(yuan * 100);
  line.set_price_basis(v1::PovertyLine::CURRENT);
  return line;
}

// Shaanxi's five: income, safe house, no dropout, medical and major-illness insurance, safe water.
v1::HouseholdExitRules Shaanxi() {
  return FromJson<v1::HouseholdExitRules>(R"json({
    "conditions": [{"item": "INCOME_OVER_LINE", "veto": true}, {"item": "HOUSING", "veto": true},
                   {"item": "EDUCATION", "veto": true}, {"item": "MEDICAL", "veto": true},
                   {"item": "ILLNESS_INSURANCE", "veto": true}, {"item": "SAFE_WATER", "veto": true}],
    "schoolAgeFrom": 6, "schoolAgeTo": 15, "acceptanceRequired": true})json");
}

// 4 persons, 4,000 yuan each, a pupil of 9, all insured, house and water safe, and they accept.
v1::HouseholdExitInputs Good() {
  return FromJson<v1::HouseholdExitInputs>(R"json({
    "year": 2018, "netPerCapitaFen": 400000, "memberCount": 4, "pupils": [{"age": 9, "schoolStatus": "03"}],
    "insuredCount": 4, "illnessInsuredCount": 4, "dangerousHouse": false, "dangerGrade": "A", "safeWater": true,
    "accepts": true})json");
}

TEST(HouseholdExitTest, WhatIsFoundDecides) {
  struct Case {
    const char* what;
    const char* change;  // of a household that passes
    const char* verdict;
    const char* code;
    const char* found;
  };
  const Case cases[] = {
      {"all is well", "{}", "PASS", "INCOME_OVER_LINE_HELD", "4000.00 元/人·年 (2018年度)"},
      {"on the line is not over it", R"({"netPerCapitaFen": 353500})", "FAIL", "INCOME_OVER_LINE_FAILED",
       "3535.00 元/人·年 (2018年度)"},
      {"a fen over the line", R"({"netPerCapitaFen": 353501})", "PASS", "INCOME_OVER_LINE_HELD",
       "3535.01 元/人·年 (2018年度)"},
      {"a loss", R"({"netPerCapitaFen": -50000})", "FAIL", "INCOME_OVER_LINE_FAILED", "-500.00 元/人·年 (2018年度)"},
      {"a house of grade C", R"({"dangerGrade": "C"})", "FAIL", "HOUSING_FAILED", "登记: 危房 (C级)"},
      {"a child of 9 out of school", R"({"pupils": [{"age": 9, "schoolStatus": "01"}]})", "FAIL", "EDUCATION_FAILED",
       "登记: 适龄 2 人, 在校 1 人, 不在校 1 人"},
      {"a child of 5 is not of age yet", R"({"pupils": [{"age": 5, "schoolStatus": "01"}]})", "PASS", "EDUCATION_HELD",
       "登记: 适龄 1 人, 在校 1 人, 不在校 0 人"},
      {"a child of 16 is no longer", R"({"pupils": [{"age": 16, "schoolStatus": "01"}]})", "PASS", "EDUCATION_HELD",
       "登记: 适龄 1 人, 在校 1 人, 不在校 0 人"},
      {"a school that is not registered", R"({"pupils": [{"age": 7}]})", "INCOMPLETE", "EDUCATION_UNKNOWN",
       "适龄 2 人, 在校 1 人, 不在校 0 人; 未核实"},
      {"one without insurance", R"({"insuredCount": 3, "uninsuredCount": 1})", "FAIL", "MEDICAL_FAILED",
       "登记: 4 人中参保 3 人, 未参保 1 人"},
      {"one of whom it is not known", R"({"illnessInsuredCount": 3})", "INCOMPLETE", "ILLNESS_INSURANCE_UNKNOWN",
       "4 人中参保 3 人, 未参保 0 人; 未核实"},
      {"unsafe water", R"({"safeWater": false})", "FAIL", "SAFE_WATER_FAILED", "登记: 饮水不安全"},
      {"what was found out contradicts the register",
       R"({"statements": [{"item": "HOUSING", "held": false, "evidence": "房鉴〔2018〕31号"}]})", "FAIL",
       "HOUSING_FAILED", "登记: 不是危房 (A级); 核实: 不具备 (房鉴〔2018〕31号); 两者不一致"},
      {"a statement does not make a bad register good",
       R"({"safeWater": false, "statements": [{"item": "SAFE_WATER", "held": true}]})", "FAIL", "SAFE_WATER_FAILED",
       "登记: 饮水不安全; 核实: 具备; 两者不一致"},
      {"the household does not accept", R"({"accepts": false})", "FAIL", "ACCEPTANCE_FAILED", "不认可"},
  };
  for (const Case& c : cases) {
    v1::HouseholdExitInputs inputs = Good();
    // Merging keeps what the case does not name; numbers that a case names replace those of the household.
    inputs.MergeFrom(FromJson<v1::HouseholdExitInputs>(c.change));
    const RuleOutcome outcome = JudgeHouseholdExit(inputs, Shaanxi(), LineOf(3535));
    EXPECT_EQ(outcome.verdict(), c.verdict) << c.what << "\n" << outcome.DebugString();
    EXPECT_THAT(FoundIn(outcome), Contains(Pair(c.code, c.found))) << c.what;
  }
}

TEST(HouseholdExitTest, WhatIsNotKnownIsNotHeldAgainstAnybody) {
  v1::HouseholdExitInputs nothing;
  nothing.set_year(2018);
  nothing.set_member_count(1);
  const RuleOutcome outcome = JudgeHouseholdExit(nothing, Shaanxi(), LineOf(3535));
  EXPECT_EQ(outcome.verdict(), "INCOMPLETE");
  EXPECT_EQ(outcome.label(), "情况不明, 暂不能判定");
  const auto found = FoundIn(outcome);
  EXPECT_THAT(found, Contains(Pair("INCOME_OVER_LINE_UNKNOWN", "2018年度收入未采集")));
  EXPECT_THAT(found, Contains(Pair("HOUSING_UNKNOWN", "未登记; 未核实")));
  EXPECT_THAT(found, Contains(Pair("ACCEPTANCE_UNKNOWN", "尚未表态")));
  EXPECT_THAT(found, Contains(Pair("EDUCATION_HELD", "登记: 无义务教育阶段适龄人口")));
}

TEST(HouseholdExitTest, OfNConditionsMMustHold) {
  const auto rules = FromJson<v1::HouseholdExitRules>(R"json({
    "conditions": [{"item": "INCOME_OVER_LINE", "veto": true}, {"item": "FOOD"}, {"item": "CLOTHING"}, {"item": "ROAD"},
                   {"item": "BROADCAST"}],
    "leastHeld": 3})json");
  struct Case {
    const char* what;
    const char* statements;
    const char* verdict;
    const char* code;
    const char* found;
  };
  const Case cases[] = {
      {"three of four", R"([{"item":"FOOD","held":true},{"item":"CLOTHING","held":true},{"item":"ROAD","held":true}])",
       "PASS", "ENOUGH_CONDITIONS_HELD", "具备 3 项, 不明 1 项"},
      {"two, and two that may hold", R"([{"item":"FOOD","held":true},{"item":"CLOTHING","held":true}])", "INCOMPLETE",
       "ENOUGH_CONDITIONS_UNKNOWN", "具备 2 项, 不明 2 项"},
      {"two that do not hold", R"([{"item":"FOOD","held":true},{"item":"ROAD"},{"item":"BROADCAST"}])", "FAIL",
       "ENOUGH_CONDITIONS_FAILED", "具备 1 项, 不明 1 项"},
  };
  for (const Case& c : cases) {
    v1::HouseholdExitInputs inputs = Good();
    inputs.MergeFrom(FromJson<v1::HouseholdExitInputs>(absl::StrCat("{\"statements\": ", c.statements, "}")));
    const RuleOutcome outcome = JudgeHouseholdExit(inputs, rules, LineOf(3535));
    EXPECT_EQ(outcome.verdict(), c.verdict) << c.what;
    EXPECT_THAT(FoundIn(outcome), Contains(Pair(c.code, c.found))) << c.what;
    EXPECT_EQ(AskedIn(outcome, c.code), "4 项中至少 3 项");
  }
}

TEST(HouseholdExitTest, EvidenceThatIsAskedForMustBeNamed) {
  const auto rules =
      FromJson<v1::HouseholdExitRules>(R"({"conditions": [{"item": "HOUSING", "evidence": "住房安全鉴定表"}]})");
  v1::HouseholdExitInputs inputs = Good();
  RuleOutcome outcome = JudgeHouseholdExit(inputs, rules, LineOf(3535));
  EXPECT_EQ(outcome.verdict(), "INCOMPLETE");
  EXPECT_THAT(FoundIn(outcome), Contains(Pair("HOUSING_UNKNOWN", "登记: 不是危房 (A级); 缺住房安全鉴定表")));
  EXPECT_EQ(AskedIn(outcome, "HOUSING_UNKNOWN"), "具备, 附住房安全鉴定表");
  inputs.MergeFrom(FromJson<v1::HouseholdExitInputs>(
      R"({"statements": [{"item": "HOUSING", "held": true, "evidence": "房鉴〔2018〕31号"}]})"));
  EXPECT_EQ(JudgeHouseholdExit(inputs, rules, LineOf(3535)).verdict(), "PASS");
}

TEST(HouseholdExitTest, BothMustRecogniseWhereBothAreAsked) {
  auto rules = FromJson<v1::HouseholdExitRules>(
      R"({"conditions": [{"item": "INCOME_OVER_LINE"}], "acceptanceRequired": true, "recognitionRequired": true})");
  v1::HouseholdExitInputs inputs = Good();
  EXPECT_THAT(FoundIn(JudgeHouseholdExit(inputs, rules, LineOf(3535))), Contains(Key("RECOGNITION_UNKNOWN")));
  inputs.set_recognised(true);
  EXPECT_EQ(JudgeHouseholdExit(inputs, rules, LineOf(3535)).verdict(), "PASS");
}

TEST(HouseholdExitTest, TheLineIsOfThePricesOfIncomes) {
  const auto rules = FromJson<v1::HouseholdExitRules>(
      R"({"conditions": [{"item": "INCOME_OVER_LINE"}], "lineReachedSuffices": true})");
  v1::HouseholdExitInputs inputs = Good();
  EXPECT_EQ(JudgeHouseholdExit(inputs, rules, LineOf(4000)).verdict(), "PASS") << "reaching it is enough here";
  v1::PovertyLine constant = LineOf(2300);
  constant.set_price_basis(v1::PovertyLine::CONSTANT_2010);
  EXPECT_EQ(JudgeHouseholdExit(inputs, rules, constant).verdict(), "INCOMPLETE");
}

TEST(HouseholdExitTest, TheRegisterIsDescribedWithoutPersons) {
  v1::Member father, daughter;
  father.set_name("张建国");
  father.set_birth_date("1970-01-01");
  father.set_health("03");
  father.set_medical_insurance(true);
  father.set_work_months(6);
  daughter.set_name("张小梅");
  daughter.set_birth_date("2008-12-01");
  daughter.set_school_status("03");
  daughter.set_medical_insurance(false);
  v1::Income income;
  income.set_net_per_capita_fen(321'000);
  income.set_rule_version("net-2016-1");
  v1::LivingCondition living;
  living.set_safe_water(true);
  living.set_road_type("03");
  const auto inputs = DescribeForExit({father, daughter}, income, living, 2018, "2018-11-30");
  EXPECT_EQ(inputs.DebugString(), FromJson<v1::HouseholdExitInputs>(R"json({
    "year": 2018, "netPerCapitaFen": 321000, "incomeRule": "net-2016-1", "memberCount": 2,
    "pupils": [{"age": 9, "schoolStatus": "03"}], "insuredCount": 1, "uninsuredCount": 1, "workingCount": 1,
    "safeWater": true, "roadType": "03"})json")
                                      .DebugString());
  EXPECT_FALSE(DescribeForExit({father}, std::nullopt, std::nullopt, 2018, "2018-11-30").has_net_per_capita_fen());
}

}  // namespace
}  // namespace bangfu::registration::domain
