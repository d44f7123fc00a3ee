#include "common/crypto/aead.h"

#include <openssl/err.h>

#include "common/crypto/openssl.h"

namespace bangfu::crypto {
namespace {

const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Require(cipher != nullptr, "EVP_CIPHER_fetch");
  return cipher;
}

CipherContext NewContext() {
  CipherContext context(EVP_CIPHER_CTX_new());
  Require(context != nullptr, "EVP_CIPHER_CTX_new");
  return context;
}

// One context a thread: making one costs as much as encrypting a short value.
EVP_CIPHER_CTX* ThreadContext() {
  thread_local const CipherContext context = NewContext();
  return context.get();
}

void RequireSizes(absl::string_view key, absl::string_view nonce) {
  Require(key.size() == kAeadKeySize && nonce.size() == kAeadNonceSize, "key or nonce of a wrong size");
}

}  // namespace

void AeadEncrypt(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                 absl::string_view plaintext, std::string& out) {
  RequireSizes(key, nonce);
  const size_t start = out.size();
  out.resize(start + plaintext.size() + kAeadTagSize);
  EVP_CIPHER_CTX* context = ThreadContext();
  int written = 0;
  Require(EVP_EncryptInit_ex2(context, Aes256Gcm(), Bytes(key), Bytes(nonce), nullptr) == 1 &&
              EVP_EncryptUpdate(context, nullptr, &written, Bytes(associated), static_cast<int>(associated.size())) &&
              EVP_EncryptUpdate(context, Bytes(&out[start]), &written, Bytes(plaintext),
                                static_cast<int>(plaintext.size())) &&
              EVP_EncryptFinal_ex(context, Bytes(&out[start]) + written, &written) &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kAeadTagSize, &out[start + plaintext.size()]),
          "AES-256-GCM");
}

std::optional<std::string> AeadDecrypt(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                                       absl::string_view ciphertext_and_tag) {
  RequireSizes(key, nonce);
  if (ciphertext_and_tag.size() < kAeadTagSize) return std::nullopt;
  const absl::string_view ciphertext = ciphertext_and_tag.substr(0, ciphertext_and_tag.size() - kAeadTagSize);
  std::string tag(ciphertext_and_tag.substr(ciphertext.size()));
  std::string plaintext(ciphertext.size(), '\0');
  EVP_CIPHER_CTX* context = ThreadContext();
  int written = 0;
  Require(EVP_DecryptInit_ex2(context, Aes256Gcm(), Bytes(key), Bytes(nonce), nullptr) == 1 &&
              EVP_DecryptUpdate(context, nullptr, &written, Bytes(associated), static_cast<int>(associated.size())) &&
              EVP_DecryptUpdate(context, Bytes(plaintext.data()), &written, Bytes(ciphertext),
                                static_cast<int>(ciphertext.size())) &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kAeadTagSize, tag.data()),
          "AES-256-GCM");
  if (EVP_DecryptFinal_ex(context, Bytes(plaintext.data()) + written, &written) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace bangfu::crypto
