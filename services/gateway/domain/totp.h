// Time-based one-time passwords, RFC 6238: HMAC-SHA-1, 6 digits, steps of 30 seconds. Pure and thread-safe.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_TOTP_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_TOTP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::gateway {

// Bytes of a secret, as RFC 4226 recommends.
inline constexpr size_t kTotpSecretSize = 20;

// The step that `time` lies in.
int64_t TotpStepAt(absl::Time time);

// The code of a step.
std::string TotpCode(absl::string_view secret, int64_t step);

// The step whose code this is: the present one, or for the drift of clocks one before or after. Steps up to `last_step`
// were used and are not taken again.
std::optional<int64_t> MatchTotp(absl::string_view secret, absl::string_view code, absl::Time now, int64_t last_step);

// RFC 4648 base32 without padding, the form in which devices take a secret by hand.
std::string Base32Encode(absl::string_view bytes);

// otpauth://totp/… for a QR code.
std::string OtpauthUri(absl::string_view account_id, absl::string_view secret);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_TOTP_H_
