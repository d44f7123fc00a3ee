// The examples of departments' thresholds that public sources give, each at its threshold and one fen beside it.
#include "services/registration/domain/monitoring_alert.h"

#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/domain/monitoring_rules.h"

namespace bangfu::registration::domain {
namespace {

constexpr ReportedHousehold kExited{true, true, false};
constexpr ReportedHousehold kPoor{true, false, false};
constexpr ReportedHousehold kMonitored{false, false, true};
constexpr ReportedHousehold kOther{};

bool Alerts(const v1::DepartmentAlertRules& rules, v1::DepartmentFactKind kind, int64_t fen,
            const ReportedHousehold& household) {
  return FindAlert(rules, kind, fen, household) != nullptr;
}

TEST(MonitoringAlertTest, MedicalInsuranceByAmounts) {
  const auto rules = FromJson<v1::DepartmentAlertRules>(R"json({"thresholds": [
    {"fact": "STAYS_SELF_PAY", "population": "REGISTERED", "comparison": "AT_LEAST", "amountFen": "500000", "trigger": "01"},
    {"fact": "STAYS_SELF_PAY", "population": "OTHERS", "comparison": "AT_LEAST", "amountFen": "2000000", "trigger": "01"},
    {"fact": "OUTPATIENT_MONTH_SELF_PAY", "population": "OTHERS", "comparison": "AT_LEAST", "amountFen": "50000", "trigger": "01"}]})json");
  EXPECT_TRUE(CheckDepartmentAlertRules(rules).empty());
  EXPECT_TRUE(Alerts(rules, v1::STAYS_SELF_PAY, 500'000, kPoor)) << "5,000 of registered ones";
  EXPECT_FALSE(Alerts(rules, v1::STAYS_SELF_PAY, 499'999, kPoor));
  EXPECT_TRUE(Alerts(rules, v1::STAYS_SELF_PAY, 2'000'000, kOther)) << "20,000 of others";
  EXPECT_FALSE(Alerts(rules, v1::STAYS_SELF_PAY, 1'999'999, kOther));
  EXPECT_TRUE(Alerts(rules, v1::OUTPATIENT_MONTH_SELF_PAY, 50'000, kPoor)) << "one threshold is for all";
  EXPECT_FALSE(Alerts(rules, v1::OUTPATIENT_MONTH_SELF_PAY, 49'999, kOther));
  EXPECT_FALSE(Alerts(rules, v1::SCHOOL_SELF_PAY, 10'000'000, kPoor)) << "not of this department";
}

TEST(MonitoringAlertTest, MedicalInsuranceBySingleStays) {
  const auto rules = FromJson<v1::DepartmentAlertRules>(R"json({"thresholds": [
    {"fact": "SINGLE_STAY_SELF_PAY", "population": "MONITORED", "comparison": "ABOVE", "amountFen": "600000", "trigger": "01"},
    {"fact": "SINGLE_STAY_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "amountFen": "1000000", "trigger": "01"}]})json");
  EXPECT_TRUE(Alerts(rules, v1::SINGLE_STAY_SELF_PAY, 600'001, kMonitored));
  EXPECT_FALSE(Alerts(rules, v1::SINGLE_STAY_SELF_PAY, 600'000, kMonitored)) << "more than, not just as much";
  EXPECT_TRUE(Alerts(rules, v1::SINGLE_STAY_SELF_PAY, 1'000'001, kExited));
  EXPECT_FALSE(Alerts(rules, v1::SINGLE_STAY_SELF_PAY, 1'000'000, kExited)) << "registered, but not monitored";
}

TEST(MonitoringAlertTest, SharesOfTheProvincesIncomeAreExact) {
  const auto rules = FromJson<v1::DepartmentAlertRules>(R"json({"ruralIncomeFen": "1864135", "thresholds": [
    {"fact": "YEAR_SELF_PAY", "population": "EXITED", "comparison": "ABOVE", "incomeShareCenti": "5000", "trigger": "01"},
    {"fact": "YEAR_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "incomeShareCenti": "10000", "trigger": "01"}]})json");
  EXPECT_TRUE(CheckDepartmentAlertRules(rules).empty());
  EXPECT_FALSE(Alerts(rules, v1::YEAR_SELF_PAY, 932'067, kExited)) << "half of it is 9,320.675";
  EXPECT_TRUE(Alerts(rules, v1::YEAR_SELF_PAY, 932'068, kExited));
  EXPECT_FALSE(Alerts(rules, v1::YEAR_SELF_PAY, 1'864'135, kPoor));
  EXPECT_TRUE(Alerts(rules, v1::YEAR_SELF_PAY, 1'864'136, kOther));
}

TEST(MonitoringAlertTest, SchoolsAndLists) {
  const auto rules = FromJson<v1::DepartmentAlertRules>(R"json({"thresholds": [
    {"fact": "SCHOOL_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "amountFen": "1000000", "trigger": "02"},
    {"fact": "DISASTER", "population": "OTHERS", "comparison": "LISTED", "trigger": "03"}]})json");
  EXPECT_TRUE(Alerts(rules, v1::SCHOOL_SELF_PAY, 1'000'001, kPoor));
  EXPECT_FALSE(Alerts(rules, v1::SCHOOL_SELF_PAY, 1'000'000, kPoor));
  EXPECT_EQ(FindAlert(rules, v1::DISASTER, 0, kOther)->trigger(), "03");
}

TEST(MonitoringAlertTest, AThresholdIsOneThing) {
  auto rules = FromJson<v1::DepartmentAlertRules>(R"json({"thresholds": [
    {"fact": "DISASTER", "population": "OTHERS", "comparison": "LISTED", "amountFen": "1", "trigger": "03"},
    {"fact": "YEAR_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "incomeShareCenti": "5000", "trigger": "01"},
    {"fact": "YEAR_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "amountFen": "5000", "trigger": "01"},
    {"fact": "SCHOOL_SELF_PAY", "population": "OTHERS", "comparison": "ABOVE", "trigger": "02"}]})json");
  EXPECT_EQ(CheckDepartmentAlertRules(rules).size(), 4u)
      << "a list with an amount, a share of nothing, the same twice, neither amount nor share";
}

TEST(MonitoringTriggerTest, BelowTheLineAndLessThanLastYear) {
  const auto rules = FromJson<v1::MonitoringRules>(R"json({"triggers": ["05", "08"], "dropShareCenti": "3000"})json");
  v1::PovertyLine line;
  line.set_line_fen(700'000);
  using Triggers = std::vector<std::string>;
  EXPECT_EQ(ComputeTriggers(700'000, std::nullopt, rules, line), Triggers{"08"});
  EXPECT_EQ(ComputeTriggers(700'001, 700'001, rules, line), Triggers{});
  EXPECT_EQ(ComputeTriggers(1'400'000, 2'000'000, rules, line), Triggers{"05"});
  EXPECT_EQ(ComputeTriggers(1'400'001, 2'000'000, rules, line), Triggers{});
  EXPECT_EQ(ComputeTriggers(-5, 700'000, rules, line), (Triggers{"05", "08"}));
  EXPECT_EQ(ComputeTriggers(0, 700'000, v1::MonitoringRules(), line), Triggers{})
      << "the regime knows no such triggers";
}

TEST(MonitoringCaseTest, WhatIsReportedAgainIsRecognised) {
  v1::RecordClueRequest request;
  request.set_channel(v1::MonitoringClue::SOCIAL);
  request.add_triggers("02");
  request.add_triggers("01");
  const std::string key = SourceKeyOf(request, "2024-06-01");
  request.mutable_triggers()->SwapElements(0, 1);
  EXPECT_EQ(SourceKeyOf(request, "2024-06-01"), key) << "whatever the order";
  EXPECT_NE(SourceKeyOf(request, "2024-06-02"), key);
  request.set_source_number("12345-77");
  EXPECT_EQ(SourceKeyOf(request, "2024-06-01"), SourceKeyOf(request, "2024-07-01")) << "a work order is one clue";
}

}  // namespace
}  // namespace bangfu::registration::domain
