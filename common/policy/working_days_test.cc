#include "common/policy/working_days.h"

#include "common/policy/fixture_for_tests.h"
#include "common/standards/date.h"
#include "gtest/gtest.h"

namespace bangfu::policy {
namespace {

absl::CivilDay Day(const char* text) { return *standards::ParseDate(text); }

std::string Last(const char* from, int days, v1::DayKind kind, const std::vector<Pause>& pauses = {}) {
  const auto last = LastDay(Day(from), days, kind, pauses, WorkCalendar());
  return last ? standards::FormatDate(*last) : "";
}

TEST(LastDayTest, CountsTheFirstDay) {
  EXPECT_EQ(Last("2020-02-17", 5, v1::WORKING), "2020-02-21");  // a county's notice in Gansu
  EXPECT_EQ(Last("2020-02-17", 7, v1::CALENDAR), "2020-02-23");
  EXPECT_EQ(Last("2020-02-22", 1, v1::WORKING), "2020-02-24");  // begun on a Saturday
  EXPECT_EQ(Last("2020-02-28", 2, v1::CALENDAR), "2020-02-29");
}

TEST(LastDayTest, PausesDoNotCount) {
  const Pause closed{Day("2020-02-18"), Day("2020-02-19")};
  EXPECT_EQ(Last("2020-02-17", 3, v1::CALENDAR, {closed}), "2020-02-21");
  EXPECT_EQ(Last("2020-02-17", 3, v1::CALENDAR, {closed, closed}), "2020-02-21");  // two at once pause once
  EXPECT_EQ(Last("2020-02-17", 1, v1::CALENDAR, {closed}), "2020-02-17");
  EXPECT_EQ(Last("2020-02-17", 3, v1::CALENDAR, {{Day("2020-02-18"), std::nullopt}}), "");
}

TEST(LastDayTest, CountsByTheTableOfTheYear) {
  v1::HolidayTable table = HolidaysOf(2025, "2025-01-28", "2025-02-04");
  table.add_working_days("2025-01-26");
  WorkCalendar calendar;
  calendar.Add(table);
  EXPECT_EQ(LastDay(Day("2025-01-25"), 3, v1::WORKING, {}, calendar), Day("2025-02-05"));
  EXPECT_EQ(LastDay(Day("2026-01-28"), 3, v1::WORKING, {}, calendar), Day("2026-01-30")) << "no table of 2026";
}

}  // namespace
}  // namespace bangfu::policy
