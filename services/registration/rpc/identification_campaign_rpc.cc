// Campaigns of identification.
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/identification_events.pb.h"
#include "bangfu/registration/v1/identification_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using Campaign = v1::IdentificationCampaign;

namespace {

absl::Status CheckOpening(const v1::OpenIdentificationCampaignRequest& request) {
  std::vector<status::FieldError> errors;
  if (standards::LevelOf(AreaNumber(request.area())) < standards::kCountyLevel) {
    errors.push_back({"area", "区域代码: 识别批次按县、乡镇或村开展"});
  }
  if (!request.end_date().empty() && request.end_date() < request.start_date()) {
    errors.push_back({"end_date", "截止日期: 不能早于起始日期"});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

Campaign CampaignOf(const v1::OpenIdentificationCampaignRequest& request) {
  Campaign campaign;
  campaign.set_campaign_id(NewIdIn(request.area()));
  campaign.set_area(request.area());
  campaign.set_title(request.title());
  campaign.set_start_date(request.start_date());
  campaign.set_end_date(request.end_date());
  const absl::CivilDay first = *standards::ParseDate(request.start_date());
  campaign.set_year(request.year() == 0 ? domain::CollectionYearOf(first) - 1 : request.year());
  campaign.set_quota(request.quota());
  campaign.set_state(Campaign::OPEN);
  return campaign;
}

// Areas above those that the caller sees, whose campaigns they take part in.
std::vector<int64_t> Above(const std::vector<auth::AreaRange>& scope) {
  std::vector<int64_t> above;
  for (const auth::AreaRange& range : scope) {
    for (int64_t area = standards::ParentOf(range.low); area > 0; area = standards::ParentOf(area)) {
      above.push_back(area);
    }
  }
  return above;
}

}  // namespace

absl::StatusOr<store::StoredCampaign> IdentificationRpc::LoadCampaign(rpc::Call& call, db::Tx& tx,
                                                                      const std::string& campaign_id,
                                                                      store::RowLock lock) {
  auto stored = store::LoadCampaign(tx, store::IdOf(campaign_id), lock);
  if (!stored) return call.Missing(campaign_id, Refuse(v1::CAMPAIGN_NOT_FOUND));
  return *std::move(stored);
}

absl::StatusOr<int64_t> IdentificationRpc::PartOf(rpc::Call& call, const Campaign& campaign, const std::string& area) {
  const std::string& part = area.empty() ? campaign.area() : area;
  if (!standards::IsWithin(AreaNumber(part), AreaNumber(campaign.area()))) {
    return status::RefuseFields({{"area", absl::StrCat("区域代码: 不在批次的区域 ", campaign.area(), " 内")}});
  }
  RETURN_IF_ERROR(call.ScopeIn(part).status());
  return AreaNumber(part);
}

absl::StatusOr<Campaign> IdentificationRpc::OpenIdentificationCampaign(
    rpc::Call& call, const v1::OpenIdentificationCampaignRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckOpening(request));
  const std::string& purpose =
      request.procedure_purpose().empty() ? kIdentificationPurpose : request.procedure_purpose();
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Campaign> {
    if (!store::LoadArea(tx, area)) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.area()}});
    store::StoredCampaign stored{CampaignOf(request), "", "", "", ""};
    const auto book = registration_.policies->Open(tx);
    ASSIGN_OR_RETURN(const CampaignPolicies policies,
                     ResolvePolicies(*book, area, *standards::ParseDate(request.start_date()), purpose));
    SetPolicies(policies, &stored);
    store::InsertCampaign(tx, stored, AuthorOf(call));
    const std::string& id = stored.campaign.campaign_id();
    effects.ActOn(id, area);
    AuditChange(registration_.sealer(), Campaign(), stored.campaign, &effects);
    v1::IdentificationCampaignOpened opened;
    opened.set_campaign_id(id);
    opened.set_start_date(request.start_date());
    effects.Emit(opened, id, area);
    ASSIGN_OR_RETURN(store::StoredCampaign made, LoadCampaign(call, tx, id, store::RowLock::kNone));
    SetPolicies(policies, &made);
    return made.campaign;
  };
  return rpc::Write<Campaign>(call, registration_.write, request, write);
}

absl::StatusOr<Campaign> IdentificationRpc::GetIdentificationCampaign(
    rpc::Call& call, const v1::GetIdentificationCampaignRequest& request) {
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Campaign> {
    ASSIGN_OR_RETURN(store::StoredCampaign stored,
                     LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kNone));
    ASSIGN_OR_RETURN(const int64_t part, PartOf(call, stored.campaign, request.area()));
    ASSIGN_OR_RETURN(const CampaignPolicies policies, PoliciesOf(*registration_.policies->Open(tx), stored));
    SetPolicies(policies, &stored);
    *stored.campaign.mutable_progress() = store::CountProgress(tx, store::IdOf(request.campaign_id()), part);
    return stored.campaign;
  });
}

absl::StatusOr<v1::ListIdentificationCampaignsResponse> IdentificationRpc::ListIdentificationCampaigns(
    rpc::Call& call, const v1::ListIdentificationCampaignsRequest& request) {
  using Response = v1::ListIdentificationCampaignsResponse;
  store::CampaignQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.above = Above(query.scope);
  query.state = request.state();
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  query.limit = page_size + 1;
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  query.before = place[0];
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    Response response;
    for (store::StoredCampaign& stored : store::ListCampaigns(tx, query)) {
      if (response.campaigns_size() == page_size) {
        const ids::RecordId last = store::IdOf(response.campaigns(page_size - 1).campaign_id());
        response.set_next_page_token(PageBehind(registration_, request, {last.number}));
        break;
      }
      *response.add_campaigns() = std::move(stored.campaign);
    }
    return response;
  });
}

absl::StatusOr<Campaign> IdentificationRpc::CloseIdentificationCampaign(
    rpc::Call& call, const v1::CloseIdentificationCampaignRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Campaign> {
    const ids::RecordId id = store::IdOf(request.campaign_id());
    ASSIGN_OR_RETURN(const store::StoredCampaign before,
                     LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kUpdate));
    const int64_t area = AreaNumber(before.campaign.area());
    RETURN_IF_ERROR(call.Authorise(area));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.campaign_id(), before.campaign.etag()));
    if (before.campaign.state() != Campaign::OPEN) return Refuse(v1::CAMPAIGN_CLOSED);
    store::CloseCampaign(tx, id, call.now());
    ASSIGN_OR_RETURN(store::StoredCampaign after, LoadCampaign(call, tx, request.campaign_id(), store::RowLock::kNone));
    effects.ActOn(request.campaign_id(), area);
    AuditChange(registration_.sealer(), before.campaign, after.campaign, &effects);
    v1::IdentificationCampaignClosed closed;
    closed.set_campaign_id(request.campaign_id());
    effects.Emit(closed, request.campaign_id(), area);
    return after.campaign;
  };
  return rpc::Write<Campaign>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
