// Access tokens: compact JWS (RFC 7515, RFC 8725) signed with Ed25519 by the gateway and verified by every service.
//
// The header is exactly {"alg":"EdDSA","kid":…,"typ":"bangfu+jwt"}: no token can choose how it is verified. Claims:
//   iss, aud     fixed                     sub, sid   subject, session       jti   id of the token
//   iat nbf exp  seconds since 1970        dep, pur   department, purposes   aal   1, or 2 with a second factor
//   pwd          true: may only change the own password
//   cpm, x5t     a department client's calls a minute and its certificate's SHA-256; absent for persons
//   grants       [{"r":"REGISTRAR","a":[[150526000000,150527000000]]}], half-open ranges of area codes per role
#ifndef BANGFU_COMMON_AUTH_TOKEN_H_
#define BANGFU_COMMON_AUTH_TOKEN_H_

#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/caller.h"
#include "common/auth/token_cache.h"
#include "common/crypto/signer.h"

namespace bangfu::auth {

// Longest life of a token.
inline constexpr absl::Duration kTokenLife = absl::Seconds(300);
// How far the clocks of two machines may differ.
inline constexpr absl::Duration kClockLeeway = absl::Seconds(30);
// Longest token in characters.
inline constexpr size_t kMaxTokenSize = 8192;

struct TokenOptions {
  std::string issuer = "bangfu-gateway";
  std::string audience = "bangfu";
  // Verified tokens that are remembered.
  size_t cache_capacity = 16384;
};

// UNAUTHENTICATED, and what is wrong with the token, in the metadata `detail`.
absl::Status RefuseToken(const char* detail);

// What RefuseToken was told; empty for any other status.
std::string TokenFaultOf(const absl::Status& status);

// Thread-safe.
class TokenIssuer {
 public:
  explicit TokenIssuer(crypto::SigningKey key, TokenOptions options = {});

  // A token that says what the caller is (but for Caller.token). It lives kTokenLife, or until Caller.expire_time where
  // that is set and earlier. INVALID_ARGUMENT if no verifier would take it: without subject or session, with a grant
  // without role or with an empty range, with no life left, or longer than kMaxTokenSize.
  absl::StatusOr<std::string> Issue(const Caller& caller, absl::Time now) const;

 private:
  const crypto::SigningKey key_;
  const TokenOptions options_;
};

// Thread-safe.
class TokenVerifier {
 public:
  // Accepts tokens signed by any of the keys: while keys change, the old and the new.
  explicit TokenVerifier(std::vector<crypto::VerifyingKey> keys, TokenOptions options = {});

  // The caller that the token speaks for. Refuses with UNAUTHENTICATED; the metadata `detail` says why: size, form,
  // header, key, signature, claims, time, expired, revoked. A token that was seen before costs less than a microsecond.
  absl::StatusOr<std::shared_ptr<const Caller>> Verify(absl::string_view token, absl::Time now) const;

  // From now on refuses all tokens of the session. Forgotten when none of them can be alive any more.
  void Revoke(absl::string_view session, absl::Time now);

 private:
  absl::StatusOr<std::shared_ptr<const Caller>> VerifyUnseen(absl::string_view token, absl::Time now) const;
  bool IsRevoked(absl::string_view session) const;

  absl::flat_hash_map<std::string, crypto::VerifyingKey> keys_;
  const TokenOptions options_;
  mutable TokenCache cache_;
  mutable std::shared_mutex mutex_;
  // Session to the time from which its tokens have expired anyway. Guarded by mutex_.
  absl::flat_hash_map<std::string, absl::Time> revoked_;
};

}  // namespace bangfu::auth

#endif  // BANGFU_COMMON_AUTH_TOKEN_H_
