#include "common/auth/area_range.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace bangfu::auth {
namespace {

// More would not be read.
constexpr size_t kMostInText = 5;

std::string RangeText(const AreaRange& range) {
  if (range == RangeOf(0)) return "全国";
  const std::string first = absl::StrFormat("%012d", range.low);
  return RangeOf(range.low) == range ? first : absl::StrFormat("%s 至 %012d", first, range.high - 1);
}

}  // namespace

AreaRange RangeOf(int64_t area_code) {
  if (area_code < 0 || area_code >= kAreaCodeEnd) return {};
  if (area_code == 0) return {0, kAreaCodeEnd};
  // How many codes an area of each level spans, from province down to village.
  for (int64_t span : {10'000'000'000L, 100'000'000L, 1'000'000L, 1'000L}) {
    if (area_code % span == 0) return {area_code, area_code + span};
  }
  return {area_code, area_code + 1};
}

std::vector<AreaRange> Merge(std::vector<AreaRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const AreaRange& a, const AreaRange& b) { return a.low < b.low; });
  std::vector<AreaRange> merged;
  for (const AreaRange& range : ranges) {
    if (range.low >= range.high) continue;
    if (!merged.empty() && range.low <= merged.back().high) {
      merged.back().high = std::max(merged.back().high, range.high);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

std::string AreasText(absl::Span<const AreaRange> ranges) {
  if (ranges.empty()) return "无";
  const std::string shown = absl::StrJoin(ranges.first(std::min(ranges.size(), kMostInText)), "、",
                                          [](std::string* out, const AreaRange& range) { *out += RangeText(range); });
  return ranges.size() <= kMostInText ? shown : absl::StrCat(shown, " 等 ", ranges.size(), " 处");
}

}  // namespace bangfu::auth
