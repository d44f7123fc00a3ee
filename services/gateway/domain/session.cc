#include "services/gateway/domain/session.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/gateway/v1/reason.pb.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/grant.h"

namespace bangfu::gateway {

std::string FormatRefreshToken(const RefreshToken& token) {
  return crypto::Base64UrlEncode(absl::StrCat(token.family, token.turn));
}

std::optional<RefreshToken> ParseRefreshToken(absl::string_view text) {
  const std::optional<std::string> bytes = crypto::Base64UrlDecode(text);
  if (!bytes || bytes->size() != kFamilySize + kTurnSize) return std::nullopt;
  return RefreshToken{bytes->substr(0, kFamilySize), bytes->substr(kFamilySize)};
}

bool MayRefresh(const SessionRecord& session, absl::string_view turn_digest, absl::Time now) {
  if (crypto::ConstantTimeEqual(session.refresh_digest, turn_digest)) return true;
  return now < session.last_used_at + kRefreshGrace && crypto::ConstantTimeEqual(session.previous_digest, turn_digest);
}

absl::Status CheckRunning(const SessionRule& rule, const SessionRecord& session, absl::Time now) {
  if (session.ended_at == absl::InfiniteFuture() && now < session.last_used_at + rule.idle &&
      now < session.expires_at) {
    return absl::OkStatus();
  }
  return status::Refuse(v1::SESSION_ENDED);
}

auth::Caller CallerOfSession(const SessionRule& rule, const SessionRecord& session, absl::Span<const v1::Grant> grants,
                             absl::Time now) {
  const absl::CivilDay today = DayInChina(now);
  auth::Caller caller;
  caller.subject = session.account_id;
  caller.session = session.session_id;
  caller.second_factor = session.second_factor;
  caller.expire_time = session.expires_at;
  std::vector<v1::Grant> counting;
  for (const v1::Grant& grant : grants) {
    if (!IsInForce(grant, today)) continue;
    if (rule.strong_administrators && !session.second_factor && IsAdministrator(grant.role())) {
      caller.withheld.push_back(grant.role());
      continue;
    }
    counting.push_back(grant);
    caller.expire_time = std::min(caller.expire_time, EndOfDayInChina(*standards::ParseDate(grant.end_date())));
  }
  caller.grants = TokenGrants(counting, today);
  // A token lives for at least the second that its times are counted in.
  caller.expire_time = std::max(caller.expire_time, now + absl::Seconds(1));
  return caller;
}

}  // namespace bangfu::gateway
