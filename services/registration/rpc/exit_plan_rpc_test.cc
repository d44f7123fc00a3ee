#include "services/registration/rpc/exit_plan_rpc.h"

#include "gmock/gmock.h"
#include "services/registration/rpc/exit_fixture.h"

namespace bangfu::registration {
namespace {

class ExitPlanRpcTest : public ExitFixture {
 protected:
  absl::StatusOr<v1::ExitPlan> Plan(const std::string& area, int year, const std::string& targets,
                                    const std::string& etag = "") {
    v1::SetExitPlanRequest request;
    request.set_area(area);
    *request.mutable_plan() = FromJson<v1::ExitPlan>(R"({"targets": )" + targets + "}");
    request.mutable_plan()->set_year(year);
    request.mutable_plan()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(plans_, &Plans::SetExitPlan, request, Reviewer(kProvince));
  }

  absl::StatusOr<v1::ExitProgress> Progress(const std::string& area, int year) {
    v1::GetExitProgressRequest request;
    request.set_area(area);
    request.set_year(year);
    return Call(plans_, &Plans::GetExitProgress, request, Viewer(kProvince));
  }

  // A household that came out in `year` by other means than a procedure, or returned.
  void RegisterOut(const std::string& village, int year, const char* flag = "1") {
    v1::Household household = Register(village, 3);
    household.set_exit_flag(flag);
    household.set_exit_year(year);
    v1::UpdateHouseholdRequest request;
    *request.mutable_household() = household;
    request.mutable_update_mask()->add_paths("exit_flag");
    request.mutable_update_mask()->add_paths("exit_year");
    request.set_request_id(testing::NewRequestId());
    const auto updated = Call(households_, &Households::UpdateHousehold, request, Registrar(kProvince));
    EXPECT_TRUE(updated.ok()) << updated.status();
  }

  int Listed(const std::string& area, const std::string& filter) {
    const auto listed = List(std::stoll(area), filter, "", 0, "", Viewer(kProvince));
    EXPECT_TRUE(listed.ok()) << listed.status() << " " << filter;
    return listed->total_size();
  }
};

TEST_F(ExitPlanRpcTest, ARollingPlanIsThePlansOfItsYears) {
  const auto first = Plan("150526000000", 2027, R"({"householdCount": 10, "personCount": 25})");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(Plan("150526000000", 2026, R"({"villageCount": 3})").ok());
  EXPECT_EQ(ReasonOf(Plan("150526000000", 2027, R"({"villageCount": 3})")), "INVALID_FIELD") << "no etag";
  const auto second = Plan("150526000000", 2027, R"({"householdCount": 12, "personCount": 30})", first->etag());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(ReasonOf(Plan("150526000000", 2027, R"({"villageCount": 3})", first->etag())), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Plan("150526100999", 2027, R"({"villageCount": 1})")), "AREA_NOT_FOUND");
  v1::ListExitPlansRequest list;
  list.set_area("150526000000");
  const auto plans = Call(plans_, &Plans::ListExitPlans, list, Viewer());
  ASSERT_EQ(plans->plans_size(), 2);
  EXPECT_EQ(plans->plans(0).year(), 2026);
  EXPECT_EQ(plans->plans(1).targets().household_count(), 12);
  EXPECT_EQ(database_.Count("exit_record_version"), 1);
}

TEST_F(ExitPlanRpcTest, PlanAgainstActualAtEveryLevelAndItsLists) {
  RegisterOut(kVillage, 2025);
  RegisterOut(kVillage, 2025, "3");
  RegisterOut(kSecondVillage, 2025);
  RegisterOut(kSecondVillage, 2024);
  RegisterOut(kForeignVillage, 2025);
  Register(kVillage);
  EXPECT_TRUE(Plan("150526000000", 2025, R"({"householdCount": 4, "personCount": 9})").ok());
  EXPECT_TRUE(Plan("150526100000", 2025, R"({"householdCount": 3, "personCount": 8})").ok());
  const auto county = Progress("150526000000", 2025);
  ASSERT_TRUE(county.ok()) << county.status();
  EXPECT_EQ(county->total().name(), "扎鲁特旗");
  EXPECT_EQ(county->total().planned().household_count(), 4);
  EXPECT_EQ(county->total().actual().household_count(), 2);
  EXPECT_EQ(county->total().actual().person_count(), 6);
  EXPECT_EQ(county->total().returned_household_count(), 1);
  EXPECT_EQ(county->total().returned_person_count(), 3);
  EXPECT_EQ(county->parts_planned().household_count(), 3) << "less than the county promised";
  EXPECT_EQ(Listed("150526000000", county->household_filter()), 2);
  EXPECT_EQ(Listed("150526000000", county->returned_filter()), 1);
  EXPECT_EQ(Listed("150526000000", county->unstable_filter()), 0);
  EXPECT_EQ(Progress("150000000000", 2025)->total().actual().household_count(), 3);
  EXPECT_EQ(Progress("150500000000", 2025)->parts_size(), 2);
  const auto township = Progress("150526100000", 2025);
  EXPECT_EQ(township->parts_size(), 2);
  EXPECT_EQ(township->parts(0).area(), kVillage);
  EXPECT_EQ(Progress(kVillage, 2025)->total().actual().household_count(), 1);
  EXPECT_EQ(ReasonOf(Progress("150526100999", 2025)), "AREA_NOT_FOUND");
}

TEST_F(ExitPlanRpcTest, UnstableExitsAreCountedAndListed) {
  RegisterOut(kVillage, 2025);
  RegisterOut(kVillage, 2025);
  database_.Sql(
      "UPDATE household SET monitor_type = '1', risk_eliminated = false WHERE id = (SELECT min(id) FROM household)");
  const auto progress = Progress("150526000000", 2025);
  EXPECT_EQ(progress->total().actual().household_count(), 2);
  EXPECT_EQ(progress->total().unstable_household_count(), 1);
  EXPECT_EQ(progress->total().unstable_person_count(), 3);
  EXPECT_EQ(Listed("150526000000", progress->unstable_filter()), 1);
}

}  // namespace
}  // namespace bangfu::registration
