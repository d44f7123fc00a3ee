#include "common/standards/date.h"

#include "gtest/gtest.h"

namespace bangfu::standards {
namespace {

TEST(DateTest, StrictFormIsTheOnlyOne) {
  for (absl::string_view good : {"2018-01-05", "2020-02-29", "1850-01-01", "2200-12-31", "2000-02-29"}) {
    ASSERT_TRUE(ParseDate(good)) << good;
    EXPECT_EQ(FormatDate(*ParseDate(good)), std::string(good));
  }
  for (absl::string_view bad :
       {"", "2018-1-5", "2018-02-29", "1900-02-29", "2018-13-01", "2018-00-10", "2018-01-00", "1849-12-31",
        "2201-01-01", "2018-01-05 ", "2018-01-05T00:00:00Z", "２０18-01-05", "-018-01-05", "2018-01-32"}) {
    EXPECT_FALSE(ParseDate(bad)) << bad;
  }
}

TEST(DateTest, ReadsWhatPeopleWrite) {
  for (absl::string_view text : {"2018-01-05", "2018-1-5", "2018/1/5", "2018/01/05", "2018.1.5", "20180105",
                                 "2018年1月5日", "2018年01月05号", "２０１８年１月５日", "　2018/1/5 "}) {
    ASSERT_TRUE(ParseWrittenDate(text)) << text;
    EXPECT_EQ(FormatDate(*ParseWrittenDate(text)), "2018-01-05") << text;
  }
  for (absl::string_view bad : {"2018", "2018.1", "2018/1.5", "201815", "2018年1月", "1/5/2018", "20180230",
                                "2018年2月30日", "43105", "昨天"}) {
    EXPECT_FALSE(ParseWrittenDate(bad)) << bad;
  }
}

TEST(DateTest, AgeIsInFullYears) {
  struct Case {
    absl::string_view birth, date;
    int age;
  };
  for (const Case& c : {Case{"1950-06-15", "2010-06-14", 59}, Case{"1950-06-15", "2010-06-15", 60},
                        Case{"2000-02-29", "2018-02-28", 17}, Case{"2000-02-29", "2018-03-01", 18},
                        Case{"2018-05-01", "2018-05-01", 0}, Case{"2018-05-01", "2018-04-30", -1}}) {
    EXPECT_EQ(AgeOn(c.birth, c.date), c.age) << c.birth << " " << c.date;
  }
  EXPECT_EQ(AgeOn("1950-6-15", "2010-06-14"), std::nullopt);
}

}  // namespace
}  // namespace bangfu::standards
