// Counting days: notices and deadlines run in calendar days or, by the holiday tables, in working days, and may stand
// still meanwhile. A day is one of Beijing time. Pure.
#ifndef BANGFU_COMMON_POLICY_WORKING_DAYS_H_
#define BANGFU_COMMON_POLICY_WORKING_DAYS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/policy/v1/holiday_table.pb.h"
#include "common/policy/book.h"

namespace bangfu::policy {

// Which days are worked, year by year. In a year without a table Monday to Friday are.
class WorkCalendar {
 public:
  // Takes the place of what was said of the year before.
  void Add(const v1::HolidayTable& table);

  bool IsWorkingDay(absl::CivilDay day) const;

 private:
  struct Year {
    std::set<absl::CivilDay> off;
    std::set<absl::CivilDay> worked;
  };
  std::map<int64_t, Year> years_;
};

// Days that do not count, both ends included; without `to` from then on.
struct Pause {
  absl::CivilDay from;
  std::optional<absl::CivilDay> to;
};

// The last of `days` days that count, `from` being the first that can. Nothing while a pause is open, or if no day
// counts for years.
std::optional<absl::CivilDay> LastDay(absl::CivilDay from, int days, v1::DayKind kind, const std::vector<Pause>& pauses,
                                      const WorkCalendar& calendar);

// The calendar of an area: for each year the holiday table that applies there.
WorkCalendar CalendarOf(const Book& book, int64_t area, std::optional<absl::Time> as_known_at = std::nullopt);

// What the annotations of HolidayTable cannot say: days of the year, in order, not twice; worked days are weekends.
FieldErrors CheckHolidayTable(const v1::HolidayTable& table);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_WORKING_DAYS_H_
