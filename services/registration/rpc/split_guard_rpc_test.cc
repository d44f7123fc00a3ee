#include "bangfu/registration/v1/split_guard.pb.h"
#include "services/registration/rpc/management_fixture.h"
#include "services/registration/rpc/split_guard.h"

namespace bangfu::registration {
namespace {

class SplitGuardRpcTest : public ManagementFixture {
 protected:
  void PublishGuard(v1::SplitGuard::Effect effect) {
    v1::SplitGuard guard;
    auto* campaign = guard.add_campaigns();
    campaign->set_name("识别");
    campaign->set_first_day("2026-06-01");
    campaign->set_last_day("2026-08-31");
    guard.set_months_before(6);
    guard.set_effect(effect);
    guard.add_allowed_join_reasons("02");
    Publish(guard);
  }
  absl::StatusOr<v1::Household> Split(const v1::Household& household, bool acknowledged) {
    auto request = Splitting(household, MembersOf(household.household_id())[1].member_id());
    request.set_acknowledge_warning(acknowledged);
    return Call(households_, &Households::SplitHousehold, request, Registrar());
  }
};

TEST_F(SplitGuardRpcTest, AWarningIsAcknowledgedAndKept) {
  const v1::Household household = Register(kVillage, 3);
  PublishGuard(v1::SplitGuard::WARN);
  EXPECT_EQ(ReasonOf(Split(household, false)), "SPLIT_WARNED");
  EXPECT_TRUE(Decisions(household.household_id()).empty());
  const auto founded = Split(household, true);
  ASSERT_TRUE(founded.ok()) << founded.status();
  const auto decisions = Decisions(household.household_id());
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].outcome().verdict(), "WARNED");
  v1::SplitGuardInputs inputs;
  ASSERT_TRUE(decisions[0].inputs().UnpackTo(&inputs));
  EXPECT_EQ(inputs.split_reason(), "04");
  EXPECT_EQ(inputs.evidence(0), "01");
  EXPECT_EQ(inputs.founded_household_id(), founded->household_id());
}

TEST_F(SplitGuardRpcTest, WhatIsRefusedChangesNothing) {
  const v1::Household household = Register(kVillage, 3), other = Register(kVillage, 2);
  ASSERT_TRUE(Split(household, false).ok()) << "no guard yet";
  EXPECT_EQ(Decisions(household.household_id()).size(), 1u) << "reason and evidence are kept all the same";
  PublishGuard(v1::SplitGuard::REFUSE);
  EXPECT_EQ(ReasonOf(Split(other, true)), "SPLIT_REFUSED");
  EXPECT_EQ(Get(other.household_id(), Viewer())->member_count(), 2);
  auto moving = NewMember(900, "99");
  moving.set_join_reason("03");
  EXPECT_EQ(ReasonOf(Add(other.household_id(), moving)), "MOVE_IN_REFUSED");
  moving.set_join_reason("02");
  EXPECT_TRUE(Add(other.household_id(), moving).ok()) << "marriage is allowed";
}

}  // namespace
}  // namespace bangfu::registration
