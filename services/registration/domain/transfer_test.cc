#include "services/registration/domain/transfer.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

Family TwoPersons() {
  Family family;
  family.household.set_household_id("150526-01hq3v9k2m4xa");
  family.household.set_area("150526100201");
  family.household.set_state(v1::Household::ACTIVE);
  family.household.set_exit_flag("1");
  family.household.set_etag("etag");
  for (const char* relation : {"01", "02"}) {
    v1::Member& member = family.members.emplace_back();
    member.set_member_id(std::string("150526-01hq3v9k2m4m") + relation[1]);
    member.set_relation(relation);
    member.set_name("甲");
    member.set_state(v1::Member::PRESENT);
    member.set_leave_reason("09");
  }
  return family;
}

TEST(TransferTest, TheOldOneIsArchivedAndTheNewOneIsTheSame) {
  const Family family = TwoPersons();
  const auto moved = Transfer(family, "150521100201", {"150521-h", "150521-a", "150521-b"}, "2026-03-02");
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->first.household.state(), v1::Household::ARCHIVED);
  EXPECT_EQ(moved->first.household.archive_reason(), "20");
  EXPECT_EQ(moved->first.members[1].leave_reason(), "20");
  EXPECT_EQ(moved->first.members[1].state(), v1::Member::LEFT);
  const Family& come = moved->second;
  EXPECT_EQ(come.household.household_id(), "150521-h");
  EXPECT_EQ(come.household.area(), "150521100201");
  EXPECT_EQ(come.household.exit_flag(), "1");
  EXPECT_EQ(come.household.member_count(), 2);
  EXPECT_EQ(come.household.etag(), "");
  EXPECT_EQ(come.members[1].member_id(), "150521-b");
  EXPECT_EQ(come.members[1].household_id(), "150521-h");
  EXPECT_EQ(come.members[1].join_reason(), "20");
  EXPECT_EQ(come.members[1].leave_reason(), "");
  EXPECT_EQ(status::ReasonOf(Transfer(moved->first, "150521100201", {"h", "a", "b"}, "2026-03-02").status()),
            "HOUSEHOLD_ARCHIVED");
}

TEST(TransferTest, IsForOtherCountiesAndDecidedOnce) {
  const Family family = TwoPersons();
  EXPECT_EQ(status::ReasonOf(CheckTransferable(family.household, "150526100202")), "TRANSFER_WITHIN_COUNTY");
  EXPECT_TRUE(CheckTransferable(family.household, "150521100201").ok());
  v1::HouseholdTransfer transfer;
  transfer.set_state(v1::HouseholdTransfer::PENDING);
  EXPECT_TRUE(CheckPending(transfer).ok());
  transfer.set_state(v1::HouseholdTransfer::WITHDRAWN);
  EXPECT_EQ(status::ReasonOf(CheckPending(transfer)), "TRANSFER_NOT_PENDING");
}

}  // namespace
}  // namespace bangfu::registration::domain
