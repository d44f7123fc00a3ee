#include "common/auth/area_range.h"

#include "gtest/gtest.h"

namespace bangfu::auth {
namespace {

TEST(AreaRangeTest, LevelFollowsFromTrailingZeros) {
  const struct {
    int64_t code;
    AreaRange range;
  } kCases[] = {
      {150000000000, {150000000000, 160000000000}},
      {150500000000, {150500000000, 150600000000}},
      {150526000000, {150526000000, 150527000000}},
      {150526100000, {150526100000, 150526101000}},
      {150526100201, {150526100201, 150526100202}},
      {150526100210, {150526100210, 150526100211}},
      {0, {0, kAreaCodeEnd}},
      {990000000000, {990000000000, kAreaCodeEnd}},
      {-1, {}},
      {kAreaCodeEnd, {}},
      {150526, {150526, 150527}},
  };
  for (const auto& c : kCases) EXPECT_EQ(RangeOf(c.code), c.range) << c.code;
}

TEST(AreaRangeTest, MergesToTheFewestRanges) {
  const struct {
    std::vector<AreaRange> ranges, merged;
  } kCases[] = {
      {{}, {}},
      {{{5, 5}, {9, 3}}, {}},
      {{{7, 9}, {1, 3}}, {{1, 3}, {7, 9}}},
      {{{1, 3}, {3, 5}}, {{1, 5}}},
      {{{1, 9}, {2, 3}, {8, 12}}, {{1, 12}}},
      {{{1, 3}, {1, 3}}, {{1, 3}}},
  };
  for (const auto& c : kCases) EXPECT_EQ(Merge(c.ranges), c.merged);
}

}  // namespace
}  // namespace bangfu::auth
