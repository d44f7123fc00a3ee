#include "common/rpc/worker_pool.h"

#include <future>

#include "gtest/gtest.h"

namespace bangfu::rpc {
namespace {

TEST(LaneTest, OneKeyHoldsAnEighthOfTheQueueAndTheRestIsLeftToOthers) {
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
    EXPECT_EQ(taken, kBound / 8);
    for (int key = 1; key < 8; ++key) {
      for (int i = 0; i < kBound / 8; ++i) EXPECT_TRUE(lane.Add(key, [&, key] { order.push_back(key); }));
    }
    EXPECT_EQ(lane.queued(), kBound);
    EXPECT_FALSE(lane.Add(9, [] {})) << "the lane is full";
    gate.set_value();
  }
  ASSERT_EQ(order.size(), kBound);
  EXPECT_EQ(order[0], 150526);
  EXPECT_EQ(order[8], 150526) << "the greedy key waits for its turn";
}

}  // namespace
}  // namespace bangfu::rpc
