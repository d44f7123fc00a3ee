// Packs of rules as policy documents.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/registration/domain/quality_pack.h"
#include "services/registration/domain/quality_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> PathsOf(const v1::QualityRules& rules) {
  std::vector<std::string> paths;
  for (const auto& error : CheckQualityRules(rules)) paths.push_back(error.path);
  return paths;
}

TEST(QualityRulesTest, APackIsComplete) {
  EXPECT_THAT(PathsOf(AllQualityRules()), IsEmpty());
  v1::QualityRules rules = AllQualityRules();
  rules.clear_labour_age_to();
  EXPECT_THAT(PathsOf(rules), ElementsAre("labour_age_to")) << "SKILLED_LABOUR_AGE needs it";
  rules = AllQualityRules();
  rules.clear_school_ages();
  EXPECT_THAT(PathsOf(rules), ElementsAre("school_ages"));
}

TEST(QualityRulesTest, NothingIsOnTwiceAndBoundsAreInOrder) {
  v1::QualityRules rules = AllQualityRules();
  *rules.add_rules() = rules.rules(0);
  rules.set_parent_gap_from(70);
  *rules.add_school_ages() = rules.school_ages(0);
  const int last = rules.rules_size() - 1;
  EXPECT_THAT(PathsOf(rules),
              ElementsAre(absl::StrCat("rules[", last, "].code"), "parent_gap_to", "school_ages[3].codes"));
}

TEST(QualityRulesTest, WhatCountsHasAWeightAndCluesHaveNone) {
  v1::QualityRules rules = AllQualityRules();
  rules.mutable_rules(0)->set_weight(0);
  rules.mutable_rules(1)->set_severity(v1::QualityRule::CLUE);
  EXPECT_THAT(PathsOf(rules), ElementsAre("rules[0].weight", "rules[1].weight"));
  v1::QualityRules clues = AllQualityRules();
  for (auto& rule : *clues.mutable_rules()) {
    rule.set_severity(v1::QualityRule::CLUE);
    rule.set_weight(0);
  }
  EXPECT_THAT(PathsOf(clues), ElementsAre("rules")) << "a pack without weights gives no score";
}

}  // namespace
}  // namespace bangfu::registration::domain
