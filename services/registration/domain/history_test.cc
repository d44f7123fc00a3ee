#include "services/registration/domain/history.h"

#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

std::string Labels(const std::string& dictionary, const std::string& code) { return dictionary + "/" + code; }

TEST(HistoryTest, ShowsWhatChangedInChineseWithSealedValuesMasked) {
  v1::Household before;
  before.set_household_id("150526-0000000000001");
  before.set_main_cause("01");
  before.set_phone("13800138000");
  before.set_etag("1");
  v1::Household after = before;
  after.set_main_cause("02");
  after.add_other_causes("03");
  after.add_other_causes("04");
  after.set_phone("13900139000");
  after.set_etag("2");
  v1::RecordChange change;
  DescribeChange(before, after, Labels, /*health=*/true, &change);
  ASSERT_EQ(change.fields_size(), 3);
  EXPECT_EQ(change.fields(0).label(), "主要致贫原因");
  EXPECT_EQ(change.fields(0).before(), "AAC007/01");
  EXPECT_EQ(change.fields(0).after(), "AAC007/02");
  EXPECT_EQ(change.fields(1).after(), "AAC008/03、AAC008/04");
  EXPECT_EQ(change.fields(2).before(), "138****00");
  EXPECT_EQ(change.fields(2).after(), "139****00");
}

TEST(HistoryTest, HidesHealthFromThoseWhoMayNotSeeIt) {
  v1::Member before;
  before.set_health("01");
  v1::Member after;
  after.set_health("02");
  v1::RecordChange change;
  DescribeChange(before, after, Labels, /*health=*/false, &change);
  DescribeChange(before, after, Labels, /*health=*/true, &change);
  EXPECT_EQ(change.fields(0).before(), "***");
  EXPECT_EQ(change.fields(0).after(), "***");
  EXPECT_EQ(change.fields(1).after(), "AAB017/02");
}

TEST(HistoryTest, TheFirstVersionShowsItsContentButNotItsIds) {
  v1::Household first;
  first.set_household_id("150526-0000000000001");
  first.mutable_create_time()->set_seconds(1);
  first.set_exit_flag("0");
  v1::RecordChange change;
  DescribeChange(v1::Household(), first, Labels, /*health=*/true, &change);
  ASSERT_EQ(change.fields_size(), 1);
  EXPECT_EQ(change.fields(0).field(), "exit_flag");
}

}  // namespace
}  // namespace bangfu::registration::domain
