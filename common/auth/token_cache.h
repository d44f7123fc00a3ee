// Remembers the callers of tokens that verified, because verifying a signature costs a hundred times more.
#ifndef BANGFU_COMMON_AUTH_TOKEN_CACHE_H_
#define BANGFU_COMMON_AUTH_TOKEN_CACHE_H_

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/caller.h"

namespace bangfu::auth {

// Thread-safe.
class TokenCache {
 public:
  // Holds at most about `capacity` callers, each found by its Caller.token.
  explicit TokenCache(size_t capacity);

  // The caller of that very token; null if it is not held.
  std::shared_ptr<const Caller> Find(absl::string_view token) const;

  // Keeps the caller; those that expired before `now` make room first.
  void Insert(std::shared_ptr<const Caller> caller, absl::Time now);

 private:
  static constexpr size_t kShards = 16;

  // Keyed by a hash of the token with a seed of this process. The token itself is then compared in constant time; of
  // two tokens with one hash, the later is kept.
  struct Shard {
    mutable std::mutex mutex;
    absl::flat_hash_map<size_t, std::shared_ptr<const Caller>> callers;
  };

  const size_t shard_capacity_;
  std::array<Shard, kShards> shards_;
};

}  // namespace bangfu::auth

#endif  // BANGFU_COMMON_AUTH_TOKEN_CACHE_H_
