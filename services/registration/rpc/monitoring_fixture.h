// For tests: MonitoringService beside the register, with rules, lines and short procedures in force, and
// ProcedureService to take them through.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/procedure/v1/procedure_service.grpc.pb.h"
#include "bangfu/registration/v1/monitoring_service.grpc.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/operations/runner.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/policy_store.h"
#include "common/policy/working_days.h"
#include "common/procedure/procedure_rpc.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/monitoring_procedure.h"
#include "services/registration/rpc/monitoring_rpc.h"
#include "services/registration/rpc/monitoring_run.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {

class MonitoringFixture : public RegisterFixture {
 protected:
  using Monitoring = v1::MonitoringService::Stub;
  using Procedures = procedure::v1::ProcedureService::Stub;
  using Case = v1::MonitoringCase;
  using Clue = v1::MonitoringClue;

  MonitoringFixture() {
    kinds_of_all_.Add(policy::CheckHolidayTable).Add(procedure::DefinitionFaults);
    AddPolicies(&kinds_of_all_);
    host_.write = registration_.write;
    host_.page_tokens = &page_tokens_;
    host_.policies = &library_;
    AddMonitoringProcedures(monitored_, &host_);
    procedure_table_ = procedure_rpc_.Table(dispatcher_);
    monitoring_server_ = std::make_unique<testing::TestServer>(
        std::vector<rpc::ServiceTable*>{monitoring_tables_.table(), procedure_table_.get()});
    monitoring_ = v1::MonitoringService::NewStub(monitoring_server_->channel());
    procedures_ = procedure::v1::ProcedureService::NewStub(monitoring_server_->channel());
  }

  // Puts a document in force from 2020 on, for all of 内蒙古, as its publication does.
  void Publish(const google::protobuf::Message& body, const std::string& purpose = "") {
    auto document = policy::NewDocument(body, "150000000000", "2020-01-01", "", purpose);
    document.set_kind(policy::KindOf(*body.GetDescriptor()).name());
    document.set_policy_id(ids::RecordId{150000, ids::NewRecordNumber()}.ToString());
    const auto published = database_.database().Write({}, [&](db::Tx& tx) {
      policy::InsertPolicy(tx, &document);
      policy::LockedKey key = policy::LockKey(tx, document, clock_.Now());
      document.set_version(++key.version);
      policy::SavePolicy(tx, &document);
      policy::SaveForce(tx, document, key, {}, {policy::HoldingOf(document)});
      return absl::OkStatus();
    });
    ASSERT_TRUE(published.ok()) << published;
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
    v1::PovertyLine line;
    line.set_line_fen(700'000);
    line.set_price_basis(v1::PovertyLine::CURRENT);
    Publish(line, "MONITORING");
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

  // Acts in the current step of the procedure; OK or the reason.
  std::string Act(const std::string& procedure_id, procedure::v1::Action action, const std::string& token) {
    procedure::v1::GetProcedureRequest get;
    get.set_service("registration");
    get.set_procedure_id(procedure_id);
    const auto seen = Call(procedures_, &Procedures::GetProcedure, get, Viewer());
    if (!seen.ok()) return ReasonOf(seen);
    action.set_step(seen->step());
    procedure::v1::ActOnProcedureRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    request.set_etag(seen->etag());
    *request.mutable_action() = std::move(action);
    request.set_request_id(testing::NewRequestId());
    const auto acted = Call(procedures_, &Procedures::ActOnProcedure, request, token);
    return acted.ok() ? "OK" : ReasonOf(acted);
  }
  static procedure::v1::Action Approving() {
    procedure::v1::Action action;
    action.mutable_approve();
    return action;
  }
  void Complete(const std::string& procedure_id) {
    EXPECT_EQ(Act(procedure_id, Approving(), Registrar()), "OK");
    EXPECT_EQ(Act(procedure_id, Approving(), Reviewer()), "OK");
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

  int64_t Events(const std::string& name) {
    return database_.Count(absl::StrCat("event_outbox WHERE position('", name, "'::bytea IN body) > 0"));
  }

  policy::Kinds kinds_of_all_;
  policy::Library library_{kinds_of_all_};
  const Registration monitored_{.write = registration_.write,
                                .page_tokens = &page_tokens_,
                                .dictionaries = &dictionaries_,
                                .policies = &library_};
  procedure::ProcedureHost host_;
  procedure::ProcedureRpc procedure_rpc_{host_};
  operations::Runner runner_{database_.database(), {{kMonitoringRunKind, MonitoringRunBody(monitored_)}}, 1};
  MonitoringTables monitoring_tables_{monitored_, dispatcher_, host_, [this] { runner_.Wake(); }};
  std::unique_ptr<rpc::ServiceTable> procedure_table_;
  std::unique_ptr<testing::TestServer> monitoring_server_;
  std::unique_ptr<Monitoring> monitoring_;
  std::unique_ptr<Procedures> procedures_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_FIXTURE_H_
