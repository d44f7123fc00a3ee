#include "common/procedure/days.h"

#include "common/standards/date.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

absl::CivilDay Day(const char* text) { return *standards::ParseDate(text); }

std::string Last(const char* from, int days, v1::DayKind kind, const std::vector<Pause>& pauses = {}) {
  const auto last = LastDay(Day(from), days, kind, pauses, IsMondayToFriday);
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

TEST(LastDayTest, EndsWithoutWorkingDays) {
  EXPECT_EQ(LastDay(Day("2020-02-17"), 1, v1::WORKING, {}, [](absl::CivilDay) { return false; }), std::nullopt);
}

TEST(DayTest, IsBeijings) {
  const absl::Time evening = absl::FromUnixSeconds(1582041600);  // 2020-02-18T16:00Z
  EXPECT_EQ(DayOf(evening), Day("2020-02-19"));
  EXPECT_EQ(StartOf(Day("2020-02-19")), evening);
  google::protobuf::Timestamp timestamp;
  SetTime(evening + absl::Microseconds(5), &timestamp);
  EXPECT_EQ(TimeOf(timestamp), evening + absl::Microseconds(5));
}

}  // namespace
}  // namespace bangfu::procedure
