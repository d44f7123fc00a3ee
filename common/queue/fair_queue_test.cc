#include "common/queue/fair_queue.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::queue {
namespace {

using ::testing::ElementsAre;

std::vector<int> PopAll(FairQueue<int>& queue) {
  std::vector<int> items;
  while (!queue.empty()) items.push_back(queue.Pop());
  return items;
}

TEST(FairQueueTest, KeysTakeTurnsAndEachKeepsItsOrder) {
  FairQueue<int> queue(64);
  for (int item : {11, 12, 13}) EXPECT_TRUE(queue.Push(1, std::move(item)));
  EXPECT_TRUE(queue.Push(2, 21));
  EXPECT_TRUE(queue.Push(3, 31));
  EXPECT_TRUE(queue.Push(3, 32));
  EXPECT_THAT(PopAll(queue), ElementsAre(11, 21, 31, 12, 32, 13));
}

TEST(FairQueueTest, OneKeyHoldsAnEighth) {
  FairQueue<int> queue(16);
  EXPECT_TRUE(queue.Push(1, 1));
  EXPECT_TRUE(queue.Push(1, 2));
  EXPECT_FALSE(queue.Push(1, 3));
  EXPECT_TRUE(queue.Push(2, 4));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.Push(1, 5)) << "there is room again";
  EXPECT_THAT(PopAll(queue), ElementsAre(4, 2, 5));
}

TEST(FairQueueTest, WhatIsRefusedIsLeftToItsOwner) {
  FairQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.Push(1, std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.Push(2, std::move(second)));
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(*queue.Pop(), 1);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace bangfu::queue
