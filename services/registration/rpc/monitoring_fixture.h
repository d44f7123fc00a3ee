// For tests: MonitoringService beside the register, with rules, lines and short procedures in force.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/monitoring_service.grpc.pb.h"
#include "common/operations/runner.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/monitoring_procedure.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_run.h"
#include "services/registration/rpc/procedure_fixture.h"

namespace bangfu::registration {

class MonitoringFixture : public ProcedureFixture {
 protected:
  using Monitoring = v1::MonitoringService::Stub;
  using Case = v1::MonitoringCase;
  using Clue = v1::MonitoringClue;

  MonitoringFixture() {
    AddMonitoringProcedures(registration_, &host_);
    monitoring_ = v1::MonitoringService::NewStub(monitoring_server_.channel());
  }

  // One group of any household within 7,000 yuan, and a village and a county that decide.
  void PublishRules() {
    Publish(domain::FromJson<v1::MonitoringRules>(R"json({
      "groups": [{"code": "1", "title": "脱贫不稳定户", "populations": ["NOT_OUT", "OUT"], "range": "WITHIN",
                  "riskRequired": true}],
      "triggers": ["01", "02", "05", "08"], "incomeMonths": 12, "dropShareCenti": "3000", "clockDays": 15,
      "clockDayKind": "CALENDAR", "authorisationRequired": true, "reportRequired": true,
      "eliminationConditions": [{"item": "INCOME_STABLE"}, {"item": "NO_NEW_RISK"}], "stableMonths": 6,
      "eliminationBars": ["UNSTABLE_INCOME"], "reviewDays": 90})json"));
    PublishLine(7000, "MONITORING");
    const auto definition = domain::FromJson<procedure::v1::ProcedureDefinition>(R"json({
      "title": "认定", "steps": [
        {"key": "village", "title": "村", "level": "VILLAGE", "roles": ["REGISTRAR"], "higherLevelMayAct": true,
         "mayReject": true, "mayWithdraw": true},
        {"key": "county", "title": "县", "level": "COUNTY", "roles": ["REVIEWER"], "mayReject": true}],
      "deadline": {"days": 15, "dayKind": "CALENDAR"}})json");
    Publish(definition, kMonitoringEntryPurpose);
    Publish(definition, kMonitoringEliminationPurpose);
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Do(grpc::Status (Monitoring::*method)(grpc::ClientContext*, const Request&, Response*),
                              std::type_identity_t<Request> request, const std::string& token) {
    const auto* id = Request::descriptor()->FindFieldByName("request_id");
    if (id != nullptr) request.GetReflection()->SetString(&request, id, testing::NewRequestId());
    return Call(monitoring_, method, request, token);
  }

  absl::StatusOr<Clue> Report(const std::string& household_id, Clue::Channel channel, const std::string& trigger,
                              const std::string& number = "") {
    v1::RecordClueRequest request;
    request.set_household_id(household_id);
    request.set_channel(channel);
    request.add_triggers(trigger);
    request.set_source_number(number);
    return Do(&Monitoring::RecordClue, request, Registrar());
  }

  absl::StatusOr<Case> Get(const std::string& case_id, const std::string& token) {
    v1::GetCaseRequest request;
    request.set_case_id(case_id);
    return Do(&Monitoring::GetCase, request, token);
  }
  Case Get(const std::string& case_id) { return *Get(case_id, Viewer()); }

  // A visit that found `yuan` for each of `members` in the year, and illness with which they cannot cope.
  absl::StatusOr<Case> Check(const std::string& case_id, int64_t yuan, int members = 3, bool signed_paper = true) {
    v1::RecordRiskCheckRequest request;
    request.set_case_id(case_id);
    request.mutable_money()->set_wage_fen(yuan * 100 * members);
    request.add_difficulties("01");
    request.set_can_cope(false);
    if (signed_paper) {
      request.set_authorisation_date("2026-03-01");
      request.set_authorisation_sha256(std::string(64, 'a'));
    }
    return Do(&Monitoring::RecordRiskCheck, request, Registrar());
  }

  absl::StatusOr<Case> IssueReport(const std::string& case_id, bool carried = true) {
    v1::IssueRiskReportRequest request;
    request.set_case_id(case_id);
    request.set_proposal("临时救助");
    v1::RiskMeeting& meeting = *request.mutable_meeting();
    meeting.set_date("2026-03-02");
    meeting.set_title("村民代表会议");
    meeting.set_entitled_count(30);
    meeting.set_present_count(25);
    meeting.set_in_favour_count(24);
    meeting.set_carried(carried);
    return Do(&Monitoring::IssueRiskReport, request, Registrar());
  }

  absl::StatusOr<procedure::v1::Procedure> StartEntry(const std::vector<std::string>& case_ids) {
    v1::StartEntryReviewRequest request;
    request.set_area(kVillage);
    for (const std::string& id : case_ids) request.add_case_ids(id);
    return Do(&Monitoring::StartEntryReview, request, Registrar());
  }

  void Complete(const std::string& procedure_id) {
    EXPECT_EQ(Act(procedure_id, Approval(), Registrar()), "OK");
    EXPECT_EQ(Act(procedure_id, Approval(), Reviewer()), "OK");
  }

  // A household that is monitored from the day of the clock on.
  Case Monitored(const v1::Household& household) {
    const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
    EXPECT_TRUE(Check(id, 5000).ok());
    EXPECT_TRUE(IssueReport(id).ok());
    const auto started = StartEntry({id});
    EXPECT_TRUE(started.ok()) << started.status();
    Complete(started->procedure_id());
    return Get(id);
  }

  operations::Runner runner_{database_.database(), {{kMonitoringRunKind, MonitoringRunBody(registration_)}}, 1};
  MonitoringTables monitoring_tables_{registration_, dispatcher_, host_, [this] { runner_.Wake(); }};
  testing::TestServer monitoring_server_{{monitoring_tables_.table()}};
  std::unique_ptr<Monitoring> monitoring_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_
