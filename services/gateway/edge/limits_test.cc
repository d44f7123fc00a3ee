#include "services/gateway/edge/limits.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "services/gateway/edge/deadline.h"
#include "services/gateway/edge/gzip.h"
#include "services/gateway/edge/trace.h"

namespace bangfu::edge {
namespace {

TEST(RateLimiterTest, AllowsBurstThenRate) {
  RateLimiter limiter;
  const Rate rate{.per_second = 2, .burst = 3};
  absl::Time now = absl::FromUnixSeconds(1'000'000);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.Take("a", rate, now).ok());
  absl::Status refused = limiter.Take("a", rate, now);
  EXPECT_EQ(status::ReasonOf(refused), "RATE_LIMITED");
  EXPECT_EQ(status::RetryDelaySecondsOf(refused), 1);
  EXPECT_TRUE(limiter.Take("b", rate, now).ok());
  EXPECT_TRUE(limiter.Take("a", rate, now + absl::Milliseconds(500)).ok());
  EXPECT_FALSE(limiter.Take("a", rate, now + absl::Milliseconds(500)).ok());
  // A clock that steps back gives nothing for free.
  EXPECT_FALSE(limiter.Take("a", rate, now - absl::Hours(1)).ok());
}

TEST(RateLimiterTest, KeepsARateForEachKey) {
  RateLimiter limiter;
  absl::Time now = absl::FromUnixSeconds(1'000'000);
  const Rate rare{.per_second = 0.1, .burst = 1};
  EXPECT_TRUE(limiter.Take("rare", rare, now).ok());
  EXPECT_EQ(status::RetryDelaySecondsOf(limiter.Take("rare", rare, now)), 10);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(limiter.Take("often", {.per_second = 50, .burst = 50}, now).ok());
  EXPECT_FALSE(limiter.Take("rare", rare, now + absl::Seconds(9)).ok());
  EXPECT_TRUE(limiter.Take("rare", rare, now + absl::Seconds(10)).ok());
}

TEST(RateLimiterTest, RemembersABoundedNumberOfKeys) {
  RateLimiter limiter(160);
  const Rate rate{.per_second = 1, .burst = 10};
  absl::Time now = absl::FromUnixSeconds(1'000'000);
  for (int i = 0; i < 100'000; ++i) EXPECT_TRUE(limiter.Take(absl::StrCat(i), rate, now).ok());
  EXPECT_LE(limiter.size(), 160u);
}

TEST(RateLimiterTest, ForgetsBucketsThatAreFullAgain) {
  RateLimiter limiter;
  const Rate rate{.per_second = 1, .burst = 10};
  absl::Time now = absl::FromUnixSeconds(1'000'000);
  for (int i = 0; i < 5'000; ++i) EXPECT_TRUE(limiter.Take(absl::StrCat("old", i), rate, now).ok());
  now += absl::Minutes(1);
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limiter.Take(absl::StrCat("new", i), rate, now).ok());
  EXPECT_EQ(limiter.size(), 1'000u);
}

TEST(GateTest, CountsPlaces) {
  Gate gate(1);
  {
    Gate::Place place = gate.Enter();
    EXPECT_TRUE(place);
    EXPECT_FALSE(gate.Enter());
    EXPECT_EQ(gate.count(), 1);
  }
  EXPECT_TRUE(gate.Enter());
  EXPECT_EQ(gate.count(), 0);
}

TEST(GateTest, BoundsEachKey) {
  Gate gate(4, 2);
  std::vector<Gate::Place> places;
  const auto enters = [&](const std::string& key) {
    places.push_back(gate.Enter(key));
    return static_cast<bool>(places.back());
  };
  EXPECT_TRUE(enters("a"));
  EXPECT_TRUE(enters("a"));
  EXPECT_FALSE(enters("a"));
  EXPECT_TRUE(enters("b"));
  EXPECT_TRUE(enters(""));
  EXPECT_FALSE(enters("c"));
  places.clear();
  EXPECT_EQ(gate.count(), 0);
  EXPECT_TRUE(enters("a"));
}

TEST(DeadlineTest, ReadsBothHeaders) {
  EXPECT_EQ(ParseGrpcTimeout("100m"), absl::Milliseconds(100));
  EXPECT_EQ(ParseGrpcTimeout("5S"), absl::Seconds(5));
  for (const char* broken : {"", "S", "5", "5s", "-1S", "123456789S"})
    EXPECT_EQ(ParseGrpcTimeout(broken), std::nullopt);
  EXPECT_EQ(ParseTimeoutSeconds("1.5"), absl::Milliseconds(1500));
  for (const char* broken : {"", "0", "-1", "x", "nan", "inf", "1e300"}) {
    EXPECT_EQ(ParseTimeoutSeconds(broken), std::nullopt) << broken;
  }
}

TEST(TraceTest, ReadsAndMakesTraceParents) {
  std::string id = NewTraceId();
  EXPECT_EQ(TraceIdOf(TraceParent(id)), id);
  EXPECT_NE(NewTraceId(), id);
  for (const char* broken : {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                             "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                             "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                             "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                             "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                             "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"}) {
    EXPECT_EQ(TraceIdOf(broken), std::nullopt) << broken;
  }
}

TEST(GzipTest, ReadsAcceptEncoding) {
  EXPECT_TRUE(AcceptsGzip("gzip"));
  EXPECT_TRUE(AcceptsGzip("br, GZIP;q=0.5"));
  EXPECT_FALSE(AcceptsGzip(""));
  EXPECT_FALSE(AcceptsGzip("br"));
  EXPECT_FALSE(AcceptsGzip("gzip;q=0"));
  EXPECT_LT(Gzip(std::string(10'000, 'a'))->size(), 200u);
}

}  // namespace
}  // namespace bangfu::edge
