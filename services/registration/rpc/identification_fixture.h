// For tests: identification on a register of its own, with a small rubric, rules of entry and short procedures.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/procedure/v1/procedure_service.grpc.pb.h"
#include "bangfu/registration/v1/identification_service.grpc.pb.h"
#include "common/procedure/case_for_tests.h"
#include "common/procedure/procedure_rpc.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/publish_for_tests.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {

class IdentificationFixture : public RegisterFixture {
 protected:
  using Service = v1::IdentificationService::Stub;
  using Procedures = procedure::v1::ProcedureService::Stub;
  using Application = v1::IdentificationApplication;
  using Running = procedure::v1::Procedure;

  IdentificationFixture() {
    host_.write = registration_.write;
    host_.page_tokens = &page_tokens_;
    host_.policies = &policies_;
    AddIdentificationProcedures(registration_, &host_);
    identification_ = std::make_unique<IdentificationTables>(registration_, host_, dispatcher_);
    procedure_rpc_ = std::make_unique<procedure::ProcedureRpc>(host_);
    procedure_table_ = procedure_rpc_->Table(dispatcher_);
    more_server_ = std::make_unique<testing::TestServer>(
        std::vector<rpc::ServiceTable*>{identification_->table(), procedure_table_.get()});
    service_ = v1::IdentificationService::NewStub(more_server_->channel());
    procedures_ = procedure::v1::ProcedureService::NewStub(more_server_->channel());
  }

  std::string Publish(const google::protobuf::Message& body, const std::string& purpose = "",
                      const std::string& area = "150000000000") {
    return PublishRule(database_.database(), clock_.Now(), body, area, purpose);
  }

