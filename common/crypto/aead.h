// AES-256-GCM (NIST SP 800-38D): encryption that also shows every change. Thread-safe.
#ifndef BANGFU_COMMON_CRYPTO_AEAD_H_
#define BANGFU_COMMON_CRYPTO_AEAD_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::crypto {

inline constexpr size_t kAeadKeySize = 32;
inline constexpr size_t kAeadNonceSize = 12;
inline constexpr size_t kAeadTagSize = 16;

// Appends ciphertext and tag to `out`. `associated` is not encrypted, but must be the same when opened.
// A nonce must never be used twice with one key.
void AeadEncrypt(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                 absl::string_view plaintext, std::string& out);

// The plaintext of ciphertext and tag; nothing if either, or the nonce, the key or `associated`, is not the one used.
std::optional<std::string> AeadDecrypt(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                                       absl::string_view ciphertext_and_tag);

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_AEAD_H_
