// Bounds on what callers and sources may use: rate, requests in flight, connections. Over a bound the answer is a
// refusal with a delay, never a queue that grows. All classes are thread-safe.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_

#include <array>
#include <atomic>
#include <cstddef>
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

// A token bucket for each key. Buckets that have filled up again are forgotten, so memory is bounded by the callers of
// the last moments.
class RateLimiter {
 public:
  explicit RateLimiter(Rate rate) : rate_(rate) {}

  // Takes one token. RATE_LIMITED with the seconds until there is one again.
  absl::Status Take(absl::string_view key, absl::Time now);

 private:
  struct Bucket {
    double tokens;
    absl::Time time;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
    absl::Time swept = absl::InfinitePast();
  };

  void Sweep(Shard& shard, absl::Time now) const;

  const Rate rate_;
  std::array<Shard, 16> shards_;
};

// Counts what is under way in total.
class Gate {
 public:
  explicit Gate(int limit) : limit_(limit) {}

  // One place of the gate, given back at destruction.
  class Place {
   public:
    explicit Place(Gate* gate = nullptr) : gate_(gate) {}
    Place(Place&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
    Place& operator=(Place&& other) noexcept {
      std::swap(gate_, other.gate_);
      return *this;
    }
    ~Place() {
      if (gate_ != nullptr) --gate_->count_;
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    Gate* gate_;
  };

  // An empty place if all are taken.
  Place Enter();
  int count() const { return count_.load(); }

 private:
  const int limit_;
  std::atomic<int> count_{0};
};

// OVERLOADED with a delay of one second: what is said at a full gate.
absl::Status RefuseOverload();

// Counts connections, in total and per source address.
class ConnectionCount {
 public:
  ConnectionCount(int total, int per_source) : total_(total), per_source_(per_source) {}

  bool Enter(const std::string& source);
  void Leave(const std::string& source);
  int count() const;

 private:
  const int total_;
  const int per_source_;
  mutable std::mutex mutex_;
  int count_ = 0;
  std::unordered_map<std::string, int> sources_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_LIMITS_H_
