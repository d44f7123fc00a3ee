// Ordinary households beside the registered ones.
#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

class HouseholdTypeTest : public RegisterFixture {
 protected:
  absl::StatusOr<v1::Household> RegisterOrdinary(const std::vector<v1::Member>& members) {
    v1::RegisterOrdinaryHouseholdRequest request;
    request.set_area(kVillage);
    request.mutable_members()->Assign(members.begin(), members.end());
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::RegisterOrdinaryHousehold, request, Registrar());
  }

  int64_t Listed(const std::string& filter) { return List(kCounty, filter, "", 0, "", Viewer())->total_size(); }
  int64_t PersonsListed(const std::string& filter) {
    v1::ListMembersRequest request;
    request.set_area("150526000000");
    request.set_filter(filter);
    return Call(members_, &Members::ListMembers, request, Viewer())->total_size();
  }
};

TEST_F(HouseholdTypeTest, AnOrdinaryHouseholdIsListedOnRequestAndCountedNowhere) {
  Register(kVillage, 3);
  const auto ordinary = RegisterOrdinary({NewMember(501, "01", "王建国"), NewMember(502, "02")});
  ASSERT_TRUE(ordinary.ok()) << ordinary.status();
  EXPECT_EQ(ordinary->type(), v1::Household::ORDINARY);
  EXPECT_EQ(ordinary->exit_flag(), "");
  EXPECT_EQ(Get(ordinary->household_id(), Viewer())->DebugString(), ordinary->DebugString());
  EXPECT_EQ(Listed(""), 1);
  EXPECT_EQ(Listed("type = ORDINARY"), 1);
  EXPECT_EQ(Listed("type = ORDINARY OR type = REGISTERED"), 2);
  EXPECT_EQ(PersonsListed(""), 3);
  EXPECT_EQ(PersonsListed("household_type = ORDINARY"), 2);
  EXPECT_EQ(MembersOf(ordinary->household_id()).size(), 2);
  v1::GetRegisterStatisticsRequest request;
  request.set_area("150526000000");
  const auto figures = Call(figures_, &Figures::GetRegisterStatistics, request, Viewer());
  EXPECT_EQ(figures->total().household_count(), 1);
  EXPECT_EQ(figures->total().person_count(), 3);
}

TEST_F(HouseholdTypeTest, APersonIsInOneHouseholdOfEitherType) {
  ASSERT_TRUE(RegisterOrdinary({NewMember(501, "01")}).ok());
  EXPECT_EQ(ReasonOf(Create(NewHousehold(kVillage), {NewMember(501, "01")}, Registrar())), "IDENTITY_NUMBER_TAKEN");
}

TEST_F(HouseholdTypeTest, WhatBelongsToThePoorIsRefused) {
  auto ordinary = RegisterOrdinary({NewMember(501, "01")});
  ASSERT_TRUE(ordinary.ok()) << ordinary.status();
  v1::Household changed = *ordinary;
  changed.set_exit_flag("0");
  EXPECT_EQ(ReasonOf(Update(changed, {"exit_flag"})), "HOUSEHOLD_NOT_REGISTERED");
  changed = *ordinary;
  changed.set_phone("13800000000");
  EXPECT_TRUE(Update(changed, {"phone"}).ok());

  const v1::Household registered = Register(kVillage, 1);
  v1::MergeHouseholdsRequest merge;
  merge.set_household_id(registered.household_id());
  merge.set_merged_household_id(ordinary->household_id());
  merge.set_etag(registered.etag());
  auto* named = merge.add_members();
  named->set_member_id(MembersOf(ordinary->household_id())[0].member_id());
  named->set_relation("99");
  merge.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(households_, &Households::MergeHouseholds, merge, Reviewer())), "HOUSEHOLD_TYPES_DIFFER");
}

TEST_F(HouseholdTypeTest, WhoMovesIsCountedWhereTheyCome) {
  auto ordinary = RegisterOrdinary({NewMember(501, "01"), NewMember(502, "02")});
  ASSERT_TRUE(ordinary.ok()) << ordinary.status();
  const v1::Household registered = Register(kVillage, 1);
  ASSERT_TRUE(Move(MembersOf(ordinary->household_id())[1], registered.household_id()).ok());
  EXPECT_EQ(PersonsListed(""), 2);
  EXPECT_EQ(PersonsListed("household_type = ORDINARY"), 1);
}

}  // namespace
}  // namespace bangfu::registration
