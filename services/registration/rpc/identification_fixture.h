// For tests: identification on a register of its own, with a small rubric, rules of entry and short procedures.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/identification_service.grpc.pb.h"
#include "common/procedure/case_for_tests.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/procedure_fixture.h"

namespace bangfu::registration {

class IdentificationFixture : public ProcedureFixture {
 protected:
  using Service = v1::IdentificationService::Stub;
  using Application = v1::IdentificationApplication;

  IdentificationFixture() {
    AddIdentificationProcedures(registration_, &host_);
    service_ = v1::IdentificationService::NewStub(identification_server_.channel());
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
    PublishLine(4000, "NATIONAL");
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

  void PostNotice(const std::string& procedure_id) {
    Running seen = ProcedureOf(procedure_id);
    ProcedureFixture::PostNotice(&seen, Registrar());
  }

  // Through the notice and the county's decision.
  void Complete(const std::string& procedure_id) {
    PostNotice(procedure_id);
    PassDays(3);
    EXPECT_EQ(Act(procedure_id, procedure::Approve(), Registrar()), "OK");
    EXPECT_EQ(Act(procedure_id, procedure::Approve(), Reviewer()), "OK");
  }

  IdentificationTables identification_{registration_, host_, dispatcher_};
  testing::TestServer identification_server_{{identification_.table()}};
  std::unique_ptr<Service> service_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_FIXTURE_H_
