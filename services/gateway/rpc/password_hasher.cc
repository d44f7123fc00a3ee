#include "services/gateway/rpc/password_hasher.h"

#include <argon2.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/time/clock.h"
#include "common/crypto/random.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {
namespace {

constexpr size_t kSaltSize = 16;
constexpr size_t kHashSize = 32;
constexpr uint32_t kLanes = 1;
constexpr absl::Duration kLongestWait = absl::Seconds(30);
constexpr int kRetrySeconds = 2;

std::string ComputeHash(const HashingRule& rule, const std::string& password) {
  const std::string salt = crypto::RandomBytes(kSaltSize);
  std::string encoded(argon2_encodedlen(rule.passes, rule.memory_kib, kLanes, kSaltSize, kHashSize, Argon2_id), '\0');
  const int code = argon2id_hash_encoded(rule.passes, rule.memory_kib, kLanes, password.data(), password.size(),
                                         salt.data(), salt.size(), kHashSize, encoded.data(), encoded.size());
  if (code != ARGON2_OK) {
    // Parameters are the program's own, so this is a lack of memory: an empty hash would let nobody in ever again.
    std::fprintf(stderr, "argon2id failed: %s\n", argon2_error_message(code));
    std::abort();
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

}  // namespace

// Holds one of the places at which hashes are computed.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {}
  ~Turn() { hasher_.GiveTurn(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(HashingRule rule)
    : rule_(rule), fixed_hash_(ComputeHash(rule, crypto::RandomBytes(kHashSize))) {}

absl::Status PasswordHasher::TakeTurn(absl::Time deadline) {
  std::unique_lock lock(mutex_);
  if (running_ >= rule_.at_once) {
    if (waiting_ >= rule_.waiting) {
      return status::WithRetryDelay(
          status::Refuse(status::Reason::OVERLOADED, {{"retry_seconds", std::to_string(kRetrySeconds)}}),
          kRetrySeconds);
    }
    ++waiting_;
    const auto until = absl::ToChronoTime(std::min(deadline, absl::Now() + kLongestWait));
    const bool free = freed_.wait_until(lock, until, [&] { return running_ < rule_.at_once; });
    --waiting_;
    if (!free) return status::Refuse(status::Reason::DEADLINE_EXCEEDED);
  }
  ++running_;
  return absl::OkStatus();
}

void PasswordHasher::GiveTurn() {
  {
    std::lock_guard lock(mutex_);
    --running_;
  }
  freed_.notify_one();
}

absl::StatusOr<std::string> PasswordHasher::Hash(const std::string& password, absl::Time deadline) {
  RETURN_IF_ERROR(TakeTurn(deadline));
  Turn turn(*this);
  return ComputeHash(rule_, password);
}

absl::StatusOr<bool> PasswordHasher::Fits(const std::string& password, const std::string& hash, absl::Time deadline) {
  RETURN_IF_ERROR(TakeTurn(deadline));
  Turn turn(*this);
  const std::string& compared = hash.empty() ? fixed_hash_ : hash;
  const int code = argon2id_verify(compared.c_str(), password.data(), password.size());
  if (code == ARGON2_OK) return !hash.empty();
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  return absl::DataLossError("a stored password hash cannot be read");
}

bool PasswordHasher::IsOutdated(const std::string& hash) const {
  // $argon2id$v=19$m=19456,t=2,p=1$salt$hash
  const size_t salt = fixed_hash_.find('$', fixed_hash_.find(",p=")) + 1;
  return hash.compare(0, salt, fixed_hash_, 0, salt) != 0;
}

absl::StatusOr<bool> PasswordHasher::FitsAny(const std::string& password, const std::vector<std::string>& hashes,
                                             absl::Time deadline) {
  for (const std::string& hash : hashes) {
    ASSIGN_OR_RETURN(const bool fits, Fits(password, hash, deadline));
    if (fits) return true;
  }
  return false;
}

}  // namespace bangfu::gateway
