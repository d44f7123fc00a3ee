// Argon2id (RFC 9106) with a bound on how much of it runs at once, so that a storm of sign-ins takes neither all cores
// nor all memory.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_PASSWORD_HASHER_H_
#define BANGFU_SERVICES_GATEWAY_RPC_PASSWORD_HASHER_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace bangfu::gateway {

struct HashingRule {
  // One hash takes about 33 ms with these. Hashes of other parameters still verify.
  uint32_t memory_kib = 19456;
  uint32_t passes = 2;
  int at_once = 2;   // hashes computed at the same time, each with memory_kib of its own
  int waiting = 24;  // calls that wait for their turn; fewer than workers, so that other methods go on
};

// Thread-safe. Every function refuses with OVERLOADED when too many wait, and with DEADLINE_EXCEEDED when the deadline
// passes first.
class PasswordHasher {
 public:
  explicit PasswordHasher(HashingRule rule = {});

  // The hash with its parameters and a new salt, as text.
  absl::StatusOr<std::string> Hash(const std::string& password, absl::Time deadline);

  // Whether the password is that of the hash. An empty hash (no such account) takes as long as any, and never fits.
  absl::StatusOr<bool> Fits(const std::string& password, const std::string& hash, absl::Time deadline);

  // The hash was made with other parameters than new ones are.
  bool IsOutdated(const std::string& hash) const;

  // Whether the password is that of any of the hashes.
  absl::StatusOr<bool> FitsAny(const std::string& password, const std::vector<std::string>& hashes,
                               absl::Time deadline);

 private:
  class Turn;
  absl::Status TakeTurn(absl::Time deadline);
  void GiveTurn();

  const HashingRule rule_;
  const std::string fixed_hash_;  // of a password that nobody knows
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0;
  int waiting_ = 0;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_PASSWORD_HASHER_H_
