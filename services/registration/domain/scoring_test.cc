#include "services/registration/domain/scoring.h"

#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::HasSubstr;

// Two items that must be answered, of which the second takes several options up to a limit, an extra one, and a veto.
v1::ScoringRubric Rubric() {
  return FromJson<v1::ScoringRubric>(R"json({
    "direction": "NEEDIEST_HIGHEST",
    "items": [
      {"key": "house", "title": "住房", "group": "看房",
       "options": [{"key": "safe", "title": "安全住房"}, {"key": "danger", "title": "危房", "pointsCenti": "3000"}]},
      {"key": "ill", "title": "健康", "several": true, "mostCenti": "2500",
       "options": [{"key": "none", "title": "无"}, {"key": "long", "title": "慢性病", "pointsCenti": "1500"},
                   {"key": "bad", "title": "大病", "pointsCenti": "2000"}]},
      {"key": "extra", "title": "突发灾害", "bonus": true,
       "options": [{"key": "fire", "title": "火灾", "pointsCenti": "1000"}]}],
    "bonusMostCenti": "500", "totalMostCenti": "5800", "lineCenti": "4000",
    "exclusions": [{"key": "car", "title": "有轿车", "evidence": "车辆登记证明"}],
    "tieBreakers": ["LOWER_INCOME", "MORE_MEMBERS"]})json");
}

v1::ScoringInputs Inputs(const std::string& answers, const std::string& exclusions = "") {
  return FromJson<v1::ScoringInputs>("{\"answers\": [" + answers + "], \"exclusions\": [" + exclusions + "]}");
}

constexpr char kDanger[] = R"({"item": "house", "options": ["danger"]})";
constexpr char kBothIll[] = R"({"item": "ill", "options": ["long", "bad"]})";
constexpr char kHealthy[] = R"({"item": "ill", "options": ["none"]})";
constexpr char kFire[] = R"({"item": "extra", "options": ["fire"]})";

std::string All(const std::vector<const char*>& parts) {
  std::string text;
  for (const char* part : parts) text += (text.empty() ? "" : ", ") + std::string(part);
  return text;
}

TEST(ScoringTest, AddsUpWithinTheLimitsOfItemExtrasAndTotal) {
  EXPECT_EQ(ScoreOf(Inputs(All({kDanger, kHealthy})), Rubric()).centi, 3000);
  EXPECT_EQ(ScoreOf(Inputs(All({kDanger, kBothIll})), Rubric()).centi, 5500) << "15 + 20 points are 25 at most";
  EXPECT_EQ(ScoreOf(Inputs(All({kDanger, kHealthy, kFire})), Rubric()).centi, 3500) << "10 extra points are 5 at most";
  EXPECT_EQ(ScoreOf(Inputs(All({kDanger, kBothIll, kFire})), Rubric()).centi, 5800) << "60 in all are 58 at most";
}

TEST(ScoringTest, TellsEachItemWithItsPoints) {
  const auto outcome = JudgeScore(Inputs(All({kDanger, kBothIll})), Rubric());
  EXPECT_EQ(outcome.verdict(), "SCORED");
  EXPECT_EQ(outcome.label(), "得分 55.00 分");
  const auto found = FoundIn(outcome);
  EXPECT_EQ(found.at("ITEM_HOUSE"), "危房 (30.00 分)");
  EXPECT_EQ(found.at("ITEM_ILL"), "慢性病、大病 (25.00 分)");
  EXPECT_EQ(found.at("ITEM_EXTRA"), "未核实");
  EXPECT_EQ(found.at("TOTAL"), "55.00 分");
  EXPECT_EQ(AskedIn(outcome, "LINE"), "不低于 40.00 分");
  EXPECT_EQ(found.at("EXCLUSION_CAR"), "未发现");
}

TEST(ScoringTest, WhatExcludesDecidesWhateverThePoints) {
  const auto outcome =
      JudgeScore(Inputs(All({kDanger, kBothIll}), R"({"key": "car", "evidence": "蒙G登记证明"})"), Rubric());
  EXPECT_EQ(outcome.verdict(), "EXCLUDED");
  EXPECT_EQ(FoundIn(outcome).at("EXCLUSION_CAR"), "发现 (蒙G登记证明)");
}

TEST(ScoringTest, AnItemWithoutAnAnswerLeavesTheScoreOpen) {
  const auto outcome = JudgeScore(Inputs(kDanger), Rubric());
  EXPECT_EQ(outcome.verdict(), "INCOMPLETE");
  EXPECT_THAT(outcome.label(), HasSubstr("1 项未核实"));
}

std::vector<std::string> Faults(const std::string& answers) {
  std::vector<std::string> faults;
  for (const auto& fault : CheckAnswers(Inputs(answers), Rubric(), "check.")) faults.push_back(fault.path);
  return faults;
}

