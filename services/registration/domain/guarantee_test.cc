#include "services/registration/domain/guarantee.h"

#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::Contains;
using ::testing::Pair;

v1::GuaranteeRecord Record(const std::string& items) {
  return FromJson<v1::GuaranteeRecord>(R"({"year": 2019, "items": )" + items + "}");
}

TEST(GuaranteeTest, ItemsStandOnceAndAreNoIncome) {
  EXPECT_TRUE(
      CheckGuarantees(Record(R"([{"item": "FOOD", "state": "MET"}, {"item": "HARD_ROAD", "state": "UNMET"}])")).ok());
  EXPECT_EQ(status::ReasonOf(CheckGuarantees(Record(R"([{"item": "FOOD"}, {"item": "FOOD"}])"))), "INVALID_FIELD");
  EXPECT_EQ(status::ReasonOf(CheckGuarantees(Record(R"([{"item": "INCOME_OVER_LINE"}])"))), "INVALID_FIELD");
  EXPECT_EQ(status::ReasonOf(CheckGuarantees(Record(R"([{"item": "CLINIC"}])"))), "INVALID_FIELD");
}

TEST(GuaranteeTest, WhoRecordedAnItemStaysWithIt) {
  google::protobuf::Timestamp spring, autumn;
  spring.set_seconds(100);
  autumn.set_seconds(200);
  v1::GuaranteeRecord first = Record(R"([{"item": "FOOD", "state": "MET"}, {"item": "HOUSING", "state": "UNMET"}])");
  NameRecorders(std::nullopt, "甲", spring, &first);
  v1::GuaranteeRecord second = Record(R"([{"item": "FOOD", "state": "MET"}, {"item": "HOUSING", "state": "MET"}])");
  NameRecorders(first, "乙", autumn, &second);
  EXPECT_EQ(second.items(0).recorder(), "甲");
  EXPECT_EQ(second.items(0).record_time().seconds(), 100);
  EXPECT_EQ(second.items(1).recorder(), "乙");
  EXPECT_EQ(second.items(1).record_time().seconds(), 200);
}

TEST(GuaranteeTest, WhatIsStatedWinsOverWhatIsRecorded) {
  auto inputs = FromJson<v1::HouseholdExitInputs>(R"({"statements": [{"item": "FOOD", "held": true}]})");
  AddRecorded(
      Record(R"([{"item": "FOOD", "state": "UNMET"}, {"item": "CLOTHING", "state": "MET", "evidence": "入户表"}])"),
      &inputs);
  ASSERT_EQ(inputs.statements_size(), 2);
  EXPECT_TRUE(inputs.statements(0).held());
  EXPECT_TRUE(inputs.statements(1).held());
  EXPECT_EQ(inputs.statements(1).evidence(), "入户表");
}

TEST(GuaranteeTest, GapsAreWhatIsUnmet) {
  EXPECT_EQ(GapsOf(Record(R"([{"item": "FOOD", "state": "MET"}, {"item": "HOUSING", "state": "UNMET"}])")),
            GapBit(v1::ExitCondition::HOUSING));
}

// 1,500 yuan a head, 600 a pupil, 400 a household: for four with one pupil 7,000 in all, 1,750 a head.
v1::LivingNeeds Needs() {
  return FromJson<v1::LivingNeeds>(R"json({"tolerancePercent": 20, "schoolAgeFrom": 6, "schoolAgeTo": 15, "needs": [
    {"item": "FOOD", "basis": "MEMBER", "amountFen": 150000}, {"item": "EDUCATION", "basis": "PUPIL", "amountFen": 60000},
    {"item": "HOUSING", "basis": "HOUSEHOLD", "amountFen": 40000}]})json");
}

v1::NeedsInputs Four(int64_t yuan, const std::string& met, const std::string& unmet) {
  auto inputs = FromJson<v1::NeedsInputs>(R"({"year": 2019, "memberCount": 4, "youngAges": [9, 18], "met": )" + met +
                                          R"(, "unmet": )" + unmet + "}");
  inputs.set_net_per_capita_fen(yuan * 100);
  return inputs;
}

