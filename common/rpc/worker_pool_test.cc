#include "common/rpc/worker_pool.h"

#include <future>

#include "gtest/gtest.h"

namespace bangfu::rpc {
namespace {

TEST(LaneTest, KeysTakeTurnsAndAGreedyOneIsRefused) {
  constexpr int kBound = 64;
  std::promise<void> gate, entered;
  std::vector<int64_t> order;
  {
    Lane lane("test", 1, kBound);
    ASSERT_TRUE(lane.Add(0, [&] {
      entered.set_value();
      gate.get_future().wait();
    }));
    entered.get_future().wait();
    int taken = 0;
    for (int i = 0; i < kBound; ++i) taken += lane.Add(150526, [&] { order.push_back(150526); });
    EXPECT_EQ(taken, kBound / 2);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(lane.Add(150521, [&] { order.push_back(150521); }));
    EXPECT_EQ(lane.queued(), kBound / 2 + 3);
    gate.set_value();
  }
  ASSERT_EQ(order.size(), kBound / 2 + 3u);
  EXPECT_EQ(order[0], 150526);
  EXPECT_EQ(order[1], 150521) << "the greedy key waits for its turn";
  EXPECT_EQ(order[3], 150521);
  EXPECT_EQ(order[5], 150521);
}

}  // namespace
}  // namespace bangfu::rpc
