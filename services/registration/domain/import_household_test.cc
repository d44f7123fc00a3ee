#include "services/registration/domain/import_household.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// A healthy head of row 10 and a child of row 11, with an income of row 20 and conditions of row 30.
ImportedHousehold Sound() {
  ImportedHousehold household;
  household.row = 5;
  household.main_cause = "07";
  household.declared_head = "甲";
  household.declared_members = 2;
  household.members = {{10, false, "甲", "01", "1970-01-01", "01", "01", 6},
                       {11, false, "乙", "03", "1995-05-05", "01", "01", 0}};
  household.incomes = {{20, false, 100, 301, 151}};
  household.livings = {{30, false}};
  return household;
}

std::vector<std::string> Told(const HouseholdJudgement& judgement) {
  std::vector<std::string> told;
  for (const auto& [table, finding] : judgement.findings) {
    told.push_back(absl::StrCat(TableOf(table).name, " ", finding.row, " ", finding.column, " ",
                                v1::FindingReason_Name(finding.reason)));
  }
  return told;
}

TEST(JudgeHouseholdTest, FindsNothingInASoundHousehold) {
  HouseholdJudgement judgement = JudgeHousehold(Sound());
  EXPECT_FALSE(judgement.refused);
  EXPECT_THAT(Told(judgement), IsEmpty());
}

TEST(JudgeHouseholdTest, AWrongHouseholdTakesItsRowsWithIt) {
  ImportedHousehold household = Sound();
  household.wrong = true;
  household.members[1].wrong = true;
  HouseholdJudgement judgement = JudgeHousehold(household);
  EXPECT_TRUE(judgement.refused);
  EXPECT_THAT(Told(judgement), ElementsAre("AB01 10 AAC001 HOUSEHOLD_WRONG", "AC07 20 AAC001 HOUSEHOLD_WRONG",
                                           "AC30 30 AAC001 HOUSEHOLD_WRONG"));
  EXPECT_EQ(judgement.findings[0].second.metadata[0].second, "5");
}

TEST(JudgeHouseholdTest, NeedsExactlyOneHead) {
  ImportedHousehold household = Sound();
  household.members[1].relation = "01";
  EXPECT_THAT(Told(JudgeHousehold(household)),
              UnorderedElementsAre("AC01 5  HEAD_SEVERAL", "AB01 10 AAB006 HEAD_SEVERAL", "AB01 11 AAB006 HEAD_SEVERAL",
                                   "AC07 20 AAC001 HOUSEHOLD_WRONG", "AC30 30 AAC001 HOUSEHOLD_WRONG"));
  household.members[0].relation = household.members[1].relation = "99";
  EXPECT_THAT(
      Told(JudgeHousehold(household)),
      UnorderedElementsAre("AC01 5  HEAD_MISSING", "AB01 10 AAB006 HEAD_MISSING", "AB01 11 AAC001 HOUSEHOLD_WRONG",
                           "AC07 20 AAC001 HOUSEHOLD_WRONG", "AC30 30 AAC001 HOUSEHOLD_WRONG"));
}

TEST(JudgeHouseholdTest, AWrongHeadRefusesTheHouseholdAndAWrongMemberDoesNot) {
  ImportedHousehold household = Sound();
  household.members[0].wrong = true;
  HouseholdJudgement judgement = JudgeHousehold(household);
  EXPECT_TRUE(judgement.refused);
  EXPECT_EQ(Told(judgement)[0], "AC01 5  HEAD_WRONG");
  household = Sound();
  household.members[1].wrong = true;
  household.declared_members.reset();
  household.incomes[0].declared_per_capita_fen.reset();
  judgement = JudgeHousehold(household);
  EXPECT_FALSE(judgement.refused);
  EXPECT_THAT(Told(judgement), IsEmpty());
}

TEST(JudgeHouseholdTest, NeedsAMember) {
  ImportedHousehold household = Sound();
  household.members.clear();
  EXPECT_EQ(Told(JudgeHousehold(household))[0], "AC01 5  HOUSEHOLD_WITHOUT_MEMBERS");
}

TEST(JudgeHouseholdTest, RegisteredMembersCount) {
  ImportedHousehold household = Sound();
  household.members[0].row = 0;
  EXPECT_THAT(Told(JudgeHousehold(household)), IsEmpty());
  // Without a row in AC01 the member's row says what is wrong.
  household.row = 0;
  household.members[1].relation = "01";
  household.incomes.clear();
  EXPECT_THAT(Told(JudgeHousehold(household)),
              UnorderedElementsAre("AB01 11 AAB006 HEAD_SEVERAL", "AC30 30 AAC001 HEAD_SEVERAL"));
}

TEST(JudgeHouseholdTest, WarnsOfWhatIsOdd) {
  ImportedHousehold household = Sound();
  household.declared_head = "丙";
  household.declared_members = 3;
  household.main_cause = "01";
  household.members[0].work_months = 0;
  household.members[1].birth_date = "1980-01-01";
  household.incomes[0].declared_per_capita_fen = 150;
  HouseholdJudgement judgement = JudgeHousehold(household);
  EXPECT_FALSE(judgement.refused);
  EXPECT_THAT(Told(judgement),
              UnorderedElementsAre("AC01 5 AAC029 HEAD_NAME_DISAGREES", "AC01 5 AAC017 MEMBER_COUNT_DISAGREES",
                                   "AC01 5 AAC007 CAUSE_ILLNESS_ALL_HEALTHY", "AB01 11 AAB006 SPOUSE_CHILD_AGE",
                                   "AC07 20 AAC073 WAGE_WITHOUT_MONTHS", "AC07 20 AAC082 NET_INCOME_DISAGREES"));
  household = Sound();
  household.main_cause = "08";
  EXPECT_THAT(Told(JudgeHousehold(household)), ElementsAre("AC01 5 AAC007 CAUSE_LABOUR_BUT_ABLE"));
}

}  // namespace
}  // namespace bangfu::registration::domain
