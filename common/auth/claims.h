// The claims of a token: the caller as JSON, and back.
#ifndef BANGFU_COMMON_AUTH_CLAIMS_H_
#define BANGFU_COMMON_AUTH_CLAIMS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/caller.h"
#include "nlohmann/json.hpp"

namespace bangfu::auth {

struct Claims {
  // Who issued the token, and for whom.
  std::string issuer;
  std::string audience;
  // Id of the token.
  std::string token_id;
  absl::Time issue_time;
  absl::Time not_before;
  // All but Caller.token. Caller.expire_time is the token's.
  Caller caller;
};

// Parses JSON in which no object has the same key twice; nothing if it is not well-formed, or not in UTF-8.
std::optional<nlohmann::json> ParseStrictJson(absl::string_view text);

// Bytes that are not UTF-8 are replaced by U+FFFD.
std::string ClaimsToJson(const Claims& claims);

// Takes exactly the claims that ClaimsToJson writes, of the right types; nothing for anything else. A claim that this
// program does not know might be a restriction, so it is not ignored: services are upgraded before the gateway.
std::optional<Claims> ClaimsFromJson(absl::string_view text);

}  // namespace bangfu::auth

#endif  // BANGFU_COMMON_AUTH_CLAIMS_H_
