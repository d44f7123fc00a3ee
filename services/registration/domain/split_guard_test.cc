#include "services/registration/domain/split_guard.h"

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

v1::SplitGuard Guard(v1::SplitGuard::Effect effect) {
  v1::SplitGuard guard;
  auto* campaign = guard.add_campaigns();
  campaign->set_name("识别");
  campaign->set_first_day("2026-08-31");
  campaign->set_last_day("2026-10-31");
  guard.set_months_before(6);
  guard.set_effect(effect);
  guard.add_allowed_split_reasons("01");
  guard.add_allowed_join_reasons("01");
  return guard;
}

v1::SplitGuardInputs Split(const std::string& date, const std::string& reason, bool acknowledged = false) {
  v1::SplitGuardInputs inputs;
  inputs.set_date(date);
  inputs.set_split_reason(reason);
  inputs.set_acknowledged(acknowledged);
  return inputs;
}

std::string Outcome(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard) {
  const auto outcome = JudgeSplit(inputs, guard);
  return outcome.verdict() + " " + status::ReasonOf(CheckGuarded(inputs, guard, outcome));
}

TEST(SplitGuardTest, BeginsMonthsBeforeACampaignAndEndsWithIt) {
  const auto guard = Guard(v1::SplitGuard::REFUSE);
  EXPECT_EQ(CampaignNear(guard, "2026-02-27"), nullptr);
  EXPECT_NE(CampaignNear(guard, "2026-02-28"), nullptr) << "there is no 31 February";
  EXPECT_NE(CampaignNear(guard, "2026-10-31"), nullptr);
  EXPECT_EQ(CampaignNear(guard, "2026-11-01"), nullptr);
}

TEST(SplitGuardTest, WarnsOrRefusesAsThePolicySays) {
  const auto warn = Guard(v1::SplitGuard::WARN), refuse = Guard(v1::SplitGuard::REFUSE);
  EXPECT_EQ(Outcome(Split("2026-01-01", "04"), refuse), "FREE ");
  EXPECT_EQ(Outcome(Split("2026-09-01", "01"), refuse), "FREE ");
  EXPECT_EQ(Outcome(Split("2026-09-01", "04"), refuse), "REFUSED SPLIT_REFUSED");
  EXPECT_EQ(Outcome(Split("2026-09-01", "04", true), refuse), "REFUSED SPLIT_REFUSED");
  EXPECT_EQ(Outcome(Split("2026-09-01", "04"), warn), "WARNED SPLIT_WARNED");
  EXPECT_EQ(Outcome(Split("2026-09-01", "04", true), warn), "WARNED ");
  EXPECT_EQ(Outcome(Split("2026-09-01", "04"), {}), "FREE ");
}

TEST(SplitGuardTest, MoveInsAreJudgedByTheirReason) {
  v1::SplitGuardInputs inputs;
  inputs.set_date("2026-09-01");
  inputs.set_join_reason("03");
  EXPECT_EQ(Outcome(inputs, Guard(v1::SplitGuard::REFUSE)), "REFUSED MOVE_IN_REFUSED");
  EXPECT_EQ(Outcome(inputs, Guard(v1::SplitGuard::WARN)), "WARNED ");
  inputs.set_join_reason("01");
  EXPECT_EQ(Outcome(inputs, Guard(v1::SplitGuard::REFUSE)), "FREE ");
}

TEST(SplitGuardTest, CampaignsDoNotOverlap) {
  auto guard = Guard(v1::SplitGuard::WARN);
  EXPECT_TRUE(CheckSplitGuard(guard).empty());
  *guard.add_campaigns() = guard.campaigns(0);
  EXPECT_EQ(CheckSplitGuard(guard)[0].path, "campaigns[1].first_day");
  guard.mutable_campaigns(1)->set_first_day("2027-02-01");
  EXPECT_EQ(CheckSplitGuard(guard)[0].path, "campaigns[1].last_day");
}

}  // namespace
}  // namespace bangfu::registration::domain
