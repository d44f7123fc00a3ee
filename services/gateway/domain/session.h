// Sessions: how long one lives, what its refresh tokens are, and what its access tokens say.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_SESSION_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_SESSION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "common/auth/caller.h"

namespace bangfu::gateway {

struct SessionRule {
  absl::Duration idle = absl::Minutes(15);  // without a refresh, the session ends
  absl::Duration longest = absl::Hours(8);  // from sign-in
  bool one_per_account = true;              // signing in ends the account's other sessions
  bool strong_administrators = true;        // administrators have their rights only with a second factor
};

struct SessionRecord {
  std::string session_id;
  std::string account_id;
  std::string family_digest;    // SHA-256 of the part that all refresh tokens of the session have in common
  std::string refresh_digest;   // SHA-256 of the part that only the newest has
  std::string previous_digest;  // that of the token before, empty if there was none
  bool second_factor = false;
  absl::Time created_at;
  absl::Time last_used_at;
  absl::Time expires_at;
  absl::Time ended_at = absl::InfiniteFuture();  // still running
};

// A refresh token is two random numbers: the family says which session it belongs to, even if it is an old one, and the
// turn says that it is the newest. So any refresh token that was used before betrays itself.
struct RefreshToken {
  std::string family;  // kFamilySize bytes
  std::string turn;    // kTurnSize bytes
};
inline constexpr size_t kFamilySize = 16;
inline constexpr size_t kTurnSize = 32;

std::string FormatRefreshToken(const RefreshToken& token);
std::optional<RefreshToken> ParseRefreshToken(absl::string_view text);

// The token before the newest is good for this long after it was used: the answer may have been lost on its way.
inline constexpr absl::Duration kRefreshGrace = absl::Seconds(10);

// Whether the token with this digest may be used now. Any other was used before, by its owner or by a thief.
bool MayRefresh(const SessionRecord& session, absl::string_view turn_digest, absl::Time now);

// SESSION_ENDED if it was ended, was not used for too long, or is too old.
absl::Status CheckRunning(const SessionRule& rule, const SessionRecord& session, absl::Time now);

// What the session's next access token says: which of the account's grants are in force today. Where the rule wants
// administrators to have a second factor, and the session has none, their roles are withheld. The token ends with the
// session and with the first of the grants that count. Never in the past.
auth::Caller CallerOfSession(const SessionRule& rule, const SessionRecord& session, absl::Span<const v1::Grant> grants,
                             absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_SESSION_H_
