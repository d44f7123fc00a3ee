#include "services/registration/rpc/monitoring_fixture.h"

namespace bangfu::registration {
namespace {

class MonitoringFactsTest : public MonitoringFixture {
 protected:
  MonitoringFactsTest() {
    PublishRules();
    Publish(domain::FromJson<v1::DepartmentAlertRules>(R"json({"thresholds": [
      {"fact": "STAYS_SELF_PAY", "population": "REGISTERED", "comparison": "AT_LEAST", "amountFen": "500000",
       "trigger": "01"}]})json"),
            "MEDICAL_INSURANCE");
  }

  static void AddFact(int serial, int64_t fen, v1::ReportDepartmentFactsRequest* request) {
    v1::DepartmentFact& fact = *request->add_facts();
    fact.set_id_number(IdentityNumber(serial));
    fact.set_kind(v1::STAYS_SELF_PAY);
    fact.set_amount_fen(fen);
    fact.set_period("2026-02");
  }

  static v1::ReportDepartmentFactsRequest Facts(const std::string& purpose = "医保预警") {
    v1::ReportDepartmentFactsRequest request;
    request.set_area(std::to_string(kCounty));
    request.set_department("MEDICAL_INSURANCE");
    request.set_purpose(purpose);
    return request;
  }

  std::string Department() {
    auth::Caller caller;
    caller.subject = caller.session = "yibao";
    caller.department = "医保局";
    caller.purposes = {"医保预警"};
    caller.grants.push_back({options::v1::DEPARTMENT, {auth::RangeOf(kCounty)}});
    return *issuer_.Issue(caller, clock_.Now());
  }

  v1::TriggerRun RunFor(int year) {
    v1::StartTriggerRunRequest request;
    request.set_area(std::to_string(kCounty));
    request.set_year(year);
    const auto started = Do(&Monitoring::StartTriggerRun, request, Reviewer());
    EXPECT_TRUE(started.ok()) << started.status();
    v1::GetTriggerRunRequest get;
    get.set_run_id(started->run_id());
    for (int i = 0; i < 200; ++i) {
      const auto run = Do(&Monitoring::GetTriggerRun, get, Viewer());
      if (run.ok() && run->complete()) return *run;
      absl::SleepFor(absl::Milliseconds(50));
    }
    ADD_FAILURE() << "never complete";
    return {};
  }

  void Earn(const std::string& household_id, int year, int64_t yuan) {
    v1::RecordIncomeRequest request;
    request.set_household_id(household_id);
    request.mutable_income()->set_year(year);
    request.mutable_income()->set_wage_fen(yuan * 300);
    request.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordIncome, request, Registrar()).ok());
  }
};

TEST_F(MonitoringFactsTest, FactsBecomeAlertsAndTheAnswerOnlyCounts) {
  Register();                    // serials 1 to 3
  Register(kSecondVillage);      // 4 to 6
  Register(kForeignVillage, 1);  // 7, of another county
  auto request = Facts();
  AddFact(1, 500'000, &request);
  AddFact(2, 700'000, &request);
  AddFact(4, 499'999, &request);
  AddFact(7, 900'000, &request);
  AddFact(99, 900'000, &request);
  const auto answer = Do(&Monitoring::ReportDepartmentFacts, request, Department());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->matched_count(), 3);
  EXPECT_EQ(answer->unknown_count(), 2) << "one is of another county, one of nobody";
  EXPECT_EQ(answer->alerted_count(), 2);
  EXPECT_EQ(answer->repeated_count(), 0);
  EXPECT_EQ(database_.Count("monitoring_case"), 1) << "two members of one household";
  EXPECT_EQ(database_.Count("monitoring_clue"), 2);
  EXPECT_EQ(CountEvents("MonitoringCluesRaised"), 1);
  const auto again = Do(&Monitoring::ReportDepartmentFacts, request, Department());
  EXPECT_EQ(again->repeated_count(), 2);
  EXPECT_EQ(database_.Count("monitoring_clue"), 2);
  for (const char* table : {"monitoring_clue", "monitoring_case", "event_outbox", "audit_outbox"}) {
    const std::string holds = absl::StrCat(table, " WHERE position('", IdentityNumber(1), "'::bytea IN body) > 0");
    EXPECT_EQ(database_.Count(holds), 0) << table;
  }
}

TEST_F(MonitoringFactsTest, ADepartmentStatesAPurposeOfItsOwn) {
  auto request = Facts("营销");
  AddFact(1, 500'000, &request);
  EXPECT_EQ(ReasonOf(Do(&Monitoring::ReportDepartmentFacts, request, Department())),
            "MONITORING_PURPOSE_NOT_REGISTERED");
  request = Facts();
  AddFact(1, 500'000, &request);
  request.mutable_facts(0)->set_period("2026-04");
  EXPECT_EQ(ReasonOf(Do(&Monitoring::ReportDepartmentFacts, request, Department())), "INVALID_FIELD");
  Register();
  request.mutable_facts(0)->set_period("2026-02");
  request.set_department("EDUCATION");
  EXPECT_EQ(ReasonOf(Do(&Monitoring::ReportDepartmentFacts, request, Department())), "NO_POLICY_APPLIES");
}

TEST_F(MonitoringFactsTest, ARunRaisesEachTriggerOnce) {
  const v1::Household poor = Register(), fallen = Register(kSecondVillage), well = Register();
  Earn(poor.household_id(), 2025, 6000);
  Earn(fallen.household_id(), 2024, 20000);
  Earn(fallen.household_id(), 2025, 10000);
  Earn(well.household_id(), 2025, 8000);
  const v1::TriggerRun first = RunFor(2025);
  EXPECT_EQ(first.compared_count(), 3);
  EXPECT_EQ(first.unruled_count(), 0);
  EXPECT_EQ(first.raised_count(), 2);
  EXPECT_EQ(database_.Count("monitoring_clue WHERE triggers = '{08}'"), 1);
  EXPECT_EQ(database_.Count("monitoring_clue WHERE triggers = '{05}'"), 1);
  const v1::TriggerRun second = RunFor(2025);
  EXPECT_EQ(second.raised_count(), 0);
  EXPECT_EQ(second.repeated_count(), 2);
  EXPECT_EQ(CountEvents("MonitoringCluesRaised"), 2) << "one for each village, in the first run";
}

TEST_F(MonitoringFactsTest, ARunGoesOnBehindWhatIsDone) {
  const v1::Household first = Register(), second = Register(kSecondVillage);
  Earn(first.household_id(), 2025, 6000);
  Earn(second.household_id(), 2025, 6000);
  // A run whose worker died after the first village.
  database_.Sql(
      absl::StrCat("INSERT INTO monitoring_run (shard, id, area, year, run_date, cursor_area, cursor_id, compared)"
                   " VALUES (150526, 77, ",
                   kCounty, ", 2025, '2026-03-02', ", kVillage, ", 9223372036854775807, 1)"));
  database_.Sql(
      absl::StrCat("INSERT INTO operation (shard, id, kind, area, subject, step, state) VALUES (150526, 77, '",
                   kMonitoringRunKind, "', ", kCounty, ", 'reviewer', 'run', 1)"));
  runner_.Wake();
  for (int i = 0; i < 200 && database_.Count("monitoring_run WHERE complete") == 0; ++i) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_EQ(database_.Count("monitoring_run WHERE complete AND compared = 2 AND raised = 1"), 1);
}

}  // namespace
}  // namespace bangfu::registration