TEST(ScoringTest, AnswersMustFitTheRubric) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(Faults(All({kDanger, kHealthy})), IsEmpty()) << "an extra item may be left out";
  EXPECT_THAT(Faults(kDanger), ElementsAre("check.answers"));
  EXPECT_THAT(Faults(All({kDanger, kHealthy, kDanger})), ElementsAre("check.answers[2].item"));
  EXPECT_THAT(Faults(All({kDanger, kHealthy, R"({"item": "boat", "options": ["yes"]})"})),
              ElementsAre("check.answers[2].item"));
  EXPECT_THAT(Faults(All({R"({"item": "house", "options": ["safe", "danger"]})", kHealthy})),
              ElementsAre("check.answers[0].options"));
  EXPECT_THAT(Faults(All({R"({"item": "house", "options": ["castle"]})", kHealthy})),
              ElementsAre("check.answers[0].options"));
  EXPECT_THAT(Faults(All({kDanger, R"({"item": "ill", "options": ["bad", "bad"]})"})),
              ElementsAre("check.answers[1].options"));
}

TEST(ScoringTest, TheNeediestComeFirstAndTiesAreBroken) {
  v1::ScoringRubric rubric = Rubric();
  const auto keys = [&](int64_t score, std::optional<int64_t> income, int members) {
    const NeedKeys found = NeedKeysOf(score, income, members, rubric);
    return std::make_tuple(found.need, found.ties[0], found.ties[1]);
  };
  EXPECT_LT(keys(5000, 300000, 2), keys(4900, 100000, 5)) << "more points";
  EXPECT_LT(keys(5000, 100000, 2), keys(5000, 300000, 5)) << "the same points, less income";
  EXPECT_LT(keys(5000, 100000, 5), keys(5000, 100000, 2)) << "the same income, more members";
  EXPECT_LT(keys(5000, 900000, 1), keys(5000, std::nullopt, 9)) << "income that is not known comes last";
  EXPECT_EQ(keys(5000, 100000, 2), keys(5000, 100000, 2)) << "who is equal shares the rank";
  rubric.set_direction(v1::ScoringRubric::NEEDIEST_LOWEST);
  EXPECT_LT(keys(4900, 100000, 5), keys(5000, 300000, 2));
}

TEST(ScoringTest, TheLineIsDrawnOnTheNeedySide) {
  v1::ScoringRubric rubric = Rubric();
  EXPECT_EQ(IsWithinLine(4000, rubric), true);
  EXPECT_EQ(IsWithinLine(3999, rubric), false);
  rubric.set_direction(v1::ScoringRubric::NEEDIEST_LOWEST);
  EXPECT_EQ(IsWithinLine(4000, rubric), true);
  EXPECT_EQ(IsWithinLine(4001, rubric), false);
  EXPECT_EQ(LineRuleText(rubric, 20), "分数线: 不高于 40.00 分; 规模线: 全批次前 20 名, 与末位并列的一并在线内");
  rubric.clear_line_centi();
  EXPECT_EQ(IsWithinLine(4000, rubric), std::nullopt);
  EXPECT_EQ(LineRuleText(rubric, 0), "");
}

TEST(ScoringTest, SaysWhoDoesNotGoOn) {
  const v1::ScoringRubric rubric = Rubric();
  EXPECT_EQ(RefusalNote({false, "PASS", 4000, false}, rubric, 0), "");
  EXPECT_THAT(RefusalNote({true, "PASS", 5000, false}, rubric, 0), HasSubstr("一票否决"));
  EXPECT_THAT(RefusalNote({false, "FAIL", 5000, false}, rubric, 0), HasSubstr("进入条件"));
  EXPECT_THAT(RefusalNote({false, "PASS", 3999, false}, rubric, 0), HasSubstr("分数线不低于 40.00 分"));
  EXPECT_THAT(RefusalNote({false, "PASS", 5000, true}, rubric, 7), HasSubstr("控制规模 7 户"));
}

TEST(ScoringTest, ARubricThatContradictsItselfIsRefused) {
  EXPECT_TRUE(CheckScoringRubric(Rubric()).empty());
  v1::ScoringRubric rubric = Rubric();
  rubric.mutable_items(1)->set_key("house");
  rubric.mutable_items(0)->mutable_options(1)->set_key("Not A Key");
  rubric.set_tie_breakers(1, v1::ScoringRubric::LOWER_INCOME);
  *rubric.add_exclusions() = rubric.exclusions(0);
  std::vector<std::string> paths;
  for (const auto& fault : CheckScoringRubric(rubric)) paths.push_back(fault.path);
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre("items[1].key", "items[0].options[1].key", "exclusions[1].key",
                                                     "tie_breakers[1]"));
}

}  // namespace
}  // namespace bangfu::registration::domain
