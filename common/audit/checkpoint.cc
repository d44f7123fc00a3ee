#include "common/audit/checkpoint.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/merkle.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"

namespace bangfu::audit {
namespace {

constexpr size_t kMaxOriginSize = 60;
// The years 1 to 9999, as of google.protobuf.Timestamp.
constexpr int64_t kFirstSecond = -62'135'596'800;
constexpr int64_t kLastSecond = 253'402'300'799;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

bool IsOrigin(const std::string& origin) {
  return !origin.empty() && origin.size() <= kMaxOriginSize && std::all_of(origin.begin(), origin.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '-';
  });
}

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= kFirstSecond && time.seconds() <= kLastSecond && time.nanos() >= 0 &&
         time.nanos() < kNanosPerSecond;
}

}  // namespace

absl::StatusOr<std::string> CheckpointText(const v1::Checkpoint& checkpoint) {
  const bool sound = IsOrigin(checkpoint.origin()) && checkpoint.size() >= 0 && checkpoint.root().size() == kHashSize &&
                     IsTime(checkpoint.time()) &&
                     (checkpoint.previous().empty() || checkpoint.previous().size() == kHashSize);
  if (!sound) return absl::InvalidArgumentError("no well-formed checkpoint");
  const absl::Time time =
      absl::FromUnixSeconds(checkpoint.time().seconds()) + absl::Nanoseconds(checkpoint.time().nanos());
  return absl::StrCat(checkpoint.origin(), "\n", checkpoint.size(), "\n", absl::Base64Escape(checkpoint.root()), "\n",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", time, absl::UTCTimeZone()), "\n",
                      crypto::HexEncode(checkpoint.previous()), "\n");
}

absl::StatusOr<std::string> CheckpointHash(const v1::Checkpoint& checkpoint) {
  absl::StatusOr<std::string> text = CheckpointText(checkpoint);
  if (!text.ok()) return text;
  return crypto::Sha256(*text);
}

absl::Status SignCheckpoint(const crypto::SigningKey& key, v1::Checkpoint& checkpoint) {
  absl::StatusOr<std::string> text = CheckpointText(checkpoint);
  if (!text.ok()) return text.status();
  checkpoint.set_key_id(key.key_id());
  checkpoint.set_signature(key.Sign(*text));
  return absl::OkStatus();
}

bool VerifyCheckpoint(const crypto::VerifyingKey& key, const v1::Checkpoint& checkpoint) {
  absl::StatusOr<std::string> text = CheckpointText(checkpoint);
  return text.ok() && checkpoint.key_id() == key.key_id() && key.Verify(*text, checkpoint.signature());
}

}  // namespace bangfu::audit
