#include "services/gateway/edge/limits.h"

#include <algorithm>
#include <cmath>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"

namespace bangfu::edge {
namespace {

constexpr absl::Duration kSweepInterval = absl::Seconds(30);

}  // namespace

absl::Status RateLimiter::Take(absl::string_view key, absl::Time now) {
  if (rate_.per_second <= 0) return absl::OkStatus();
  Shard& shard = shards_[absl::HashOf(key) % shards_.size()];
  std::lock_guard lock(shard.mutex);
  if (now - shard.swept > kSweepInterval) Sweep(shard, now);
  auto [found, created] = shard.buckets.try_emplace(std::string(key), Bucket{rate_.burst, now});
  Bucket& bucket = found->second;
  double elapsed = std::max(0.0, absl::ToDoubleSeconds(now - bucket.time));
  bucket.tokens = std::min(rate_.burst, bucket.tokens + elapsed * rate_.per_second);
  bucket.time = std::max(bucket.time, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return absl::OkStatus();
  }
  int seconds = static_cast<int>(std::ceil((1 - bucket.tokens) / rate_.per_second));
  return status::WithRetryDelay(
      status::Refuse(status::Reason::RATE_LIMITED, {{"retry_seconds", absl::StrCat(seconds)}}), seconds);
}

void RateLimiter::Sweep(Shard& shard, absl::Time now) const {
  absl::Duration full = absl::Seconds(rate_.burst / rate_.per_second);
  std::erase_if(shard.buckets, [&](const auto& entry) { return now - entry.second.time > full; });
  shard.swept = now;
}

Gate::Place Gate::Enter() {
  if (++count_ > limit_) {
    --count_;
    return Place();
  }
  return Place(this);
}

absl::Status RefuseOverload() {
  return status::WithRetryDelay(status::Refuse(status::Reason::OVERLOADED, {{"retry_seconds", "1"}}), 1);
}

bool ConnectionCount::Enter(const std::string& source) {
  std::lock_guard lock(mutex_);
  if (count_ >= total_) return false;
  int& mine = sources_[source];
  if (mine >= per_source_) return false;
  ++mine;
  ++count_;
  return true;
}

void ConnectionCount::Leave(const std::string& source) {
  std::lock_guard lock(mutex_);
  --count_;
  auto found = sources_.find(source);
  if (--found->second == 0) sources_.erase(found);
}

int ConnectionCount::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace bangfu::edge
