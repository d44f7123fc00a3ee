#include "common/standards/text.h"

#include <cstdint>

#include "absl/strings/ascii.h"

namespace bangfu::standards {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// Reads one code point at `at` and moves `at` behind it. kInvalid, with `at` unchanged, if the bytes are not UTF-8.
char32_t Next(absl::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at);
  if (lead < 0x80) return text[at++];
  const int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < static_cast<size_t>(size)) return kInvalid;
  char32_t point = lead & (0xFF >> (size + 1));
  for (int i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalid;
    point = point << 6 | (byte(at + i) & 0x3F);
  }
  const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (overlong || surrogate || point > 0x10FFFF) return kInvalid;
  at += size;
  return point;
}

// Marks that turn the direction of writing around let a text look like another.
bool TurnsAround(char32_t point) {
  return point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

bool IsControl(char32_t point) {
  return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7F && point <= 0x9F) || TurnsAround(point);
}

}  // namespace

TextFacts Inspect(absl::string_view text) {
  TextFacts facts;
  for (size_t at = 0; at < text.size(); ++facts.characters) {
    const char32_t point = Next(text, at);
    if (point == kInvalid) {
      facts.valid_utf8 = false;
      return facts;
    }
    facts.control_characters |= IsControl(point);
  }
  return facts;
}

bool IsValidUtf8(absl::string_view text) { return Inspect(text).valid_utf8; }

size_t CountCharacters(absl::string_view text) { return Inspect(text).characters; }

std::string ToHalfWidth(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t point = Next(text, at);
    if (point == kInvalid) {
      result += text[at++];
    } else if (point >= 0xFF01 && point <= 0xFF5E) {
      result += static_cast<char>(point - 0xFF01 + '!');
    } else if (point == 0x3000 || point == 0xA0) {
      result += ' ';
    } else {
      result.append(text.data() + start, at - start);
    }
  }
  return result;
}

std::string Tidy(absl::string_view text) {
  std::string result = ToHalfWidth(text);
  absl::StripAsciiWhitespace(&result);
  return result;
}

}  // namespace bangfu::standards
