#include "common/standards/hundredths.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/standards/text.h"

namespace bangfu::standards {
namespace {

constexpr size_t kMostDigits = 15;

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

// The digits of 1,234,567 or 1234567; nothing if there are none or a comma stands elsewhere than before each three.
std::optional<std::string> Ungroup(absl::string_view text) {
  if (text.find(',') == absl::string_view::npos) {
    if (text.empty() || !AllDigits(text)) return std::nullopt;
    return std::string(text);
  }
  std::string digits;
  for (size_t group_start = 0; group_start <= text.size();) {
    const size_t comma = std::min(text.find(',', group_start), text.size());
    const absl::string_view group = text.substr(group_start, comma - group_start);
    const bool first = group_start == 0;
    if (!AllDigits(group) || group.empty() || group.size() > 3 || (!first && group.size() != 3)) return std::nullopt;
    digits.append(group.data(), group.size());
    group_start = comma + 1;
  }
  return digits;
}

}  // namespace

std::string FormatHundredths(int64_t hundredths) {
  const uint64_t magnitude = hundredths < 0 ? 0 - static_cast<uint64_t>(hundredths) : hundredths;
  return absl::StrFormat("%s%d.%02d", hundredths < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

std::optional<int64_t> ParseHundredths(absl::string_view text) {
  const std::string tidy = Tidy(text);
  absl::string_view rest = tidy;
  const bool negative = absl::ConsumePrefix(&rest, "-");
  const size_t point = std::min(rest.find('.'), rest.size());
  const auto whole = Ungroup(rest.substr(0, point));
  std::string decimals(rest.substr(std::min(point + 1, rest.size())));
  const bool lone_point = point < rest.size() && decimals.empty();
  if (!whole || whole->size() > kMostDigits || lone_point || !AllDigits(decimals)) return std::nullopt;
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  if (decimals.size() > 2) return std::nullopt;
  decimals.resize(2, '0');
  int64_t value = 0;
  for (char digit : *whole + decimals) value = value * 10 + (digit - '0');
  return negative ? -value : value;
}

}  // namespace bangfu::standards
