// No bytes crash the verifier; none pass that the issuer did not sign; and whatever is signed but says too little,
// too much or something else is refused, so that a caller always has a subject, a session and bounded grants.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/auth/token.h"
#include "common/crypto/encode.h"

namespace {

using bangfu::auth::Caller;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

void Require(bool holds) {
  if (!holds) std::abort();
}

const bangfu::crypto::SigningKey& Key() {
  static const auto& key = *new auto(bangfu::crypto::SigningKey::Generate());
  return key;
}

const bangfu::auth::TokenVerifier& Verifier() {
  static const auto& verifier = *new bangfu::auth::TokenVerifier({Key().verifying_key()});
  return verifier;
}

std::string Sign(absl::string_view claims) {
  const std::string header = absl::StrCat(R"({"alg":"EdDSA","kid":")", Key().key_id(), R"(","typ":"bangfu+jwt"})");
  const std::string text =
      absl::StrCat(bangfu::crypto::Base64UrlEncode(header), ".", bangfu::crypto::Base64UrlEncode(claims));
  return absl::StrCat(text, ".", bangfu::crypto::Base64UrlEncode(Key().Sign(text)));
}

void CheckCaller(const Caller& caller) {
  Require(!caller.subject.empty() && !caller.session.empty());
  Require(caller.expire_time > kNow - bangfu::auth::kClockLeeway);
  Require(caller.expire_time <= kNow + bangfu::auth::kTokenLife + bangfu::auth::kClockLeeway);
  for (const auto& grant : caller.grants) {
    Require(grant.role != bangfu::options::v1::ROLE_UNSPECIFIED);
    for (const auto& area : grant.areas) Require(area.low < area.high);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Require(!Verifier().Verify(text, kNow).ok());

  const std::string token = Sign(text);
  const auto caller = Verifier().Verify(token, kNow);
  if (caller.ok()) CheckCaller(**caller);

  // The same token with one character changed: position and change are taken from the input.
  if (size < 2) return 0;
  std::string forged = token;
  forged[(data[0] * 256u + data[1]) % forged.size()] ^= static_cast<char>(1 + data[size - 1] % 255);
  Require(!Verifier().Verify(forged, kNow).ok());
  return 0;
}
