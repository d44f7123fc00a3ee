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

int Fill(FairQueue<int>& queue, int64_t key) {
  int taken = 0;
  while (queue.Push(key, static_cast<int>(key))) ++taken;
  return taken;
}

TEST(FairQueueTest, AGreedyKeyLeavesRoomForOthers) {
  FairQueue<int> queue(64);
  EXPECT_EQ(Fill(queue, 1), 32) << "alone it gets half";
  EXPECT_EQ(Fill(queue, 2), 16) << "the next gets half of the rest";
  EXPECT_EQ(Fill(queue, 3), 8);
  EXPECT_EQ(Fill(queue, 4), 8) << "an eighth in any case";
  EXPECT_EQ(Fill(queue, 5), 0) << "the queue is full";
  queue.Pop();
  EXPECT_FALSE(queue.Push(2, 2));
  EXPECT_TRUE(queue.Push(5, 5)) << "what is free goes to whoever has least";
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
