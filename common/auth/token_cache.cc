#include "common/auth/token_cache.h"

#include <utility>

#include "absl/hash/hash.h"
#include "common/crypto/digest.h"

namespace bangfu::auth {
namespace {

size_t HashOf(absl::string_view token) { return absl::Hash<absl::string_view>()(token); }

}  // namespace

TokenCache::TokenCache(size_t capacity) : shard_capacity_(capacity / kShards + 1) {}

std::shared_ptr<const Caller> TokenCache::Find(absl::string_view token) const {
  const size_t hash = HashOf(token);
  const Shard& shard = shards_[hash % kShards];
  std::shared_ptr<const Caller> caller;
  {
    std::lock_guard lock(shard.mutex);
    auto found = shard.callers.find(hash);
    if (found == shard.callers.end()) return nullptr;
    caller = found->second;
  }
  return crypto::ConstantTimeEqual(caller->token, token) ? caller : nullptr;
}

void TokenCache::Insert(std::shared_ptr<const Caller> caller, absl::Time now) {
  const size_t hash = HashOf(caller->token);
  Shard& shard = shards_[hash % kShards];
  std::lock_guard lock(shard.mutex);
  if (shard.callers.size() >= shard_capacity_) {
    absl::erase_if(shard.callers, [&](const auto& entry) { return entry.second->expire_time < now; });
  }
  if (shard.callers.size() >= shard_capacity_) shard.callers.erase(shard.callers.begin());
  shard.callers.insert_or_assign(hash, std::move(caller));
}

}  // namespace bangfu::auth
