#include "common/procedure/actor.h"

#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

constexpr int64_t kVillage = 150526100201;

v1::Level LevelFor(const auth::AreaRange& range, int64_t area) {
  for (const LevelRange& part : ByLevel(range)) {
    if (part.range.Contains(area)) return part.level;
  }
  return v1::LEVEL_UNSPECIFIED;
}

TEST(ByLevelTest, NamesTheLevelOfWhatWasGranted) {
  EXPECT_EQ(LevelFor(auth::RangeOf(150000000000), kVillage), v1::PROVINCE);
  EXPECT_EQ(LevelFor(auth::RangeOf(150500000000), kVillage), v1::CITY);
  EXPECT_EQ(LevelFor(auth::RangeOf(150526000000), kVillage), v1::COUNTY);
  EXPECT_EQ(LevelFor(auth::RangeOf(150526100000), kVillage), v1::TOWNSHIP);
  EXPECT_EQ(LevelFor(auth::RangeOf(kVillage), kVillage), v1::VILLAGE);
  EXPECT_EQ(LevelFor(auth::RangeOf(0), kVillage), v1::PROVINCE);
  EXPECT_EQ(LevelFor(auth::RangeOf(kVillage + 1), kVillage), v1::LEVEL_UNSPECIFIED);
}

TEST(ByLevelTest, RangesThatWereMergedAreStillOfTheirLevels) {
  // A village, the township behind it, and half of the next.
  const auth::AreaRange merged{150526099999, 150526101500};
  EXPECT_EQ(LevelFor(merged, 150526099999), v1::VILLAGE);
  EXPECT_EQ(LevelFor(merged, 150526100201), v1::TOWNSHIP);
  EXPECT_EQ(LevelFor(merged, 150526101499), v1::VILLAGE);
  EXPECT_EQ(LevelFor({150525000000, 150527000000}, kVillage), v1::COUNTY);  // two counties
}

TEST(FindRightTest, WantsRoleLevelAndArea) {
  RoleList reviewer;
  reviewer.Add(options::v1::REVIEWER);
  const Actor township{"a", {{options::v1::REVIEWER, {auth::RangeOf(150526100000)}}}};
  EXPECT_TRUE(FindRight(township, reviewer, v1::TOWNSHIP, false, kVillage));
  EXPECT_FALSE(FindRight(township, reviewer, v1::VILLAGE, false, kVillage));
  EXPECT_TRUE(FindRight(township, reviewer, v1::VILLAGE, true, kVillage));
  EXPECT_FALSE(FindRight(township, reviewer, v1::COUNTY, true, kVillage));  // nobody stands in for those above
  EXPECT_FALSE(FindRight(township, reviewer, v1::TOWNSHIP, false, 150526200201));
  RoleList registrar;
  registrar.Add(options::v1::REGISTRAR);
  EXPECT_FALSE(FindRight(township, registrar, v1::TOWNSHIP, false, kVillage));
}

TEST(AreaAtTest, FillsWithZeros) {
  EXPECT_EQ(AreaAt(v1::VILLAGE, kVillage), kVillage);
  EXPECT_EQ(AreaAt(v1::TOWNSHIP, kVillage), 150526100000);
  EXPECT_EQ(AreaAt(v1::PROVINCE, kVillage), 150000000000);
}

}  // namespace
}  // namespace bangfu::procedure
