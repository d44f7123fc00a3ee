#include "common/policy/working_days.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"

namespace bangfu::policy {
namespace {

// Ends the search while a pause is open.
constexpr int kMostDaysSearched = 10'000;

bool IsWeekend(absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

}  // namespace

void WorkCalendar::Add(const v1::HolidayTable& table) {
  Year year;
  for (const v1::Holiday& holiday : table.holidays()) {
    const auto first = standards::ParseDate(holiday.first_day()), last = standards::ParseDate(holiday.last_day());
    if (!first || !last) continue;  // validated before it was stored
    for (absl::CivilDay day = *first; day <= *last; ++day) year.off.insert(day);
  }
  for (const std::string& text : table.working_days()) {
    if (auto day = standards::ParseDate(text)) year.worked.insert(*day);
  }
  years_[table.year()] = std::move(year);
}

bool WorkCalendar::IsWorkingDay(absl::CivilDay day) const {
  const auto year = years_.find(day.year());
  if (year == years_.end()) return !IsWeekend(day);
  if (year->second.off.count(day) > 0) return false;
  return !IsWeekend(day) || year->second.worked.count(day) > 0;
}

std::optional<absl::CivilDay> LastDay(absl::CivilDay from, int days, v1::DayKind kind, const std::vector<Pause>& pauses,
                                      const WorkCalendar& calendar) {
  const auto is_paused = [&](absl::CivilDay day) {
    return std::any_of(pauses.begin(), pauses.end(),
                       [&](const Pause& pause) { return pause.from <= day && (!pause.to || day <= *pause.to); });
  };
  int counted = 0;
  for (absl::CivilDay day = from; day < from + kMostDaysSearched; ++day) {
    if (is_paused(day) || (kind == v1::WORKING && !calendar.IsWorkingDay(day))) continue;
    if (++counted == days) return day;
  }
  return std::nullopt;
}

WorkCalendar CalendarOf(const Book& book, int64_t area, std::optional<absl::Time> as_known_at) {
  const std::string& kind = KindOf(*v1::HolidayTable::descriptor()).name();
  std::set<int> years;
  for (const Rule* rule : book.OfKind(kind)) years.insert(static_cast<const v1::HolidayTable&>(*rule->body).year());
  WorkCalendar calendar;
  for (const int year : years) {
    const Rule* rule = book.Find({kind, area, absl::CivilDay(year, 1, 1), "", as_known_at});
    if (rule == nullptr) continue;
    const auto& table = static_cast<const v1::HolidayTable&>(*rule->body);
    if (table.year() == year) calendar.Add(table);
  }
  return calendar;
}

FieldErrors CheckHolidayTable(const v1::HolidayTable& table) {
  FieldErrors errors;
  std::set<absl::CivilDay> off;
  for (int i = 0; i < table.holidays_size(); ++i) {
    const std::string path = absl::StrCat("holidays[", i, "]");
    const auto first = standards::ParseDate(table.holidays(i).first_day());
    const auto last = standards::ParseDate(table.holidays(i).last_day());
    const bool ordered = first && last && *first <= *last;
    if (!ordered || first->year() != table.year() || last->year() != table.year()) {
      errors.push_back({path, "放假: 首日不晚于末日, 且都在本年之内"});
      continue;
    }
    for (absl::CivilDay day = *first; day <= *last; ++day) {
      if (!off.insert(day).second) errors.push_back({path, "放假: 与其他假期重叠"});
    }
  }
  for (int i = 0; i < table.working_days_size(); ++i) {
    const auto day = standards::ParseDate(table.working_days(i));
    if (!day || day->year() != table.year() || !IsWeekend(*day) || off.count(*day) > 0) {
      errors.push_back({absl::StrCat("working_days[", i, "]"), "调休上班日: 应为本年不放假的周六或周日"});
    }
  }
  return errors;
}

}  // namespace bangfu::policy
