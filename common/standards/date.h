// Calendar dates as text, YYYY-MM-DD: the form in which records keep them (a birthday has no time zone).
// All functions are pure and thread-safe.
#ifndef BANGFU_COMMON_STANDARDS_DATE_H_
#define BANGFU_COMMON_STANDARDS_DATE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace bangfu::standards {

// Years of dates that are taken at all; others are typing errors.
inline constexpr int kFirstYear = 1850;
inline constexpr int kLastYear = 2200;

// The day that exactly YYYY-MM-DD names. Nothing for other forms, days that do not exist and years out of range.
std::optional<absl::CivilDay> ParseDate(absl::string_view text);

// The day that people write in tables: 2018-01-05, 2018/1/5, 2018.1.5, 20180105, 2018年1月5日; full-width digits and
// spaces around it are taken, too.
std::optional<absl::CivilDay> ParseWrittenDate(absl::string_view text);

// YYYY-MM-DD.
std::string FormatDate(absl::CivilDay day);

// Full years from `birth` to `date`; who is born on 29 February turns a year older on 1 March of common years.
// Negative before birth.
int AgeOn(absl::CivilDay birth, absl::CivilDay date);

// The same of two YYYY-MM-DD texts; nothing if one of them is not a date.
std::optional<int> AgeOn(absl::string_view birth, absl::string_view date);

}  // namespace bangfu::standards

#endif  // BANGFU_COMMON_STANDARDS_DATE_H_
