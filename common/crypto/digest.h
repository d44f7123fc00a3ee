// SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and comparison in constant time. All functions are thread-safe.
#ifndef BANGFU_COMMON_CRYPTO_DIGEST_H_
#define BANGFU_COMMON_CRYPTO_DIGEST_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::crypto {

// Bytes of a SHA-256 or HMAC-SHA-256 value.
inline constexpr size_t kDigestSize = 32;

// 32 raw bytes.
std::string Sha256(absl::string_view data);

// 32 raw bytes.
std::string HmacSha256(absl::string_view key, absl::string_view data);

// An HMAC key with its two padded blocks already absorbed: half the cost of HmacSha256 on short data.
class HmacKey {
 public:
  explicit HmacKey(absl::string_view key);
  ~HmacKey();
  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;

  // 32 raw bytes.
  std::string Mac(absl::string_view data) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

// Takes the same time wherever the two differ. The lengths are not secret.
bool ConstantTimeEqual(absl::string_view a, absl::string_view b);

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_DIGEST_H_
