#include "common/standards/area_code.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace bangfu::standards {
namespace {

constexpr int kDigits = 12;

// How many codes an area of each level spans, from none (the country) to village.
constexpr std::array<int64_t, 6> kSpan = {1'000'000'000'000, 10'000'000'000, 100'000'000, 1'000'000, 1'000, 1};

}  // namespace

std::optional<int64_t> ParseAreaCode(absl::string_view text) {
  const size_t size = text.size();
  if (size != 2 && size != 4 && size != 6 && size != 9 && size != kDigits) return std::nullopt;
  int64_t code = 0;
  for (char digit : text) {
    if (!absl::ascii_isdigit(digit)) return std::nullopt;
    code = code * 10 + (digit - '0');
  }
  for (size_t i = size; i < kDigits; ++i) code *= 10;
  if (code < 10 * kSpan[kProvinceLevel]) return std::nullopt;
  return code;
}

std::string FormatAreaCode(int64_t code) { return absl::StrFormat("%012d", code); }

int LevelOf(int64_t code) {
  int level = kProvinceLevel;
  while (level < kVillageLevel && code % kSpan[level] != 0) ++level;
  return level;
}

int64_t ParentOf(int64_t code) {
  const int level = LevelOf(code);
  return level == kProvinceLevel ? 0 : code - code % kSpan[level - 1];
}

int64_t RangeEndOf(int64_t code) { return code + kSpan[LevelOf(code)]; }

bool IsWithin(int64_t code, int64_t area) { return code >= area && code < RangeEndOf(area); }

int32_t CountyOf(int64_t code) { return static_cast<int32_t>(code / kSpan[kCountyLevel]); }

}  // namespace bangfu::standards
