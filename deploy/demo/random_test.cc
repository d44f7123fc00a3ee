#include "deploy/demo/random.h"

#include <gtest/gtest.h>

namespace bangfu::demo {
namespace {

TEST(RandomTest, IsTheSameOnEveryMachine) {
  Random random(1);
  EXPECT_EQ(random.Next(), 12966619160104079557u);
  EXPECT_EQ(random.Next(), 9600361134598540522u);
  EXPECT_EQ(Mix(1, 2), 834844254806117752u);
}

TEST(RandomTest, BetweenReachesBothEndsAndNothingElse) {
  Random random(7);
  bool low = false, high = false;
  for (int i = 0; i < 1000; ++i) {
    const int value = random.Between(-2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 3);
    low |= value == -2;
    high |= value == 3;
  }
  EXPECT_TRUE(low && high);
}

TEST(SamplerTest, ChoosesExactlyAsManyAsWanted) {
  for (int wanted : {0, 1, 37, 99, 100}) {
    Random random(wanted);
    Sampler sampler(wanted, 100);
    int taken = 0;
    for (int i = 0; i < 100; ++i) taken += sampler.Take(random) ? 1 : 0;
    EXPECT_EQ(taken, wanted);
  }
}

}  // namespace
}  // namespace bangfu::demo
