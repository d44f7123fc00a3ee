// Bounds on what callers and sources may use: rate, requests in flight, connections. Over a bound the answer is a
// refusal with a delay, never a queue that grows. All classes are thread-safe.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <limits>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::edge {

struct Rate {
  double per_second = 0;  // 0: no limit
  double burst = 0;
};

// A token bucket for each key. Buckets that have filled up again are forgotten, so what is kept are the callers of the
// last moments, and never more than `most_keys`: beyond, some bucket is forgotten before its time.
class RateLimiter {
 public:
  explicit RateLimiter(size_t most_keys = size_t{1} << 17) : most_of_shard_(std::max<size_t>(most_keys / kShards, 1)) {}

  // Takes one token of the key's bucket, which fills at `rate`. RATE_LIMITED with the seconds until there is one again.
  absl::Status Take(absl::string_view key, const Rate& rate, absl::Time now);

  // Keys that are remembered.
  size_t size() const;

 private:
  static constexpr size_t kShards = 16;
  struct Bucket {
    double tokens;
    absl::Time time;
    absl::Time full;  // from then on it is as good as a new one
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
    absl::Time swept = absl::InfinitePast();
  };

  static void Sweep(Shard& shard, absl::Time now);
  Bucket& BucketOf(Shard& shard, absl::string_view key, const Rate& rate, absl::Time now) const;

  const size_t most_of_shard_;
  std::array<Shard, kShards> shards_;
};

// Counts what is under way: in all, and of one key where a bound on keys is set.
class Gate {
 public:
  explicit Gate(int limit, int per_key = std::numeric_limits<int>::max()) : limit_(limit), per_key_(per_key) {}

  // One place of the gate, given back at destruction.
  class Place {
   public:
    explicit Place(Gate* gate = nullptr, std::string key = "") : gate_(gate), key_(std::move(key)) {}
    Place(Place&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)), key_(std::move(other.key_)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Place() {
      if (gate_ != nullptr) gate_->Leave(key_);
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    Gate* gate_;
    std::string key_;
  };

  // An empty place if all are taken, or all of the key. Without a key only the total counts.
  Place Enter(const std::string& key = "");
  int count() const { return count_.load(); }

 private:
  void Leave(const std::string& key);

  const int limit_;
  const int per_key_;
  std::atomic<int> count_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, int> keys_;
};

// OVERLOADED with a delay of one second: what is said at a full gate.
absl::Status RefuseOverload();

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_
