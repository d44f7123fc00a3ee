// Applications to be identified.
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/identification_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/label.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/identification_application_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using Application = v1::IdentificationApplication;

namespace {

Application ApplicationOf(const v1::ApplyForIdentificationRequest& request, const v1::Household& household,
                          const std::string& today) {
  Application application;
  application.set_application_id(NewIdIn(request.household_id()));
  application.set_campaign_id(request.campaign_id());
  application.set_household_id(request.household_id());
  application.set_area(household.area());
  application.set_applicant(request.applicant());
  application.set_applicant_name(request.applicant_name());
  application.set_channel(request.channel());
  application.set_apply_date(request.apply_date().empty() ? today : request.apply_date());
  application.set_standard(request.standard());
  application.set_attribute(request.attribute());
  application.set_main_cause(request.main_cause());
  *application.mutable_other_causes() = request.other_causes();
  return application;
}

absl::Status CheckApplication(const Application& application, const v1::IdentificationCampaign& campaign,
                              const std::string& today) {
  std::vector<status::FieldError> errors;
  if (application.applicant() != Application::HOUSEHOLD && application.applicant_name().empty()) {
    errors.push_back({"applicant_name", "代为申请人姓名: 代为申请的, 请填写"});
  }
  const std::string& day = application.apply_date();
  if (day > today) errors.push_back({"apply_date", "申请日期: 不能晚于今天"});
  if (day < campaign.start_date() || (!campaign.end_date().empty() && day > campaign.end_date())) {
    errors.push_back({"apply_date", absl::StrCat("申请日期: 批次受理时间为 ", campaign.start_date(), " 至 ",
                                                 campaign.end_date().empty() ? "截止" : campaign.end_date())});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

// Whether this household can apply in the campaign.
absl::Status CheckApplicant(const v1::Household& household, const v1::IdentificationCampaign& campaign) {
  RETURN_IF_ERROR(domain::CheckActive(household));
  if (household.type() != v1::Household::ORDINARY) return Refuse(v1::HOUSEHOLD_REGISTERED_ALREADY);
  if (campaign.state() != v1::IdentificationCampaign::OPEN) return Refuse(v1::CAMPAIGN_CLOSED);
  if (standards::IsWithin(AreaNumber(household.area()), AreaNumber(campaign.area()))) return absl::OkStatus();
  return Refuse(v1::HOUSEHOLD_OUTSIDE_CAMPAIGN, {{"area", campaign.area()}});
}

}  // namespace

absl::StatusOr<Application> IdentificationRpc::Reached(rpc::Call& call, const std::string& application_id,
                                                       std::optional<Application> application) {
  if (!application) return call.Missing(application_id, Refuse(v1::APPLICATION_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(application->area())));
  return *std::move(application);
}

absl::StatusOr<IdentificationRpc::Locked> IdentificationRpc::LockBehindCampaign(rpc::Call& call, db::Tx& tx,
                                                                                const std::string& application_id) {
  const ids::RecordId id = store::IdOf(application_id);
  Locked locked;
  ASSIGN_OR_RETURN(const Application found, Reached(call, application_id, store::LoadApplication(tx, id)));
  ASSIGN_OR_RETURN(locked.stored, LoadCampaign(call, tx, found.campaign_id(), store::RowLock::kShare));
  ASSIGN_OR_RETURN(locked.application, Reached(call, application_id, store::LockApplication(tx, id)));
  locked.ranks_decided = locked.stored.campaign.quota() > 0 && store::HasLists(tx, store::IdOf(found.campaign_id()));
  return locked;
}

absl::StatusOr<Application> IdentificationRpc::ApplyForIdentification(
    rpc::Call& call, const v1::ApplyForIdentificationRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Application> {
    ASSIGN_OR_RETURN(const v1::Household household, LockHousehold(registration_, call, tx, request.household_id()));
    ASSIGN_OR_RETURN(const store::StoredCampaign stored,
                     LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kShare));
    RETURN_IF_ERROR(CheckApplicant(household, stored.campaign));
    const Application application = ApplicationOf(request, household, TodayOf(call));
    RETURN_IF_ERROR(CheckApplication(application, stored.campaign, TodayOf(call)));
    if (!store::InsertApplication(tx, application, AuthorOf(call))) return Refuse(v1::APPLICATION_PENDING);
    effects.ActOn(application.application_id(), AreaNumber(application.area()));
    effects.ActOn(application.household_id(), AreaNumber(application.area()));
    AuditChange(registration_.sealer(), Application(), application, &effects);
    return Reached(call, application.application_id(),
                   store::LoadApplication(tx, store::IdOf(application.application_id())));
  };
  return rpc::Write<Application>(call, registration_.write, request, write);
}

absl::StatusOr<Application> IdentificationRpc::GetIdentificationApplication(
    rpc::Call& call, const v1::GetIdentificationApplicationRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Application> {
    return Reached(call, request.application_id(), store::LoadApplication(tx, store::IdOf(request.application_id())));
  });
}

absl::StatusOr<v1::ListIdentificationApplicationsResponse> IdentificationRpc::ListIdentificationApplications(
    rpc::Call& call, const v1::ListIdentificationApplicationsRequest& request) {
  using Response = v1::ListIdentificationApplicationsResponse;
  store::ApplicationQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  if (!request.campaign_id().empty()) query.campaign = store::IdOf(request.campaign_id());
  query.state = request.state();
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  query.limit = page_size + 1;
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  query.after_area = place[0];
  query.after_id = place[1];
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    Response response;
    for (Application& application : store::ListApplications(tx, query)) {
      if (response.applications_size() == page_size) {
        const Application& last = response.applications(page_size - 1);
        response.set_next_page_token(
            PageBehind(registration_, request, {AreaNumber(last.area()), store::IdOf(last.application_id()).number}));
        break;
      }
      *response.add_applications() = std::move(application);
    }
    return response;
  });
}

absl::StatusOr<Application> IdentificationRpc::WithdrawIdentificationApplication(
    rpc::Call& call, const v1::WithdrawIdentificationApplicationRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Application> {
    const std::string& id = request.application_id();
    ASSIGN_OR_RETURN(const Locked locked, LockBehindCampaign(call, tx, id));
    const Application& before = locked.application;
    RETURN_IF_ERROR(CheckVersion(request.etag(), id, before.etag()));
    if (before.state() > Application::CHECKED) {
      return Refuse(v1::APPLICATION_WRONG_STATE, {{"state", domain::LabelOf(before.state())}});
    }
    store::SaveWithdrawn(tx, store::IdOf(id), request.reason(), locked.ranks_decided, call.now());
    ASSIGN_OR_RETURN(Application after, Reached(call, id, store::LoadApplication(tx, store::IdOf(id))));
    effects.ActOn(id, AreaNumber(after.area()));
    AuditChange(registration_.sealer(), before, after, &effects);
    return after;
  };
  return rpc::Write<Application>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
