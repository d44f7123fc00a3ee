#include "common/standards/date.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/standards/text.h"

namespace bangfu::standards {
namespace {

std::optional<absl::CivilDay> DayOf(int year, int month, int day) {
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  // CivilDay normalises 30 February to 2 March: a day that changed did not exist.
  const absl::CivilDay result(year, month, day);
  if (result.month() != month || result.day() != day) return std::nullopt;
  return result;
}

// Takes between `least` and `most` digits from the front of `text`.
std::optional<int> TakeNumber(absl::string_view& text, size_t least, size_t most) {
  size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && absl::ascii_isdigit(text[count])) {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool Take(absl::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// A year, a separator, a month, the separator again, and a day.
std::optional<absl::CivilDay> ParseSeparated(absl::string_view text, char separator, size_t least_digits) {
  const auto year = TakeNumber(text, 4, 4);
  if (!year || !Take(text, separator)) return std::nullopt;
  const auto month = TakeNumber(text, least_digits, 2);
  if (!month || !Take(text, separator)) return std::nullopt;
  const auto day = TakeNumber(text, least_digits, 2);
  if (!day || !text.empty()) return std::nullopt;
  return DayOf(*year, *month, *day);
}

std::optional<absl::CivilDay> ParseCompact(absl::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const auto year = TakeNumber(text, 4, 4);
  const auto month = TakeNumber(text, 2, 2);
  const auto day = TakeNumber(text, 2, 2);
  if (!year || !month || !day) return std::nullopt;
  return DayOf(*year, *month, *day);
}

}  // namespace

std::optional<absl::CivilDay> ParseDate(absl::string_view text) { return ParseSeparated(text, '-', 2); }

std::optional<absl::CivilDay> ParseWrittenDate(absl::string_view text) {
  const std::string tidy = Tidy(text);
  for (char separator : {'-', '/', '.'}) {
    if (auto day = ParseSeparated(tidy, separator, 1)) return day;
  }
  if (auto day = ParseCompact(tidy)) return day;
  absl::string_view chinese = tidy;
  if (!absl::ConsumeSuffix(&chinese, "日") && !absl::ConsumeSuffix(&chinese, "号")) return std::nullopt;
  return ParseSeparated(absl::StrReplaceAll(chinese, {{"年", "-"}, {"月", "-"}}), '-', 1);
}

std::string FormatDate(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

int AgeOn(absl::CivilDay birth, absl::CivilDay date) {
  const bool birthday_to_come =
      date.month() < birth.month() || (date.month() == birth.month() && date.day() < birth.day());
  return static_cast<int>(date.year() - birth.year()) - (birthday_to_come ? 1 : 0);
}

std::optional<int> AgeOn(absl::string_view birth, absl::string_view date) {
  const auto from = ParseDate(birth);
  const auto to = ParseDate(date);
  if (!from || !to) return std::nullopt;
  return AgeOn(*from, *to);
}

}  // namespace bangfu::standards
