#include "services/registration/domain/area_reform.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

v1::Area Ended(std::vector<std::string> successors) {
  v1::Area area;
  area.set_code("150526100201");
  area.set_level(v1::Area::VILLAGE);
  area.set_valid_to("2026-01-01");
  for (const std::string& code : successors) area.add_successors()->set_code(code);
  return area;
}

std::string Plan(const v1::Area& area, const v1::StartAreaReformRequest& request,
                 const std::string& today = "2026-03-01") {
  const auto plan = PlanReform(area, request, today);
  return plan.ok() ? *plan : status::ReasonOf(plan.status());
}

TEST(AreaReformTest, EverybodyGoesToTheOnlySuccessor) {
  const v1::Area area = Ended({"150526100202"});
  EXPECT_EQ(Plan(area, {}), "150526100202");
  EXPECT_EQ(Plan(area, {}, "2025-12-31"), "AREA_NOT_REPLACED");
  EXPECT_EQ(Plan(Ended({}), {}), "AREA_NOT_REPLACED");
  EXPECT_EQ(Plan(Ended({"150521100201"}), {}), "AREA_REFORM_ACROSS_COUNTIES");
  v1::StartAreaReformRequest request;
  request.set_rest_to("150526100209");
  EXPECT_EQ(Plan(area, request), "AREA_REFORM_NO_SUCCESSOR");
}

TEST(AreaReformTest, WhereAVillageIsSplitSomebodyIsNamed) {
  const v1::Area area = Ended({"150526100202", "150526100203"});
  v1::StartAreaReformRequest request;
  EXPECT_EQ(Plan(area, request), "INVALID_FIELD");
  auto* assignment = request.add_assignments();
  assignment->set_to_area("150526100203");
  assignment->add_household_ids("150526-01hq3v9k2m4xz");
  EXPECT_EQ(Plan(area, request), "") << "the others stay";
  request.set_rest_to("150526100202");
  EXPECT_EQ(Plan(area, request), "150526100202");
  assignment->add_household_ids("150526-01hq3v9k2m4xz");
  EXPECT_EQ(Plan(area, request), "INVALID_FIELD");
  assignment->set_household_ids(1, "150521-01hq3v9k2m4xz");
  EXPECT_EQ(Plan(area, request), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::registration::domain
