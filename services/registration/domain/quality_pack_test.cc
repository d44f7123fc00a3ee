#include "services/registration/domain/quality_pack.h"

#include "gmock/gmock.h"
#include "services/registration/domain/quality_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(QualityPackTest, OnlyRulesThatAreOnFind) {
  v1::QualityRules rules = AllQualityRules();
  rules.clear_rules();
  auto& rule = *rules.add_rules();
  rule.set_code(v1::QualityRule::CAUSE_REPEATED);
  rule.set_fix("删去");
  const QualityPack pack(rules);
  EXPECT_THAT(pack.codes(), ElementsAre(v1::QualityRule::CAUSE_REPEATED));
  EXPECT_EQ(pack.Find(v1::QualityRule::HEAD_COUNT_WRONG), nullptr);
  EXPECT_EQ(pack.FixOf(*pack.Find(v1::QualityRule::CAUSE_REPEATED)), "删去");
  QualityCase judged = GoodHousehold();
  judged.household.set_member_count(9);
  EXPECT_THAT(pack.Judge(judged), IsEmpty());
  judged.household.add_other_causes(judged.household.main_cause());
  ASSERT_EQ(pack.Judge(judged).size(), 1u);
  EXPECT_EQ(pack.Judge(judged)[0].record, v1::QualityIssue::HOUSEHOLD);
}

TEST(QualityPackTest, ARuleWithoutWordsOfThePackHasThoseOfTheProgram) {
  const QualityPack pack(AllQualityRules());
  EXPECT_EQ(pack.FixOf(*pack.Find(v1::QualityRule::HEAD_COUNT_WRONG)), "办理户主变更, 指定唯一户主");
}

// Whom a finding is about.
TEST(QualityPackTest, AFindingNamesItsPerson) {
  QualityCase judged = GoodHousehold();
  judged.persons[3].member.set_labour("02");
  const auto findings = QualityPack(AllQualityRules()).Judge(judged);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].person, 3);
  EXPECT_EQ(findings[0].record, v1::QualityIssue::MEMBER);
}

}  // namespace
}  // namespace bangfu::registration::domain
