#include "services/registration/domain/exit_plan.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

std::string ReasonOf(const std::string& area, const std::string& targets) {
  auto plan = FromJson<v1::ExitPlan>(R"({"year": 2018, "targets": )" + targets + "}");
  plan.set_area(area);
  return status::ReasonOf(CheckExitPlan(plan));
}

TEST(ExitPlanTest, FitsTheArea) {
  EXPECT_EQ(
      ReasonOf("150526000000", R"({"householdCount": 10, "personCount": 25, "villageCount": 3, "countyCount": 1})"),
      "");
  EXPECT_EQ(ReasonOf("150526000000", "{}"), "INVALID_FIELD") << "nothing is planned";
  EXPECT_EQ(ReasonOf("150526000000", R"({"householdCount": 10, "personCount": 9})"), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf("150526000000", R"({"countyCount": 2})"), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf("150526100000", R"({"countyCount": 1})"), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf("150526100201", R"({"villageCount": 2})"), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf("150000000000", R"({"countyCount": 14})"), "");
}

TEST(ExitPlanTest, ProgressLeavesOutWhereNothingIs) {
  std::vector<v1::ExitProgressLine> lines(4);
  lines[0].mutable_planned()->set_household_count(10);
  lines[1].mutable_planned()->set_household_count(4);
  lines[2].mutable_actual()->set_household_count(5);
  const v1::ExitProgress progress = ProgressOf(lines);
  EXPECT_EQ(progress.total().planned().household_count(), 10);
  EXPECT_EQ(progress.parts_size(), 2);
  EXPECT_EQ(progress.parts_planned().household_count(), 4);
}

}  // namespace
}  // namespace bangfu::registration::domain
