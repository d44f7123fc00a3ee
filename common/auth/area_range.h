// Areas as half-open ranges over the 12-digit statistical codes, so that an area with all that lies in it is one
// comparison in the program and one index range in the database.
#ifndef BANGFU_COMMON_AUTH_AREA_RANGE_H_
#define BANGFU_COMMON_AUTH_AREA_RANGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace bangfu::auth {

// One above the greatest area code.
inline constexpr int64_t kAreaCodeEnd = 1'000'000'000'000;

// The codes from `low` up to but without `high`.
struct AreaRange {
  int64_t low = 0;
  int64_t high = 0;

  bool Contains(int64_t area_code) const { return low <= area_code && area_code < high; }
  friend bool operator==(const AreaRange&, const AreaRange&) = default;
};

// The area with everything in it. Its level follows from the zeros at the end of the code: province 2 digits, city 4,
// county 6, township 9, village 12. Code 0 is the whole country; what is no 12-digit code gives an empty range.
AreaRange RangeOf(int64_t area_code);

// The same codes as the fewest ranges, in order; empty ranges are dropped.
std::vector<AreaRange> Merge(std::vector<AreaRange> ranges);

// The ranges as people read them, by code: "150526000000、150525100000 至 150525101999"; of many the first few.
std::string AreasText(absl::Span<const AreaRange> ranges);

}  // namespace bangfu::auth

#endif  // BANGFU_COMMON_AUTH_AREA_RANGE_H_
