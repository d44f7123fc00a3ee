// The monitoring that the demo loads: departments' thresholds raise exactly the alerts that their sources give, and
// rules and step lists agree.
#include <algorithm>
#include <string>

#include "common/procedure/definition.h"
#include "deploy/demo/policy/documents_for_tests.h"
#include "services/registration/domain/monitoring_alert.h"
#include "services/registration/domain/monitoring_rules.h"

namespace bangfu::demo {
namespace {

using registration::domain::ReportedHousehold;
namespace rv1 = registration::v1;

constexpr ReportedHousehold kPoor{true, false, false};
constexpr ReportedHousehold kExited{true, true, false};
constexpr ReportedHousehold kWatched{true, true, true};
constexpr ReportedHousehold kOther{};

template <typename Message>
Message BodyOf(const std::string& kind, const std::string& name) {
  const auto folder = std::filesystem::path(BANGFU_SOURCE_DIR) / "deploy/demo/policy";
  Message message;
  EXPECT_TRUE(Read(folder / kind / (name + ".json")).body().UnpackTo(&message)) << name;
  return message;
}

// The least amount in fen that raises an alert; 0 if a billion yuan does not.
int64_t LeastAlert(const std::string& name, rv1::DepartmentFactKind kind, const ReportedHousehold& household) {
  const auto rules = BodyOf<rv1::DepartmentAlertRules>("department_alert_rules", name);
  int64_t low = 0, high = 100'000'000'000;
  if (registration::domain::FindAlert(rules, kind, high, household) == nullptr) return 0;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (registration::domain::FindAlert(rules, kind, middle, household) == nullptr ? low : high) = middle;
  }
  return high;
}

TEST(MonitoringFilesTest, MedicalInsuranceByAmounts) {
  const std::string name = "medical_insurance_amounts";
  EXPECT_EQ(LeastAlert(name, rv1::STAYS_SELF_PAY, kPoor), 500'000);
  EXPECT_EQ(LeastAlert(name, rv1::STAYS_SELF_PAY, kExited), 500'000);
  EXPECT_EQ(LeastAlert(name, rv1::STAYS_SELF_PAY, kOther), 2'000'000);
  EXPECT_EQ(LeastAlert(name, rv1::OUTPATIENT_MONTH_SELF_PAY, kPoor), 50'000);
  EXPECT_EQ(LeastAlert(name, rv1::OUTPATIENT_MONTH_SELF_PAY, kOther), 50'000);
  EXPECT_EQ(LeastAlert(name, rv1::SINGLE_STAY_SELF_PAY, kPoor), 0) << "this version has no such threshold";
}

TEST(MonitoringFilesTest, MedicalInsuranceBySingleStays) {
  const std::string name = "medical_insurance_single_stay";
  EXPECT_EQ(LeastAlert(name, rv1::SINGLE_STAY_SELF_PAY, kWatched), 600'001) << "more than 6,000";
  EXPECT_EQ(LeastAlert(name, rv1::SINGLE_STAY_SELF_PAY, kExited), 1'000'001);
  EXPECT_EQ(LeastAlert(name, rv1::SINGLE_STAY_SELF_PAY, kOther), 1'000'001);
}

TEST(MonitoringFilesTest, MedicalInsuranceByShareOfIncome) {
  const std::string name = "medical_insurance_income_share";
  EXPECT_EQ(LeastAlert(name, rv1::YEAR_SELF_PAY, kExited), 828'351) << "more than half of 16,567";
  EXPECT_EQ(LeastAlert(name, rv1::YEAR_SELF_PAY, kPoor), 1'656'701);
  EXPECT_EQ(LeastAlert(name, rv1::YEAR_SELF_PAY, kOther), 1'656'701);
}

TEST(MonitoringFilesTest, EducationAndLists) {
  EXPECT_EQ(LeastAlert("education", rv1::SCHOOL_SELF_PAY, kOther), 1'000'001);
  EXPECT_EQ(LeastAlert("education", rv1::SCHOOL_SELF_PAY, kPoor), 1'000'001);
  EXPECT_EQ(LeastAlert("health", rv1::SEVERE_CASE, kOther), 1) << "listed is enough";
  EXPECT_EQ(LeastAlert("emergency_management", rv1::DISASTER, kOther), 1);
}

// A review that could not be started would only be noticed by the clerk.
TEST(MonitoringFilesTest, StepListsKeepTheDaysOfTheRules) {
  const std::pair<const char*, const char*> regimes[] = {{"zalute_2020", "monitoring_entry_zalute"},
                                                         {"national_2021", "monitoring_entry_national"}};
  for (const auto& [rules_name, steps_name] : regimes) {
    const auto rules = BodyOf<rv1::MonitoringRules>("monitoring_rules", rules_name);
    const auto steps = BodyOf<procedure::ProcedureDefinition>("procedure_definition", steps_name);
    EXPECT_EQ(steps.deadline().days(), rules.clock_days()) << steps_name;
    int longest = 0, notices = 0;
    for (const auto& step : steps.steps()) {
      if (!step.has_notice() || step.notice().announcement()) continue;
      ++notices;
      longest = std::max(longest, step.notice().days());
      EXPECT_EQ(step.level(), procedure::v1::VILLAGE) << "posted in the village only";
    }
    EXPECT_EQ(notices, 1) << steps_name << ": township and county do not repeat the notice";
    EXPECT_GE(longest, rules.least_notice_days()) << steps_name;
  }
}

}  // namespace
}  // namespace bangfu::demo
