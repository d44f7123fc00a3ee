// Working days by the holiday tables: deadlines, and notices that last a number of working days. Pure.
#ifndef BANGFU_COMMON_POLICY_WORKING_DAYS_H_
#define BANGFU_COMMON_POLICY_WORKING_DAYS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>

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

  bool HasYear(absl::CivilYear year) const { return years_.count(year.year()) > 0; }
  bool IsWorkingDay(absl::CivilDay day) const;

 private:
  struct Year {
    std::set<absl::CivilDay> off;
    std::set<absl::CivilDay> worked;
  };
  std::map<int64_t, Year> years_;
};

struct WorkingDay {
  absl::CivilDay day;
  // A year on the way has no holiday table: the day may move when the table is published.
  bool provisional = false;
};

// The `count`-th working day after `from`, which itself does not count; `from` if count is 0 or less.
WorkingDay AddWorkingDays(const WorkCalendar& calendar, absl::CivilDay from, int count);

// Working days from `first` to `last`, both included.
int CountWorkingDays(const WorkCalendar& calendar, absl::CivilDay first, absl::CivilDay last);

// The calendar of an area: for each year the holiday table that applies there.
WorkCalendar CalendarOf(const Book& book, int64_t area, std::optional<absl::Time> as_known_at = std::nullopt);

// What the annotations of HolidayTable cannot say: days of the year, in order, not twice; worked days are weekends.
FieldErrors CheckHolidayTable(const v1::HolidayTable& table);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_WORKING_DAYS_H_
