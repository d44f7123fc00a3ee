#include "services/registration/domain/quality_score.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

// Two rules of weight 3 and 1; a clue counts nothing.
QualityPack Pack() {
  return QualityPack(FromJson<v1::QualityRules>(R"json({"indexPercent": 60, "rules": [
    {"code": "HEAD_COUNT_WRONG", "severity": "ERROR", "weight": 3, "dimension": "IDENTIFICATION"},
    {"code": "OUT_HOUSE_UNSAFE", "severity": "WARNING", "weight": 1, "dimension": "EXIT"},
    {"code": "ELDERLY_ALONE", "severity": "CLUE", "dimension": "IDENTIFICATION"}]})json"));
}

TEST(QualityScoreTest, TheFormulaIsShownWithItsNumbers) {
  QualityTally tally{.households = 200, .persons = 500, .problem_households = 30, .unconfirmed_days = 2000};
  tally.rules[v1::QualityRule::HEAD_COUNT_WRONG] = {10, 10};
  tally.rules[v1::QualityRule::OUT_HOUSE_UNSAFE] = {22, 22};
  tally.rules[v1::QualityRule::ELDERLY_ALONE] = {150, 150};
  const auto score = ScoreQuality(tally, Pack(), /*with_rules=*/true);
  EXPECT_EQ(score.index_centi(), 9350);  // 100 − 100 × (30 + 22) ÷ 800
  EXPECT_EQ(score.problem_share_centi(), 1500);
  EXPECT_EQ(score.score_centi(), 9010);  // 93.50 × 60 % + 85.00 × 40 %
  EXPECT_EQ(
      score.formula(),
      "质量指数 = 100 × (1 − Σ(规则权重 × 问题户数) 52 ÷ (权重合计 4 × 核查户数 200)) = 93.50; 问题户比例 = 30 ÷ 200 = "
      "15.00%; 最终得分 = 93.50 × 60% + (100 − 15.00) × 40% = 90.10");
  ASSERT_EQ(score.dimensions_size(), 2);
  EXPECT_EQ(score.dimensions(0).score_centi(), 9500);
  EXPECT_EQ(score.dimensions(1).score_centi(), 8900);
  EXPECT_EQ(score.rules_size(), 3);
  EXPECT_EQ(score.mean_days_unconfirmed(), 10);
}

TEST(QualityScoreTest, EdgesOfTheScale) {
  EXPECT_EQ(ScoreQuality({}, Pack(), false).score_centi(), 10000) << "nobody there, nothing wrong";
  QualityTally all{.households = 7, .problem_households = 7};
  all.rules[v1::QualityRule::HEAD_COUNT_WRONG] = {7, 9};
  all.rules[v1::QualityRule::OUT_HOUSE_UNSAFE] = {7, 7};
  EXPECT_EQ(ScoreQuality(all, Pack(), false).score_centi(), 0);
  QualityTally third{.households = 3, .problem_households = 1};
  EXPECT_EQ(ScoreQuality(third, Pack(), false).problem_share_centi(), 3333);
}

TEST(QualityScoreTest, EqualsShareAPlaceAndTheNextIsLeftOut) {
  std::vector<v1::QualityScore> scores;
  for (const auto& [area, score] :
       std::vector<std::pair<std::string, int>>{{"c", 90}, {"b", 95}, {"d", 80}, {"a", 90}}) {
    v1::QualityScore made;
    made.set_area(area);
    made.set_score_centi(score);
    scores.push_back(made);
  }
  RankQuality(&scores);
  std::string ranked;
  for (const auto& score : scores) absl::StrAppend(&ranked, score.area(), score.rank(), "(", score.tie_count(), ") ");
  EXPECT_EQ(ranked, "b1(0) a2(1) c2(1) d4(0) ");
}

}  // namespace
}  // namespace bangfu::registration::domain
