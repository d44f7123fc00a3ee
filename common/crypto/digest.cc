#include "common/crypto/digest.h"

#include <openssl/crypto.h>

#include "common/crypto/openssl.h"

namespace bangfu::crypto {
namespace {

constexpr size_t kBlockSize = 64;

// Fetching an algorithm by name costs more than hashing a short text, so it is done once and kept.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Require(algorithm != nullptr, "EVP_MD_fetch");
  return algorithm;
}

DigestContext NewContext() {
  DigestContext context(EVP_MD_CTX_new());
  Require(context != nullptr, "EVP_MD_CTX_new");
  return context;
}

EVP_MD_CTX* ThreadContext() {
  thread_local const DigestContext context = NewContext();
  return context.get();
}

void Start(EVP_MD_CTX* context) {
  Require(EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1, "EVP_DigestInit_ex2");
}

void Absorb(EVP_MD_CTX* context, absl::string_view data) {
  Require(EVP_DigestUpdate(context, data.data(), data.size()) == 1, "EVP_DigestUpdate");
}

void Finish(EVP_MD_CTX* context, char* digest) {
  Require(EVP_DigestFinal_ex(context, Bytes(digest), nullptr) == 1, "EVP_DigestFinal_ex");
}

// The hash state after `key`, every byte of it combined with `pad`.
DigestContext AbsorbPadded(const std::string& key, char pad) {
  std::string block(kBlockSize, pad);
  for (size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  DigestContext context = NewContext();
  Start(context.get());
  Absorb(context.get(), block);
  OPENSSL_cleanse(block.data(), block.size());
  return context;
}

}  // namespace

std::string Sha256(absl::string_view data) {
  std::string digest(kDigestSize, '\0');
  EVP_MD_CTX* context = ThreadContext();
  Start(context);
  Absorb(context, data);
  Finish(context, digest.data());
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view data) { return HmacKey(key).Mac(data); }

struct HmacKey::State {
  DigestContext inner;
  DigestContext outer;
};

HmacKey::HmacKey(absl::string_view key) {
  std::string short_key = key.size() > kBlockSize ? Sha256(key) : std::string(key);
  state_ = std::make_unique<const State>(State{AbsorbPadded(short_key, 0x36), AbsorbPadded(short_key, 0x5c)});
  OPENSSL_cleanse(short_key.data(), short_key.size());
}

HmacKey::~HmacKey() = default;
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;

std::string HmacKey::Mac(absl::string_view data) const {
  std::string mac(kDigestSize, '\0');
  EVP_MD_CTX* context = ThreadContext();
  Require(EVP_MD_CTX_copy_ex(context, state_->inner.get()) == 1, "EVP_MD_CTX_copy_ex");
  Absorb(context, data);
  Finish(context, mac.data());
  Require(EVP_MD_CTX_copy_ex(context, state_->outer.get()) == 1, "EVP_MD_CTX_copy_ex");
  Absorb(context, mac);
  Finish(context, mac.data());
  return mac;
}

bool ConstantTimeEqual(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bangfu::crypto
