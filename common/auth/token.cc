#include "common/auth/token.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/claims.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/status/refusal.h"

namespace bangfu::auth {
namespace {

constexpr char kAlgorithm[] = "EdDSA";
constexpr char kType[] = "bangfu+jwt";
constexpr size_t kTokenIdSize = 12;

// The `kid` of a header that is exactly ours.
std::optional<std::string> KeyIdOfHeader(absl::string_view encoded) {
  std::optional<std::string> text = crypto::Base64UrlDecode(encoded);
  if (!text) return std::nullopt;
  std::optional<nlohmann::json> header = ParseStrictJson(*text);
  if (!header || !header->is_object() || header->size() != 3) return std::nullopt;
  // What is absent compares unequal, and three keys leave no room for a fourth.
  if (header->value("alg", nlohmann::json()) != kAlgorithm || header->value("typ", nlohmann::json()) != kType) {
    return std::nullopt;
  }
  const nlohmann::json key_id = header->value("kid", nlohmann::json());
  if (!key_id.is_string()) return std::nullopt;
  return key_id.get<std::string>();
}

bool TimesAreSound(const Claims& claims, absl::Time now) {
  const absl::Time expire_time = claims.caller.expire_time;
  return claims.issue_time < expire_time && expire_time - claims.issue_time <= kTokenLife &&
         claims.issue_time <= now + kClockLeeway && claims.not_before <= now + kClockLeeway;
}

bool IsExpired(const Caller& caller, absl::Time now) { return now >= caller.expire_time + kClockLeeway; }

}  // namespace

absl::Status RefuseToken(const char* detail) {
  return status::Refuse(status::Reason::UNAUTHENTICATED, {{"detail", detail}});
}

std::string TokenFaultOf(const absl::Status& status) {
  const google::rpc::ErrorInfo info = status::ErrorInfoOf(status);
  if (info.reason() != "UNAUTHENTICATED") return "";
  const auto found = info.metadata().find("detail");
  return found == info.metadata().end() ? "" : found->second;
}

TokenIssuer::TokenIssuer(crypto::SigningKey key, TokenOptions options)
    : key_(std::move(key)), options_(std::move(options)) {}

absl::StatusOr<std::string> TokenIssuer::Issue(const Caller& caller, absl::Time now) const {
  Claims claims{
      options_.issuer, options_.audience, crypto::Base64UrlEncode(crypto::RandomBytes(kTokenIdSize)), now, now, caller};
  const bool unlimited = caller.expire_time == absl::Time();
  claims.caller.expire_time = unlimited ? now + kTokenLife : std::min(caller.expire_time, now + kTokenLife);
  const std::string text = ClaimsToJson(claims);
  const std::optional<Claims> read_back = ClaimsFromJson(text);
  if (!read_back || !TimesAreSound(*read_back, now)) {
    return absl::InvalidArgumentError("a token needs a subject, a session, sound grants and a life to come");
  }

  const nlohmann::json header = {{"alg", kAlgorithm}, {"typ", kType}, {"kid", key_.key_id()}};
  std::string token = absl::StrCat(crypto::Base64UrlEncode(header.dump()), ".", crypto::Base64UrlEncode(text));
  absl::StrAppend(&token, ".", crypto::Base64UrlEncode(key_.Sign(token)));
  if (token.size() > kMaxTokenSize) return absl::InvalidArgumentError("the grants do not fit a token");
  return token;
}

TokenVerifier::TokenVerifier(std::vector<crypto::VerifyingKey> keys, TokenOptions options)
    : options_(std::move(options)), cache_(options_.cache_capacity) {
  for (crypto::VerifyingKey& key : keys) keys_.emplace(key.key_id(), std::move(key));
}

absl::StatusOr<std::shared_ptr<const Caller>> TokenVerifier::Verify(absl::string_view token, absl::Time now) const {
  if (token.size() > kMaxTokenSize) return RefuseToken("size");
  std::shared_ptr<const Caller> caller = cache_.Find(token);
  if (caller == nullptr) {
    absl::StatusOr<std::shared_ptr<const Caller>> verified = VerifyUnseen(token, now);
    if (!verified.ok()) return verified;
    caller = *std::move(verified);
    cache_.Insert(caller, now);
  }
  if (IsExpired(*caller, now)) return RefuseToken("expired");
  if (IsRevoked(caller->session)) return RefuseToken("revoked");
  return caller;
}

absl::StatusOr<std::shared_ptr<const Caller>> TokenVerifier::VerifyUnseen(absl::string_view token,
                                                                          absl::Time now) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return RefuseToken("form");
  const std::optional<std::string> key_id = KeyIdOfHeader(parts[0]);
  if (!key_id) return RefuseToken("header");
  auto key = keys_.find(*key_id);
  if (key == keys_.end()) return RefuseToken("key");

  const absl::string_view signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  const std::optional<std::string> signature = crypto::Base64UrlDecode(parts[2]);
  if (!signature || !key->second.Verify(signed_text, *signature)) return RefuseToken("signature");

  const std::optional<std::string> text = crypto::Base64UrlDecode(parts[1]);
  std::optional<Claims> claims = text ? ClaimsFromJson(*text) : std::nullopt;
  if (!claims || claims->issuer != options_.issuer || claims->audience != options_.audience)
    return RefuseToken("claims");
  if (IsExpired(claims->caller, now)) return RefuseToken("expired");
  if (!TimesAreSound(*claims, now)) return RefuseToken("time");
  claims->caller.token = std::string(token);
  return std::make_shared<const Caller>(std::move(claims->caller));
}

void TokenVerifier::Revoke(absl::string_view session, absl::Time now) {
  // The youngest token was issued by a clock ahead of ours and is measured by one behind it.
  const absl::Time end = now + kTokenLife + 2 * kClockLeeway;
  std::unique_lock lock(mutex_);
  // Who tells of all that ended lately tells the same again and again; no token of the session was issued since.
  if (revoked_.contains(session)) return;
  absl::erase_if(revoked_, [&](const auto& entry) { return entry.second < now; });
  revoked_.emplace(session, end);
}

bool TokenVerifier::IsRevoked(absl::string_view session) const {
  std::shared_lock lock(mutex_);
  return revoked_.contains(session);
}

}  // namespace bangfu::auth
