#include "common/crypto/signer.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/crypto/openssl.h"
#include "common/crypto/secret_file.h"

namespace bangfu::crypto {
namespace {

constexpr size_t kKeyIdBytes = 4;

DigestContext NewContext() {
  DigestContext context(EVP_MD_CTX_new());
  Require(context != nullptr, "EVP_MD_CTX_new");
  return context;
}

std::string RawPublicKey(EVP_PKEY* key) {
  std::string raw(kPublicKeySize, '\0');
  size_t size = raw.size();
  Require(EVP_PKEY_get_raw_public_key(key, Bytes(raw.data()), &size) == 1 && size == raw.size(),
          "EVP_PKEY_get_raw_public_key");
  return raw;
}

// Reads an Ed25519 key by one of libcrypto's PEM readers. The empty password keeps it from asking at a terminal.
template <typename PemReader>
absl::StatusOr<KeyHandle> ReadPem(const std::string& path, PemReader read) {
  absl::StatusOr<std::string> text = ReadSecretFile(path);
  if (!text.ok()) return text.status();
  Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  char no_password[] = "";
  KeyHandle key(read(bio.get(), nullptr, nullptr, no_password));
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    ERR_clear_error();
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds no Ed25519 key of this kind in PEM form"));
  }
  return key;
}

std::string TextOf(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace

std::string KeyIdOf(absl::string_view public_key) { return HexEncode(Sha256(public_key).substr(0, kKeyIdBytes)); }

VerifyingKey::VerifyingKey(std::shared_ptr<EVP_PKEY> key)
    : key_(std::move(key)), public_key_(RawPublicKey(key_.get())), key_id_(KeyIdOf(public_key_)) {}

absl::StatusOr<VerifyingKey> VerifyingKey::FromRaw(absl::string_view public_key) {
  KeyHandle key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  if (key == nullptr) {
    ERR_clear_error();
    return absl::InvalidArgumentError("an Ed25519 public key has 32 bytes");
  }
  return VerifyingKey(std::move(key));
}

absl::StatusOr<VerifyingKey> VerifyingKey::LoadPem(const std::string& path) {
  absl::StatusOr<KeyHandle> key = ReadPem(path, PEM_read_bio_PUBKEY);
  if (!key.ok()) return key.status();
  return VerifyingKey(*std::move(key));
}

bool VerifyingKey::Verify(absl::string_view message, absl::string_view signature) const {
  DigestContext context = NewContext();
  Require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1, "EVP_DigestVerifyInit");
  if (EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message), message.size()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

std::string VerifyingKey::ToPem() const {
  Bio bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1, "PEM_write_bio_PUBKEY");
  return TextOf(bio.get());
}

SigningKey::SigningKey(std::shared_ptr<EVP_PKEY> key)
    : key_(std::move(key)), public_key_(RawPublicKey(key_.get())), key_id_(KeyIdOf(public_key_)) {}

SigningKey SigningKey::Generate() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Require(key != nullptr, "EVP_PKEY_Q_keygen");
  return SigningKey(std::move(key));
}

absl::StatusOr<SigningKey> SigningKey::LoadPem(const std::string& path) {
  absl::StatusOr<KeyHandle> key = ReadPem(path, PEM_read_bio_PrivateKey);
  if (!key.ok()) return key.status();
  return SigningKey(*std::move(key));
}

absl::Status SigningKey::SavePem(const std::string& path) const {
  Bio bio(BIO_new(BIO_s_secmem()));
  Require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM_write_bio_PKCS8PrivateKey");
  return WriteNewSecretFile(path, TextOf(bio.get()));
}

std::string SigningKey::Sign(absl::string_view message) const {
  DigestContext context = NewContext();
  std::string signature(kSignatureSize, '\0');
  size_t size = signature.size();
  Require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), Bytes(signature.data()), &size, Bytes(message), message.size()) == 1 &&
              size == signature.size(),
          "EVP_DigestSign");
  return signature;
}

VerifyingKey SigningKey::verifying_key() const { return *VerifyingKey::FromRaw(public_key_); }

}  // namespace bangfu::crypto
