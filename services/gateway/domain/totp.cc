#include "services/gateway/domain/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/crypto/digest.h"

namespace bangfu::gateway {
namespace {

constexpr int kStepSeconds = 30;
constexpr int kDriftSteps = 1;
constexpr uint32_t kCodeModulus = 1'000'000;

}  // namespace

int64_t TotpStepAt(absl::Time time) { return absl::ToUnixSeconds(time) / kStepSeconds; }

std::string TotpCode(absl::string_view secret, int64_t step) {
  unsigned char counter[8];  // big-endian
  for (int i = 7; i >= 0; --i) {
    counter[i] = static_cast<unsigned char>(step & 0xff);
    step >>= 8;
  }
  unsigned char mac[EVP_MAX_MD_SIZE] = {};
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter, sizeof counter, mac, nullptr);
  // RFC 4226 5.3: the low four bits of the last byte say where the 31-bit number begins.
  const int offset = mac[19] & 0x0f;
  const uint32_t number = (mac[offset] & 0x7fu) << 24 | mac[offset + 1] << 16 | mac[offset + 2] << 8 | mac[offset + 3];
  return absl::StrFormat("%06d", number % kCodeModulus);
}

std::optional<int64_t> MatchTotp(absl::string_view secret, absl::string_view code, absl::Time now, int64_t last_step) {
  const int64_t present = TotpStepAt(now);
  std::optional<int64_t> match;
  for (int64_t step = present - kDriftSteps; step <= present + kDriftSteps; ++step) {
    if (crypto::ConstantTimeEqual(TotpCode(secret, step), code) && step > last_step) match = step;
  }
  return match;
}

std::string Base32Encode(absl::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint32_t bits = 0;
  int held = 0;
  for (unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += kAlphabet[bits >> held & 31];
    }
  }
  if (held > 0) text += kAlphabet[bits << (5 - held) & 31];
  return text;
}

std::string OtpauthUri(absl::string_view account_id, absl::string_view secret) {
  // Account names need no escaping in URIs.
  return absl::StrCat("otpauth://totp/Bangfu:", account_id, "?secret=", Base32Encode(secret),
                      "&issuer=Bangfu&algorithm=SHA1&digits=6&period=30");
}

}  // namespace bangfu::gateway
