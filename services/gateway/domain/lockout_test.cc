#include "services/gateway/domain/lockout.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'000'000);
const LockoutRule kRule;

TEST(LockoutTest, TheFifthFailureInARowLocksForFifteenMinutes) {
  Failures failures;
  for (int i = 1; i <= 4; ++i) {
    failures = AfterFailure(kRule, failures, kNow);
    EXPECT_EQ(failures.count, i);
    EXPECT_FALSE(IsLocked(failures, kNow));
  }
  failures = AfterFailure(kRule, failures, kNow);
  EXPECT_TRUE(IsLocked(failures, kNow));
  EXPECT_TRUE(IsLocked(failures, kNow + absl::Minutes(15) - absl::Seconds(1)));
  EXPECT_FALSE(IsLocked(failures, kNow + absl::Minutes(15)));
}

TEST(LockoutTest, AfterALockCountingBeginsAnew) {
  Failures failures{5, kNow};
  failures = AfterFailure(kRule, failures, kNow + absl::Minutes(1));
  EXPECT_EQ(failures.count, 1);
  EXPECT_FALSE(IsLocked(failures, kNow + absl::Minutes(1)));
}

TEST(LockoutTest, SaysTheMinutesLeftRoundedUp) {
  struct {
    absl::Duration left;
    const char* minutes;
  } const cases[] = {
      {absl::Minutes(15), "15"}, {absl::Seconds(61), "2"}, {absl::Seconds(60), "1"}, {absl::Milliseconds(1), "1"}};
  for (const auto& c : cases) {
    const absl::Status status = CheckNotLocked({5, kNow + c.left}, kNow);
    EXPECT_EQ(status::ReasonOf(status), "ACCOUNT_LOCKED");
    EXPECT_EQ(status::ErrorInfoOf(status).metadata().at("minutes"), c.minutes);
  }
  EXPECT_TRUE(CheckNotLocked({4}, kNow).ok());
}

}  // namespace
}  // namespace bangfu::gateway
