#include "common/procedure/beijing_time.h"

#include "common/standards/date.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

absl::CivilDay Day(const char* text) { return *standards::ParseDate(text); }

TEST(BeijingTimeTest, DaysAreBeijings) {
  const absl::Time evening = absl::FromUnixSeconds(1582041600);  // 2020-02-18T16:00Z
  EXPECT_EQ(DayOf(evening), Day("2020-02-19"));
  EXPECT_EQ(StartOf(Day("2020-02-19")), evening);
  google::protobuf::Timestamp timestamp;
  SetTime(evening + absl::Microseconds(5), &timestamp);
  EXPECT_EQ(TimeOf(timestamp), evening + absl::Microseconds(5));
}

}  // namespace
}  // namespace bangfu::procedure