constexpr char kAll[] = R"(["FOOD", "EDUCATION", "HOUSING"])";
constexpr char kNone[] = "[]";

TEST(IncomeByNeedsTest, DeclaredIncomeAgainstWhatTheGuaranteesCost) {
  struct Case {
    const char* what;
    v1::NeedsInputs inputs;
    const char* verdict;
    const char* code;
  };
  const char* food = R"(["FOOD"])";
  const char* others = R"(["EDUCATION", "HOUSING"])";
  const Case cases[] = {
      {"just within the tolerance", Four(1400, kAll, kNone), "AGREES", "DECLARED_INCOME_HELD"},
      {"one yuan less", Four(1399, kAll, kNone), "DISAGREES", "DECLARED_INCOME_TOO_LOW"},
      {"much, and everything is met", Four(9000, kAll, kNone), "AGREES", "DECLARED_INCOME_HELD"},
      {"enough for all, and yet it lacks", Four(2101, food, others), "DISAGREES", "DECLARED_INCOME_TOO_HIGH"},
      {"just within the tolerance", Four(2100, food, others), "AGREES", "DECLARED_INCOME_HELD"},
      {"less is met, less is needed", Four(1200, food, others), "AGREES", "DECLARED_INCOME_HELD"},
      {"nobody looked at the rest", Four(1500, food, kNone), "INCOMPLETE", "DECLARED_INCOME_UNKNOWN"},
      {"but it is too low already", Four(1199, food, kNone), "DISAGREES", "DECLARED_INCOME_TOO_LOW"},
  };
  for (const Case& c : cases) {
    const auto outcome = JudgeIncomeByNeeds(c.inputs, Needs());
    EXPECT_EQ(outcome.verdict(), c.verdict) << c.what << "\n" << outcome.DebugString();
    EXPECT_EQ(FoundIn(outcome).count(c.code), 1u) << c.what << "\n" << outcome.DebugString();
  }
}

TEST(IncomeByNeedsTest, TheReasonsExplainTheSum) {
  const auto found = FoundIn(JudgeIncomeByNeeds(Four(1399, kAll, kNone), Needs()));
  EXPECT_THAT(found, Contains(Pair("FOOD_HELD", "已达到, 倒推 1500.00 元/人·年")));
  EXPECT_THAT(found, Contains(Pair("EDUCATION_HELD", "已达到, 倒推 150.00 元/人·年")));
  EXPECT_THAT(found, Contains(Pair(
                         "DECLARED_INCOME_TOO_LOW",
                         "申报 1399.00 元/人·年, 倒推不低于 1750.00 元/人·年; 申报不足以支付已达到的保障, 可能漏报")));
}

TEST(IncomeByNeedsTest, WithoutPupilsSchoolingIsNoQuestion) {
  v1::NeedsInputs inputs = Four(2000, R"(["FOOD", "HOUSING"])", kNone);
  inputs.clear_young_ages();
  EXPECT_EQ(JudgeIncomeByNeeds(inputs, Needs()).verdict(), "AGREES");
}

TEST(IncomeByNeedsTest, IncomeThatWasNotCollectedIsUnknown) {
  v1::NeedsInputs inputs = Four(0, kAll, kNone);
  inputs.clear_net_per_capita_fen();
  EXPECT_EQ(JudgeIncomeByNeeds(inputs, Needs()).verdict(), "INCOMPLETE");
}

TEST(LivingNeedsTest, AreOfHouseholdsAndStandOnce) {
  EXPECT_TRUE(CheckLivingNeeds(Needs()).empty());
  v1::LivingNeeds needs = Needs();
  *needs.add_needs() = needs.needs(0);
  EXPECT_EQ(CheckLivingNeeds(needs).size(), 1u);
  needs = Needs();
  needs.mutable_needs(0)->set_item(v1::ExitCondition::CLINIC);
  needs.set_school_age_from(16);
  EXPECT_EQ(CheckLivingNeeds(needs).size(), 2u);
}

}  // namespace
}  // namespace bangfu::registration::domain
