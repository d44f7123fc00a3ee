#include "common/events/sequencer.h"

#include "absl/time/clock.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::events {
namespace {

TEST(SequencerTest, OnlyTheHolderDoesChores) {
  testing::TestDatabase test{absl::Span<const db::Migration>()};
  int by_one = 0, by_two = 0;
  const auto counting = [](int& count) {
    return Sequencer::Chore([&count](db::Tx&) {
      ++count;
      return absl::OkStatus();
    });
  };
  Sequencer one(test.database(), "test", crypto::SigningKey::Generate(), {counting(by_one)});
  Sequencer two(test.database(), "test", crypto::SigningKey::Generate(), {counting(by_two)});
  absl::Time now = absl::Now();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(one.Turn(now).ok());
    ASSERT_TRUE(two.Turn(now).ok());
    now += absl::Milliseconds(1001);
  }
  EXPECT_EQ(by_one, 3);
  EXPECT_EQ(by_two, 0);
  // The holder has gone and its lease has run out.
  test.Sql("UPDATE sequencer SET expires_at = now() - interval '1 second'");
  ASSERT_TRUE(two.Turn(now).ok());
  ASSERT_TRUE(one.Turn(now).ok());
  EXPECT_EQ(by_one, 3);
  EXPECT_EQ(by_two, 1);
}

}  // namespace
}  // namespace bangfu::events
