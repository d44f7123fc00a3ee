#include "deploy/demo/identity.h"

#include <gtest/gtest.h>

#include <set>

namespace bangfu::demo {
namespace {

// The numbers are the examples of the standard.
TEST(IdentityTest, ChecksTheExamplesOfTheStandard) {
  EXPECT_TRUE(IsIdentityNumber("11010519491231002X"));
  EXPECT_TRUE(IsIdentityNumber("440524188001010014"));
  EXPECT_FALSE(IsIdentityNumber("110105194912310021"));
  EXPECT_FALSE(IsIdentityNumber("11010519490229002X"));
  EXPECT_FALSE(IsIdentityNumber("1101051949123100"));
  EXPECT_EQ(IdentityCheck("44052418800101001"), '4');
}

TEST(IdentityTest, WritesANumber) {
  std::string number;
  AppendIdentityNumber(110105, {1949, 12, 31}, 2, &number);
  EXPECT_EQ(number, "11010519491231002X");
}

TEST(IdentityTest, KnowsDaysOfTheYear) {
  EXPECT_EQ(DateInYear(2019, 365).day, 31);
  EXPECT_EQ(DateInYear(2016, 60).month, 2);
  EXPECT_EQ(DateInYear(2016, 60).day, 29);
  EXPECT_EQ(DateInYear(2019, 60).month, 3);
  EXPECT_EQ(DaysInMonth(1900, 2), 28);
}

TEST(IdentitySequencesTest, GivesEachOnceAndThenNothing) {
  IdentitySequences sequences(2);
  for (Sex sex : {Sex::kMale, Sex::kFemale}) {
    std::set<int> given;
    for (int i = 0; i < 499; ++i) {
      const std::optional<int> sequence = sequences.Next(0, {1970, 5, 6}, sex);
      ASSERT_TRUE(sequence.has_value());
      EXPECT_EQ(*sequence % 2 == 1, sex == Sex::kMale);
      EXPECT_TRUE(*sequence >= 1 && *sequence <= 998 && given.insert(*sequence).second) << *sequence;
    }
    EXPECT_FALSE(sequences.Next(0, {1970, 5, 6}, sex).has_value());
    EXPECT_TRUE(sequences.Next(1, {1970, 5, 6}, sex).has_value()) << "another county";
    EXPECT_TRUE(sequences.Next(0, {1970, 5, 7}, sex).has_value()) << "another day";
  }
}

}  // namespace
}  // namespace bangfu::demo
