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

absl::Status RateLimiter::Take(absl::string_view key, const Rate& rate, absl::Time now) {
  if (rate.per_second <= 0) return absl::OkStatus();
  Shard& shard = shards_[absl::HashOf(key) % kShards];
  std::lock_guard lock(shard.mutex);
  Bucket& bucket = BucketOf(shard, key, rate, now);
  const double elapsed = std::max(0.0, absl::ToDoubleSeconds(now - bucket.time));
  bucket.tokens = std::min(rate.burst, bucket.tokens + elapsed * rate.per_second);
  bucket.time = std::max(bucket.time, now);
  const bool taken = bucket.tokens >= 1;
  if (taken) bucket.tokens -= 1;
  bucket.full = bucket.time + absl::Seconds((rate.burst - bucket.tokens) / rate.per_second);
  if (taken) return absl::OkStatus();
  const int seconds = static_cast<int>(std::ceil((1 - bucket.tokens) / rate.per_second));
  return status::WithRetryDelay(
      status::Refuse(status::Reason::RATE_LIMITED, {{"retry_seconds", absl::StrCat(seconds)}}), seconds);
}

RateLimiter::Bucket& RateLimiter::BucketOf(Shard& shard, absl::string_view key, const Rate& rate,
                                           absl::Time now) const {
  if (now - shard.swept > kSweepInterval) Sweep(shard, now);
  auto [found, created] = shard.buckets.try_emplace(std::string(key), Bucket{rate.burst, now, now});
  if (created && shard.buckets.size() > most_of_shard_) {
    auto other = shard.buckets.begin();
    if (other == found) ++other;
    shard.buckets.erase(other);
  }
  return found->second;
}

void RateLimiter::Sweep(Shard& shard, absl::Time now) {
  std::erase_if(shard.buckets, [&](const auto& entry) { return now >= entry.second.full; });
  shard.swept = now;
}

size_t RateLimiter::size() const {
  size_t size = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    size += shard.buckets.size();
  }
  return size;
}

Gate::Place Gate::Enter(const std::string& key) {
  if (++count_ > limit_) {
    --count_;
    return Place();
  }
  if (key.empty()) return Place(this);
  std::lock_guard lock(mutex_);
  int& mine = keys_[key];
  if (mine >= per_key_) {
    --count_;
    return Place();
  }
  ++mine;
  return Place(this, key);
}

void Gate::Leave(const std::string& key) {
  --count_;
  if (key.empty()) return;
  std::lock_guard lock(mutex_);
  auto found = keys_.find(key);
  if (--found->second == 0) keys_.erase(found);
}

absl::Status RefuseOverload() { return status::Overloaded(); }

}  // namespace bangfu::edge
