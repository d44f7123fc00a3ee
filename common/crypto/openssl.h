// Ownership of OpenSSL's objects, and what to do when OpenSSL itself fails. For the .cc files of common/crypto.
//
// A call that may fail in daily work (a forged signature) clears the thread's error queue: TLS on the same thread would
// otherwise take what is left there for an error of its own.
#ifndef BANGFU_COMMON_CRYPTO_OPENSSL_H_
#define BANGFU_COMMON_CRYPTO_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/string_view.h"

namespace bangfu::crypto {

template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

// Ends the process if a call failed that fails only without memory, randomness or a working libcrypto: going on would
// mean to store or sign something unprotected.
inline void Require(bool succeeded, const char* call) {
  if (succeeded) return;
  std::fprintf(stderr, "libcrypto failed: %s\n", call);
  std::abort();
}

inline const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline unsigned char* Bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_OPENSSL_H_
