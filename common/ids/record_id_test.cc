#include "common/ids/record_id.h"

#include "gtest/gtest.h"

namespace bangfu::ids {
namespace {

TEST(RecordIdTest, RoundTripsAndGrows) {
  int64_t before = 0;
  for (int i = 0; i < 10'000; ++i) {
    RecordId id{150526, NewRecordNumber()};
    EXPECT_GT(id.number, before);
    before = id.number;
    EXPECT_EQ(ParseRecordId(id.ToString()), id);
  }
}

TEST(RecordIdTest, RefusesWhatIsNoId) {
  for (const char* text :
       {"", "150526", "150526-", "15052-0000000000000", "150526-000000000000", "150526-00000000000000",
        "abcdef-0000000000000", "000000-0000000000000", "150526_0000000000000", "150526-zzzzzzzzzzzzz"}) {
    EXPECT_FALSE(ParseRecordId(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace bangfu::ids
