#include "common/standards/area_code.h"

#include "gtest/gtest.h"

namespace bangfu::standards {
namespace {

TEST(AreaCodeTest, FillsWithZeros) {
  EXPECT_EQ(ParseAreaCode("15"), 150000000000);
  EXPECT_EQ(ParseAreaCode("1505"), 150500000000);
  EXPECT_EQ(ParseAreaCode("150526"), 150526000000);
  EXPECT_EQ(ParseAreaCode("150526100"), 150526100000);
  EXPECT_EQ(ParseAreaCode("150526100201"), 150526100201);
  for (absl::string_view bad :
       {"", "1", "150", "15052", "1505261002011", "15052610020x", "００", "050526000000", "-5", "000000000000"}) {
    EXPECT_FALSE(ParseAreaCode(bad)) << bad;
  }
  EXPECT_EQ(FormatAreaCode(150526000000), "150526000000");
}

TEST(AreaCodeTest, LevelsParentsAndRanges) {
  struct Case {
    int64_t code;
    int level;
    int64_t parent, end;
  };
  for (const Case& c :
       {Case{150000000000, 1, 0, 160000000000}, Case{150500000000, 2, 150000000000, 150600000000},
        Case{150526000000, 3, 150500000000, 150527000000}, Case{150526100000, 4, 150526000000, 150526101000},
        Case{150526100201, 5, 150526100000, 150526100202}, Case{441900003000, 4, 441900000000, 441900004000}}) {
    EXPECT_EQ(LevelOf(c.code), c.level) << c.code;
    EXPECT_EQ(ParentOf(c.code), c.parent) << c.code;
    EXPECT_EQ(RangeEndOf(c.code), c.end) << c.code;
  }
}

TEST(AreaCodeTest, WithinAndCounty) {
  EXPECT_TRUE(IsWithin(150526100201, 150526000000));
  EXPECT_TRUE(IsWithin(150526000000, 150526000000));
  EXPECT_FALSE(IsWithin(150527000000, 150526000000));
  EXPECT_FALSE(IsWithin(150500000000, 150526000000));
  EXPECT_EQ(CountyOf(150526100201), 150526);
  EXPECT_EQ(CountyOf(150000000000), 150000);
}

}  // namespace
}  // namespace bangfu::standards
