#include "services/registration/rpc/poverty_area_rpc.h"

#include <algorithm>

#include "bangfu/registration/v1/exit_events.pb.h"
#include "bangfu/registration/v1/exit_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/page_token.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/poverty_area.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/exit_records.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/poverty_area_store.h"

namespace bangfu::registration {

using status::Refuse;

absl::StatusOr<v1::PovertyArea> PovertyAreaRpc::DesignatePovertyArea(rpc::Call& call,
                                                                     const v1::DesignatePovertyAreaRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  v1::PovertyArea given = request.status();
  given.set_area(request.area());
  given.clear_procedure_id();
  RETURN_IF_ERROR(domain::CheckPovertyArea(given, TodayOf(call)));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::PovertyArea> {
    if (!store::LoadArea(tx, code)) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.area()}});
    const auto found = store::LockPovertyAreas(tx, {code});
    const v1::PovertyArea before = found.empty() ? v1::PovertyArea() : found.at(code);
    RETURN_IF_ERROR(CheckReplaced(given.etag(), store::PovertyAreaName(given.area()), before.etag()));
    RETURN_IF_ERROR(domain::CheckEnteredByHand(before, given, TodayOf(call)));
    std::vector<v1::PovertyArea> areas = {given};
    // The procedure stays named as long as the state is the one that it gave.
    if (given.state() == before.state()) areas[0].set_procedure_id(before.procedure_id());
    if (!store::SavePovertyAreas(tx, AuthorOf(call), &areas)) return Refuse(status::Reason::ETAG_MISMATCH);
    effects.ActOn(SubjectOfArea(code), code);
    AuditChange(registration_.sealer(), before, areas[0], &effects);
    v1::PovertyAreaDesignated designated;
    designated.set_area(given.area());
    designated.set_state(given.state());
    effects.Emit(designated, SubjectOfArea(code), code);
    return areas[0];
  };
  return rpc::Write<v1::PovertyArea>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListPovertyAreasResponse> PovertyAreaRpc::ListPovertyAreas(
    rpc::Call& call, const v1::ListPovertyAreasRequest& request) {
  using Response = v1::ListPovertyAreasResponse;
  if (request.level() != v1::Area::VILLAGE && request.level() != v1::Area::COUNTY) {
    return status::RefuseFields({{"level", "级别: 应为村级或县级"}});
  }
  store::PovertyAreaQuery query{.level = request.level(), .state = request.state(), .exit_year = request.exit_year()};
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto after, PlaceOf<1>(registration_, request));
  query.after = after[0];
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto areas = store::ListPovertyAreas(tx, query);
    Response response;
    if (static_cast<int>(areas.size()) > query.limit) {
      areas.pop_back();
      response.set_next_page_token(PageBehind(registration_, request, {AreaNumber(areas.back().area())}));
    }
    response.mutable_areas()->Assign(areas.begin(), areas.end());
    return response;
  });
}

absl::StatusOr<v1::VillageProfile> PovertyAreaRpc::RecordVillageProfile(
    rpc::Call& call, const v1::RecordVillageProfileRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  v1::VillageProfile given = request.profile();
  given.set_area(request.area());
  given.clear_poverty();
  RETURN_IF_ERROR(domain::CheckVillageProfile(given));
  RETURN_IF_ERROR(domain::CheckBegun("profile.year", "年度", given.year(), TodayOf(call)));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::VillageProfile> {
    RETURN_IF_ERROR(CheckVillage(call, tx, request.area()));
    const auto known = store::ListVillageProfiles(tx, code);
    const auto old =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.year() == given.year(); });
    const v1::VillageProfile before = old == known.end() ? v1::VillageProfile() : *old;
    RETURN_IF_ERROR(CheckReplaced(given.etag(), store::VillageProfileName(given.area(), given.year()), before.etag()));
    v1::VillageProfile profile = given;
    if (!store::SaveVillageProfile(tx, AuthorOf(call), &profile)) return Refuse(status::Reason::ETAG_MISMATCH);
    effects.ActOn(SubjectOfArea(code), code);
    AuditChange(registration_.sealer(), before, profile, &effects);
    return profile;
  };
  return rpc::Write<v1::VillageProfile>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListVillageProfilesResponse> PovertyAreaRpc::ListVillageProfiles(
    rpc::Call& call, const v1::ListVillageProfilesRequest& request) {
  using Response = v1::ListVillageProfilesResponse;
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const auto poverty = store::LoadPovertyAreas(tx, {code});
    Response response;
    for (v1::VillageProfile& profile : store::ListVillageProfiles(tx, code)) {
      if (!poverty.empty()) *profile.mutable_poverty() = poverty.at(code);
      *response.add_profiles() = std::move(profile);
    }
    return response;
  });
}

}  // namespace bangfu::registration
