#include "services/registration/domain/reported_year.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

namespace {

// The least year that the contract takes.
constexpr int kFirstReportedYear = 2000;

absl::Status RefuseYear(absl::string_view path, absl::string_view label, absl::string_view what, int last) {
  return status::RefuseFields(
      {{std::string(path), absl::StrCat(label, ": ", what, "尚未开始, 现可填报 ", OpenYearsText(last), " 年度")}});
}

}  // namespace

absl::Status CheckBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day) {
  const int last = static_cast<int>(standards::ParseDate(day)->year());
  return year <= last ? absl::OkStatus() : RefuseYear(path, label, absl::StrCat(year, " 年"), last);
}

int CollectionYearOf(absl::CivilDay day) { return static_cast<int>(day.year()) + (day.month() >= 10 ? 1 : 0); }

absl::Status CheckCollectionBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day) {
  const int last = CollectionYearOf(*standards::ParseDate(day));
  if (year <= last) return absl::OkStatus();
  return RefuseYear(path, label, absl::StrCat(year, " 采集年度 (", year - 1, "-10-01 至 ", year, "-09-30) "), last);
}

std::string OpenYearsText(int last) { return absl::StrCat(kFirstReportedYear, " 至 ", last); }

}  // namespace bangfu::registration::domain
