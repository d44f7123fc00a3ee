#include "common/api/page_token.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/crypto/aead.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/status/refusal.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace bangfu::api {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr size_t kSaltSize = 16;

// Every token is encrypted under a key of its own, made from its salt: random nonces of 12 bytes under one key would be
// used up after some 2^32 tokens. So the nonce is the same for all.
constexpr absl::string_view kNonce = "page-token-1";

std::string KeyOf(absl::string_view key, absl::string_view salt) { return crypto::HmacSha256(key, salt); }

// Each part after its length.
std::string Pack(const std::vector<std::string>& parts) {
  std::string packed;
  StringOutputStream bytes(&packed);
  CodedOutputStream out(&bytes);
  for (const std::string& part : parts) {
    out.WriteVarint32(static_cast<uint32_t>(part.size()));
    out.WriteString(part);
  }
  out.Trim();
  return packed;
}

std::optional<std::vector<std::string>> Unpack(const std::string& packed) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(packed.data()), static_cast<int>(packed.size()));
  std::vector<std::string> parts;
  while (in.CurrentPosition() < static_cast<int>(packed.size())) {
    uint32_t size = 0;
    std::string part;
    if (!in.ReadVarint32(&size) || size > packed.size() || !in.ReadString(&part, static_cast<int>(size))) {
      return std::nullopt;
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

PageTokens::PageTokens(std::string key) : key_(std::move(key)) {}

std::string PageTokens::Seal(absl::string_view query, const std::vector<std::string>& sort_key) const {
  const std::string salt = crypto::RandomBytes(kSaltSize);
  std::string token = salt;
  crypto::AeadEncrypt(KeyOf(key_, salt), kNonce, query, Pack(sort_key), token);
  return crypto::Base64UrlEncode(token);
}

absl::StatusOr<std::vector<std::string>> PageTokens::Open(absl::string_view token, absl::string_view query) const {
  const auto invalid = [] { return status::Refuse(status::Reason::INVALID_PAGE_TOKEN); };
  const std::optional<std::string> bytes = crypto::Base64UrlDecode(token);
  if (!bytes || bytes->size() < kSaltSize + crypto::kAeadTagSize) return invalid();
  const absl::string_view view = *bytes;
  const auto packed =
      crypto::AeadDecrypt(KeyOf(key_, view.substr(0, kSaltSize)), kNonce, query, view.substr(kSaltSize));
  if (!packed) return invalid();
  auto parts = Unpack(*packed);
  if (!parts) return invalid();
  return *std::move(parts);
}

absl::StatusOr<int> PageSize(int32_t requested, int default_size, int maximum) {
  if (requested < 0) return status::RefuseFields({{"page_size", "每页条数: 不能为负数"}});
  return requested == 0 ? default_size : std::min<int>(requested, maximum);
}

}  // namespace bangfu::api
