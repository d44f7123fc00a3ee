// Statistical area codes: 12 digits = province 2, city 2, county 2, township 3, village 3, filled with zeros.
//
// A code is kept as an integer, so that an area is the half-open range [code, RangeEndOf(code)) of the codes in it.
// Cities without counties (Dongguan) have townships right below them: 441900003000. Pure and thread-safe.
#ifndef BANGFU_COMMON_STANDARDS_AREA_CODE_H_
#define BANGFU_COMMON_STANDARDS_AREA_CODE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::standards {

inline constexpr int kProvinceLevel = 1;
inline constexpr int kCityLevel = 2;
inline constexpr int kCountyLevel = 3;
inline constexpr int kTownshipLevel = 4;
inline constexpr int kVillageLevel = 5;

// The code of 2, 4, 6, 9 or 12 ASCII digits, filled with zeros. Nothing for other texts and provinces below 10.
// Whether the area exists is the register's to say.
std::optional<int64_t> ParseAreaCode(absl::string_view text);

// 12 digits.
std::string FormatAreaCode(int64_t code);

// 1 province, 2 city, 3 county, 4 township, 5 village: by the trailing zeros.
int LevelOf(int64_t code);

// The area one level up by the digits; 0 for a province. For 441900003000 that is the city 441900000000.
int64_t ParentOf(int64_t code);

// The first code behind those of the area.
int64_t RangeEndOf(int64_t code);

// Whether `code` is `area` or lies in it.
bool IsWithin(int64_t code, int64_t area);

// The six-digit county, or for codes above it city or province, by which records are distributed: 150526.
int32_t CountyOf(int64_t code);

}  // namespace bangfu::standards

#endif  // BANGFU_COMMON_STANDARDS_AREA_CODE_H_
