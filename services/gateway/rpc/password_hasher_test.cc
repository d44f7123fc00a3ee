#include "services/gateway/rpc/password_hasher.h"

#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

const absl::Time kNever = absl::InfiniteFuture();

TEST(PasswordHasherTest, HashesAsConfiguredAndRecognisesItsOwn) {
  PasswordHasher hasher;
  const std::string hash = *hasher.Hash("spring2026rain", kNever);
  EXPECT_THAT(hash, ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_NE(hash, *hasher.Hash("spring2026rain", kNever));
  EXPECT_TRUE(*hasher.Fits("spring2026rain", hash, kNever));
  EXPECT_FALSE(*hasher.Fits("spring2026rai", hash, kNever));
  EXPECT_FALSE(*hasher.Fits("spring2026rain", "", kNever));
  PasswordHasher lighter({.memory_kib = 64, .passes = 1});
  EXPECT_TRUE(*lighter.Fits("spring2026rain", hash, kNever));
  EXPECT_FALSE(hasher.IsOutdated(hash));
  EXPECT_TRUE(lighter.IsOutdated(hash));
  EXPECT_FALSE(hasher.Fits("spring2026rain", "no hash", kNever).ok());
}

TEST(PasswordHasherTest, AllWhoMayWaitGetTheirTurn) {
  PasswordHasher hasher({.memory_kib = 64, .at_once = 2, .waiting = 14});
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { done += hasher.Hash("spring2026rain", kNever).ok(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 16);
}

TEST(PasswordHasherTest, RefusesMoreThanMayWait) {
  const absl::Status status = PasswordHasher({.at_once = 0, .waiting = 0}).Hash("spring2026rain", kNever).status();
  EXPECT_EQ(status::ReasonOf(status), "OVERLOADED");
  EXPECT_GT(status::RetryDelaySecondsOf(status), 0);
}

TEST(PasswordHasherTest, WaitsNoLongerThanTheDeadline) {
  PasswordHasher hasher({.at_once = 0});
  EXPECT_EQ(status::ReasonOf(hasher.Hash("spring2026rain", absl::Now() + absl::Milliseconds(10)).status()),
            "DEADLINE_EXCEEDED");
}

}  // namespace
}  // namespace bangfu::gateway