  static v1::ScoringRubric Rubric() {
    return domain::FromJson<v1::ScoringRubric>(R"json({
      "direction": "NEEDIEST_HIGHEST",
      "items": [{"key": "house", "title": "住房", "options": [{"key": "safe", "title": "安全住房"},
                  {"key": "poor", "title": "简陋", "pointsCenti": "1000"},
                  {"key": "danger", "title": "危房", "pointsCenti": "3000"}]}],
      "exclusions": [{"key": "car", "title": "有轿车"}], "tieBreakers": ["LOWER_INCOME"]})json");
  }

  static v1::EntryRules Rules() {
    return domain::FromJson<v1::EntryRules>(
        R"json({"linePurpose": "NATIONAL", "redLines": [{"key": "flat", "title": "有商品房", "evidence": "登记信息"}]})json");
  }

  // The village announces for three days, then the county decides.
  static procedure::ProcedureDefinition Definition(const std::string& title, const std::string& columns) {
    return domain::FromJson<procedure::ProcedureDefinition>(R"json({"title": ")json" + title + R"json(", "steps": [
      {"key": "notice", "title": "公示", "level": "VILLAGE", "roles": ["REGISTRAR"], "higherLevelMayAct": true,
       "mayWithdraw": true, "mayReject": true,
       "notice": {"title": "公示", "place": "村务公开栏", "days": 3, "dayKind": "CALENDAR", "objectionsStopClock": true,
                  "template": "{title}\n{area}共 {count} 户 {days}\n{list}\n{from}至{to}", "columns": [)json" +
                                                            columns + R"json(]}},
      {"key": "county", "title": "县级审定", "level": "COUNTY", "roles": ["REVIEWER"], "mayReject": true}]})json");
  }

  // All that a campaign needs: 4,000 yuan are the line.
  void PublishAll() {
    Publish(Rubric());
    Publish(Rules());
    v1::PovertyLine line;
    line.set_line_fen(400'000);
    line.set_price_basis(v1::PovertyLine::CURRENT);
    Publish(line, "NATIONAL");
    Publish(Definition("识别", R"("head_name", "member_count", "score_centi")"), "HOUSEHOLD_IDENTIFICATION");
  }

  absl::StatusOr<v1::IdentificationCampaign> Open(int quota = 0, const std::string& area = "150526000000") {
    v1::OpenIdentificationCampaignRequest request;
    request.set_area(area);
    request.set_title("2026年识别");
    request.set_start_date("2026-03-01");
    request.set_quota(quota);
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::OpenIdentificationCampaign, request, Reviewer());
  }

  absl::StatusOr<v1::IdentificationCampaign> Close(const std::string& campaign_id) {
    v1::CloseIdentificationCampaignRequest request;
    request.set_campaign_id(campaign_id);
    request.set_etag(Campaign(campaign_id).etag());
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::CloseIdentificationCampaign, request, Reviewer());
  }

  v1::IdentificationCampaign Campaign(const std::string& campaign_id, const std::string& area = "") {
    v1::GetIdentificationCampaignRequest request;
    request.set_campaign_id(campaign_id);
    request.set_area(area);
    auto campaign = Call(service_, &Service::GetIdentificationCampaign, request, Viewer());
    EXPECT_TRUE(campaign.ok()) << campaign.status();
    return *campaign;
  }

  // An ordinary household that earned so much a head in 2025; a negative figure is not recorded.
  v1::Household Ordinary(int64_t yuan, const std::string& village = kVillage) {
    v1::RegisterOrdinaryHouseholdRequest request;
    request.set_area(village);
    *request.add_members() = NewMember(next_serial_++, "01");
    request.set_request_id(testing::NewRequestId());
    auto household = Call(households_, &Households::RegisterOrdinaryHousehold, request, Registrar(kProvince));
    EXPECT_TRUE(household.ok()) << household.status();
    if (yuan < 0) return *household;
    v1::RecordIncomeRequest income;
    income.set_household_id(household->household_id());
    income.mutable_income()->set_year(2025);
    income.mutable_income()->set_wage_fen(yuan * 100);
    income.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordIncome, income, Registrar(kProvince)).ok());
    return *household;
  }

  static v1::ApplyForIdentificationRequest ApplicationOf(const std::string& campaign_id,
                                                         const std::string& household_id) {
    v1::ApplyForIdentificationRequest request;
    request.set_campaign_id(campaign_id);
    request.set_household_id(household_id);
    request.set_applicant(Application::HOUSEHOLD);
    request.set_channel(Application::PAPER);
    request.set_standard("1");
    request.set_attribute("01");
    request.set_main_cause("02");
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  absl::StatusOr<Application> Apply(const v1::ApplyForIdentificationRequest& request, const std::string& token) {
    return Call(service_, &Service::ApplyForIdentification, request, token);
  }
  Application Applied(const std::string& campaign_id, const v1::Household& household) {
    auto application = Apply(ApplicationOf(campaign_id, household.household_id()), Registrar(kProvince));
    EXPECT_TRUE(application.ok()) << application.status();
    return *application;
  }

  v1::RecordHomeCheckRequest CheckOf(const std::string& application_id, const std::string& house,
                                     const std::string& exclusions = "") const {
    v1::RecordHomeCheckRequest request;
    request.set_application_id(application_id);
    *request.mutable_check() = domain::FromJson<v1::HomeCheck>(
        R"({"place": "本人家中", "visitors": ["包海山"], "answers": [{"item": "house", "options": [")" + house +
        R"("]}], "exclusions": [)" + exclusions + "]}");
    request.mutable_check()->mutable_visit_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  absl::StatusOr<Application> Check(const v1::RecordHomeCheckRequest& request) {
    return Call(service_, &Service::RecordHomeCheck, request, Registrar(kProvince));
  }
  // An application of such a household that is checked.
  Application Checked(const std::string& campaign_id, const std::string& house, int64_t yuan = 1000,
                      const std::string& village = kVillage, const std::string& exclusions = "") {
    const Application applied = Applied(campaign_id, Ordinary(yuan, village));
    auto checked = Check(CheckOf(applied.application_id(), house, exclusions));
    EXPECT_TRUE(checked.ok()) << checked.status();
    return *checked;
  }

  Application Latest(const std::string& application_id) {
    v1::GetIdentificationApplicationRequest request;
    request.set_application_id(application_id);
    auto application = Call(service_, &Service::GetIdentificationApplication, request, Viewer());
    EXPECT_TRUE(application.ok()) << application.status();
    return *application;
  }

  absl::StatusOr<Application> TakeBack(const Application& application) {
    v1::WithdrawIdentificationApplicationRequest request;
    request.set_application_id(application.application_id());
    request.set_etag(application.etag());
    request.set_reason("本人不再申请");
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::WithdrawIdentificationApplication, request, Registrar());
  }

  absl::StatusOr<v1::StartedProcedure> Start(const std::string& campaign_id, const std::string& village = kVillage) {
    v1::StartIdentificationRequest request;
    request.set_campaign_id(campaign_id);
    request.set_area(village);
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::StartIdentification, request, Registrar());
  }

  // --- what is done in a procedure ---

  Running Procedure(const std::string& procedure_id) {
    procedure::v1::GetProcedureRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    auto found = Call(procedures_, &Procedures::GetProcedure, request, Viewer());
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  }

  // OK or the reason of the refusal.
  std::string Act(const std::string& procedure_id, procedure::Action action, const std::string& token) {
    const Running seen = Procedure(procedure_id);
    action.set_step(seen.step());
    procedure::v1::ActOnProcedureRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    request.set_etag(seen.etag());
    *request.mutable_action() = std::move(action);
    request.set_request_id(testing::NewRequestId());
    const auto acted = Call(procedures_, &Procedures::ActOnProcedure, request, token);
    return acted.ok() ? "OK" : ReasonOf(acted);
  }

  std::string NoticeText(const std::string& procedure_id, std::string* sha256) {
    procedure::v1::GetNoticeTextRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    auto text = Call(procedures_, &Procedures::GetNoticeText, request, Registrar());
    EXPECT_TRUE(text.ok()) << text.status();
    *sha256 = text->text_sha256();
    return text->text();
  }

  void PostNotice(const std::string& procedure_id) {
    procedure::Action action = procedure::Post(domain::DayOf(clock_.Now()));
    NoticeText(procedure_id, action.mutable_post_notice()->mutable_text_sha256());
    EXPECT_EQ(Act(procedure_id, action, Registrar()), "OK");
  }

  void PassDays(int days) { clock_.Advance(absl::Hours(24 * days)); }

  // Through the notice and the county's decision.
  void Complete(const std::string& procedure_id) {
    PostNotice(procedure_id);
    PassDays(3);
    EXPECT_EQ(Act(procedure_id, procedure::Approve(), Registrar()), "OK");
    EXPECT_EQ(Act(procedure_id, procedure::Approve(), Reviewer()), "OK");
  }

  int64_t CountEvents(const std::string& type) {
    return database_.Count("event_outbox WHERE position('" + type + "'::bytea IN body) > 0");
  }

  procedure::ProcedureHost host_;
  std::unique_ptr<IdentificationTables> identification_;
  std::unique_ptr<procedure::ProcedureRpc> procedure_rpc_;
  std::unique_ptr<rpc::ServiceTable> procedure_table_;
  std::unique_ptr<testing::TestServer> more_server_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Procedures> procedures_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_
