#include "common/standards/hundredths.h"

#include <limits>

#include "gtest/gtest.h"

namespace bangfu::standards {
namespace {

TEST(HundredthsTest, Formats) {
  EXPECT_EQ(FormatHundredths(0), "0.00");
  EXPECT_EQ(FormatHundredths(-5), "-0.05");
  EXPECT_EQ(FormatHundredths(123456), "1234.56");
  EXPECT_EQ(FormatHundredths(std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
}

TEST(HundredthsTest, ReadsWhatPeopleWrite) {
  EXPECT_EQ(ParseHundredths("1234.5"), 123450);
  EXPECT_EQ(ParseHundredths("1,234,567.89"), 123456789);
  EXPECT_EQ(ParseHundredths("-0.05"), -5);
  EXPECT_EQ(ParseHundredths("　１２.３０00"), 1230);
  EXPECT_EQ(ParseHundredths("999999999999999.99"), 99999999999999999);
  for (absl::string_view bad : {"", "-", ".", "1.", ".5", "1.234", "1,23", "12,34", ",123", "1,234,", "1234,567", "1e3",
                                "+1", "1 2", "NaN", "1000000000000000", "1.2.3", "--1"}) {
    EXPECT_FALSE(ParseHundredths(bad)) << bad;
  }
}

}  // namespace
}  // namespace bangfu::standards
