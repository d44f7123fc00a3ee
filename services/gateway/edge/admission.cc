#include "services/gateway/edge/admission.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/auth/token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::edge {
namespace {

using options::v1::Access;
using status::Reason;
using status::Refuse;

// A client may call as often at once as it may in ten seconds.
constexpr double kBurstsPerMinute = 6;

absl::Status CheckAccess(const Access& access, const auth::Caller& caller) {
  if (access.audience() == options::v1::AUDIENCE_PUBLIC) return absl::OkStatus();
  // The method that changes the password is public, so a token of this kind is good for nothing else.
  if (caller.password_change_only) return Refuse(Reason::PASSWORD_CHANGE_REQUIRED);
  if (access.audience() == options::v1::AUDIENCE_SIGNED_IN) return absl::OkStatus();
  std::vector<options::v1::Role> roles;
  for (int role : access.roles()) roles.push_back(static_cast<options::v1::Role>(role));
  return caller.CheckRole(roles);
}

// The token of a Bearer header; empty for anything else.
absl::string_view BearerToken(absl::string_view authorization) {
  if (!absl::StartsWithIgnoreCase(authorization, "bearer ")) return {};
  return absl::StripPrefix(authorization.substr(7), " ");
}

}  // namespace

Admission::Admission(AdmissionOptions options)
    : options_(std::move(options)),
      unary_(options_.in_flight),
      streams_(options_.streams, options_.streams_per_caller) {}

Rate Admission::RateOf(const auth::Caller& caller) const {
  if (caller.calls_per_minute == 0) return options_.caller_rate;
  return {caller.calls_per_minute / 60.0, std::max(1.0, caller.calls_per_minute / kBurstsPerMinute)};
}

absl::Status Admission::Admit(const Method& method, absl::string_view authorization, const Origin& origin,
                              absl::Time now, Entry* entry) {
  absl::string_view token = BearerToken(authorization);
  absl::Status refusal = auth::RefuseToken("missing");
  if (!token.empty()) {
    auto caller = options_.verify(token, now);
    refusal = caller.status();
    // A token that is bound to a certificate is none over another.
    const bool bound_elsewhere =
        caller.ok() && !(*caller)->certificate.empty() && (*caller)->certificate != origin.certificate;
    if (bound_elsewhere) {
      refusal = auth::RefuseToken("certificate");
    } else if (caller.ok()) {
      entry->caller = *std::move(caller);
    }
  }
  // Whoever has no valid token is counted by address, also while guessing tokens.
  RETURN_IF_ERROR(entry->caller == nullptr ? AdmitSource(origin.source, now)
                                           : callers_.Take(entry->caller->subject, RateOf(*entry->caller), now));
  if (entry->caller != nullptr) {
    RETURN_IF_ERROR(CheckAccess(*method.access, *entry->caller));
  } else if (method.access->audience() != options::v1::AUDIENCE_PUBLIC) {
    return refusal;
  }
  entry->key = entry->caller != nullptr ? entry->caller->subject : origin.source;
  return absl::OkStatus();
}

bool Admission::StillHolds(absl::string_view authorization, absl::Time now) const {
  const auto caller = options_.verify(BearerToken(authorization), now);
  return caller.ok() && now < (*caller)->expire_time;
}

absl::Status Admission::Begin(const Method& method, Entry* entry) {
  const bool stream = method.descriptor->client_streaming() || method.descriptor->server_streaming();
  entry->place = stream ? streams_.Enter(entry->key) : unary_.Enter();
  return entry->place ? absl::OkStatus() : RefuseOverload();
}

}  // namespace bangfu::edge
