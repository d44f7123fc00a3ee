#include "common/crypto/encode.h"

#include <array>

#include "absl/strings/escaping.h"

namespace bangfu::crypto {
namespace {

constexpr char kIdAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int8_t kNoDigit = -1;

constexpr std::array<int8_t, 256> InverseIdAlphabet() {
  std::array<int8_t, 256> inverse{};
  inverse.fill(kNoDigit);
  for (int8_t digit = 0; digit < 32; ++digit) inverse[static_cast<unsigned char>(kIdAlphabet[digit])] = digit;
  return inverse;
}

constexpr std::array<int8_t, 256> kIdDigits = InverseIdAlphabet();

}  // namespace

std::string Base64UrlEncode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

std::optional<std::string> Base64UrlDecode(absl::string_view text) {
  std::string bytes;
  // Abseil also takes padding, blanks and stray bits in the last character; encoding again tells those apart.
  if (!absl::WebSafeBase64Unescape(text, &bytes) || Base64UrlEncode(bytes) != text) return std::nullopt;
  return bytes;
}

std::string HexEncode(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

std::optional<std::string> HexDecode(absl::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  for (char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  return absl::HexStringToBytes(text);
}

std::string EncodeId(uint64_t id) {
  std::string text(kIdLength, '0');
  for (size_t i = kIdLength; i-- > 0; id >>= 5) text[i] = kIdAlphabet[id & 31];
  return text;
}

std::optional<uint64_t> DecodeId(absl::string_view text) {
  if (text.size() != kIdLength) return std::nullopt;
  uint64_t id = 0;
  for (char c : text) {
    const int8_t digit = kIdDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit || (id >> 59) != 0) return std::nullopt;
    id = id << 5 | static_cast<uint64_t>(digit);
  }
  return id;
}

}  // namespace bangfu::crypto
