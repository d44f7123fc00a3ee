// Ed25519 signatures (RFC 8032). Keys are cheap to copy and thread-safe.
#ifndef BANGFU_COMMON_CRYPTO_SIGNER_H_
#define BANGFU_COMMON_CRYPTO_SIGNER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;

namespace bangfu::crypto {

inline constexpr size_t kPublicKeySize = 32;
inline constexpr size_t kSignatureSize = 64;

// The name of a key: the first 8 hexadecimal digits of the SHA-256 of its raw public key.
std::string KeyIdOf(absl::string_view public_key);

class VerifyingKey {
 public:
  // Takes the raw public key of 32 bytes. INVALID_ARGUMENT if it is none.
  static absl::StatusOr<VerifyingKey> FromRaw(absl::string_view public_key);

  // Reads a file of the form -----BEGIN PUBLIC KEY-----.
  static absl::StatusOr<VerifyingKey> LoadPem(const std::string& path);

  bool Verify(absl::string_view message, absl::string_view signature) const;

  // The form that LoadPem reads.
  std::string ToPem() const;

  const std::string& key_id() const { return key_id_; }
  const std::string& public_key() const { return public_key_; }

 private:
  explicit VerifyingKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  std::string public_key_;
  std::string key_id_;
};

class SigningKey {
 public:
  static SigningKey Generate();

  // Reads a file of the form -----BEGIN PRIVATE KEY----- (PKCS #8, not encrypted).
  static absl::StatusOr<SigningKey> LoadPem(const std::string& path);

  // Writes that form, readable by the owner only. ALREADY_EXISTS if there is such a file.
  absl::Status SavePem(const std::string& path) const;

  // 64 raw bytes.
  std::string Sign(absl::string_view message) const;

  const std::string& key_id() const { return key_id_; }
  // 32 raw bytes.
  const std::string& public_key() const { return public_key_; }
  VerifyingKey verifying_key() const;

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  std::string public_key_;
  std::string key_id_;
};

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_SIGNER_H_
