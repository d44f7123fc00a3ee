#include "services/registration/domain/exit_buffer.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

v1::ExitBufferRules Rules(const std::string& json) { return FromJson<v1::ExitBufferRules>(json); }

v1::Household Marked(const std::string& flag) {
  auto household = FromJson<v1::Household>(R"({"state": "ACTIVE", "type": "REGISTERED"})");
  household.set_exit_flag(flag);
  return household;
}

TEST(ExitBufferTest, EndsByTheRules) {
  const absl::CivilDay day(2016, 11, 30), leap(2016, 2, 29);
  EXPECT_EQ(BufferEnd(day, Rules("{}")), "");
  EXPECT_EQ(BufferEnd(day, Rules(R"({"years": 3})")), "2019-11-30");
  EXPECT_EQ(BufferEnd(leap, Rules(R"({"years": 1})")), "2017-03-01");
  EXPECT_EQ(BufferEnd(day, Rules(R"({"years": 3, "toYearEnd": true})")), "2019-12-31");
  EXPECT_EQ(BufferEnd(day, Rules(R"({"years": 3, "lastDate": "2018-06-30"})")), "2018-06-30");
  EXPECT_EQ(BufferEnd(day, Rules(R"({"years": 3, "lastDate": "2025-12-31"})")), "2019-11-30");
}

TEST(ExitBufferTest, RulesThatGiveNoBufferSayNothingOfItsEnd) {
  EXPECT_TRUE(CheckExitBufferRules(Rules("{}")).empty());
  EXPECT_TRUE(CheckExitBufferRules(Rules(R"({"years": 1, "toYearEnd": true})")).empty());
  EXPECT_EQ(CheckExitBufferRules(Rules(R"({"toYearEnd": true})")).size(), 1u);
}

TEST(ExitBufferTest, WhoMayLeave) {
  const auto reason = [](v1::Household household, const char* flag) {
    return status::ReasonOf(CheckMayExit(household, flag));
  };
  EXPECT_EQ(reason(Marked("0"), kOut), "");
  EXPECT_EQ(reason(Marked("0"), kPreExit), "");
  EXPECT_EQ(reason(Marked("2"), kOut), "") << "from pre-exit";
  EXPECT_EQ(reason(Marked("3"), kOut), "") << "who has returned leaves again";
  EXPECT_EQ(reason(Marked("2"), kPreExit), "HOUSEHOLD_OUT_ALREADY");
  EXPECT_EQ(reason(Marked("1"), kOut), "HOUSEHOLD_OUT_ALREADY");
  EXPECT_EQ(reason(Marked("1"), kPreExit), "HOUSEHOLD_OUT_ALREADY");
  v1::Household household = Marked("0");
  household.set_type(v1::Household::ORDINARY);
  EXPECT_EQ(reason(household, kOut), "HOUSEHOLD_NOT_REGISTERED");
  household.set_state(v1::Household::ARCHIVED);
  EXPECT_EQ(reason(household, kOut), "HOUSEHOLD_ARCHIVED");
}

TEST(ExitBufferTest, PreExitHasNeitherYearNorBuffer) {
  const v1::Household out = Exit({Marked("0"), {}}, kOut, 2016, "2019-12-31").household;
  EXPECT_EQ(out.exit_flag(), "1");
  EXPECT_EQ(out.exit_year(), 2016);
  EXPECT_EQ(out.buffer_end_date(), "2019-12-31");
  const v1::Household before = Exit({Marked("0"), {}}, kPreExit, 2016, "2019-12-31").household;
  EXPECT_EQ(before.exit_flag(), "2");
  EXPECT_EQ(before.exit_year(), 0);
  EXPECT_EQ(before.buffer_end_date(), "");
}

TEST(ExitBufferTest, AWrongExitIsTakenBackWhole) {
  const auto back = TakeBackExit(Exit({Marked("0"), {}}, kOut, 2016, "2019-12-31"));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->household.exit_flag(), "0");
  EXPECT_EQ(back->household.exit_year(), 0);
  EXPECT_EQ(back->household.buffer_end_date(), "");
  EXPECT_EQ(status::ReasonOf(TakeBackExit({Marked("0"), {}}).status()), "NO_EXIT_TO_CORRECT");
  EXPECT_EQ(status::ReasonOf(TakeBackExit({Marked("3"), {}}).status()), "NO_EXIT_TO_CORRECT") << "a return is no error";
}

TEST(SupportGuardTest, SaysWhetherSupportMayBeReduced) {
  const auto cause = [](v1::Household household, const char* date, const char* end = "2019-12-31") {
    const v1::SupportGuard guard = GuardSupport(household, date, end);
    return (guard.guarded() ? "keep " : "free ") + v1::SupportGuard::Cause_Name(guard.cause());
  };
  for (const char* flag : {"0", "2", "3"}) EXPECT_EQ(cause(Marked(flag), "2020-01-01"), "keep IN_POVERTY") << flag;
  EXPECT_EQ(cause(Marked("1"), "2019-12-31"), "keep IN_BUFFER") << "the last day";
  EXPECT_EQ(cause(Marked("1"), "2020-01-01"), "free BUFFER_OVER") << "the day after";
  EXPECT_EQ(cause(Marked("1"), "2017-01-01", ""), "free BUFFER_OVER") << "no rule gives a buffer";
  v1::Household household = Marked("1");
  household.set_monitor_type("1");
  household.set_risk_eliminated(false);
  EXPECT_EQ(cause(household, "2020-01-01"), "keep MONITORED");
  household.set_risk_eliminated(true);
  EXPECT_EQ(cause(household, "2020-01-01"), "free BUFFER_OVER");
  household.set_type(v1::Household::ORDINARY);
  EXPECT_EQ(cause(household, "2020-01-01"), "free NOT_SUPPORTED");
  household.set_risk_eliminated(false);
  EXPECT_EQ(cause(household, "2020-01-01"), "keep MONITORED");
  household.set_state(v1::Household::ARCHIVED);
  EXPECT_EQ(cause(household, "2020-01-01"), "free OFF_REGISTER");
}

TEST(ExitYearTest, IsTheRunningCollectionYearOrTheOneBefore) {
  const auto reason = [](int year, absl::CivilDay day) { return status::ReasonOf(CheckExitYear(year, day)); };
  EXPECT_EQ(reason(2026, absl::CivilDay(2026, 9, 30)), "");
  EXPECT_EQ(reason(2025, absl::CivilDay(2026, 9, 30)), "");
  EXPECT_EQ(reason(2024, absl::CivilDay(2026, 9, 30)), "INVALID_FIELD");
  EXPECT_EQ(reason(2027, absl::CivilDay(2026, 9, 30)), "INVALID_FIELD") << "not begun";
  EXPECT_EQ(reason(2027, absl::CivilDay(2026, 10, 1)), "");
  EXPECT_EQ(reason(2025, absl::CivilDay(2026, 10, 1)), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::registration::domain
