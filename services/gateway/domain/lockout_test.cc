#include "services/gateway/domain/lockout.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'000'000);
const LockoutRule kRule;

TEST(LockoutTest, TheFifthFailureInARowLocksForFifteenMinutes) {
  NameFailures failures;
  for (int i = 1; i <= 4; ++i) {
    failures = AfterFailure(kRule, failures, kNow);
    EXPECT_EQ(failures.from_source.count, i);
    EXPECT_FALSE(IsLocked(failures, kNow));
  }
  failures = AfterFailure(kRule, failures, kNow);
  EXPECT_TRUE(IsLocked(failures, kNow));
  EXPECT_TRUE(IsLocked(failures, kNow + absl::Minutes(15) - absl::Seconds(1)));
  EXPECT_FALSE(IsLocked(failures, kNow + absl::Minutes(15)));
}

TEST(LockoutTest, AfterALockCountingBeginsAnew) {
  NameFailures failures{{5, kNow}, {5}};
  failures = AfterFailure(kRule, failures, kNow + absl::Minutes(1));
  EXPECT_EQ(failures.from_source.count, 1);
  EXPECT_EQ(failures.everywhere.count, 6);
  EXPECT_FALSE(IsLocked(failures, kNow + absl::Minutes(1)));
}

TEST(LockoutTest, WhoGuessesLocksThemselvesOutAndManyTogetherTheName) {
  Failures everywhere;
  for (int source = 0; source < 20; ++source) {
    EXPECT_FALSE(IsLocked(NameFailures{{}, everywhere}, kNow)) << "the owner gets in before source " << source;
    NameFailures guesser{{}, everywhere};
    for (int i = 0; i < 5; ++i) guesser = AfterFailure(kRule, guesser, kNow);
    EXPECT_TRUE(IsLocked(guesser.from_source, kNow));
    everywhere = guesser.everywhere;
  }
  EXPECT_TRUE(IsLocked(NameFailures{{}, everywhere}, kNow));
}

TEST(LockoutTest, SaysTheMinutesLeftRoundedUp) {
  struct {
    absl::Duration left;
    const char* minutes;
  } const cases[] = {
      {absl::Minutes(15), "15"}, {absl::Seconds(61), "2"}, {absl::Seconds(60), "1"}, {absl::Milliseconds(1), "1"}};
  for (const auto& c : cases) {
    const absl::Status status = CheckNotLocked({{5, kNow + c.left}, {}}, kNow);
    EXPECT_EQ(status::ReasonOf(status), "ACCOUNT_LOCKED");
    EXPECT_EQ(status::ErrorInfoOf(status).metadata().at("minutes"), c.minutes);
  }
  EXPECT_TRUE(CheckNotLocked({{4}, {4}}, kNow).ok());
}

}  // namespace
}  // namespace bangfu::gateway
