#include "services/registration/rpc/area_rpc.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/text.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area.h"
#include "services/registration/reference/pinyin.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/store/area_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

// More than any area has right below it.
constexpr int kMostBelow = 1000;

// The areas and those right above them.
std::vector<int64_t> WithParents(const std::vector<v1::Area>& areas) {
  std::vector<int64_t> codes;
  for (const v1::Area& area : areas) {
    codes.push_back(AreaNumber(area.code()));
    codes.push_back(standards::ParentOf(codes.back()));
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

}  // namespace

absl::StatusOr<v1::Area> AreaRpc::GetArea(rpc::Call& call, const v1::GetAreaRequest& request) {
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Area> {
    auto area = store::LoadArea(tx, AreaNumber(request.code()));
    if (!area) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.code()}});
    store::AddPredecessors(tx, {&*area, 1});
    return *std::move(area);
  });
}

absl::StatusOr<v1::ListAreasResponse> AreaRpc::ListAreas(rpc::Call& call, const v1::ListAreasRequest& request) {
  const api::PageTokens& tokens = *registration_.page_tokens;
  const std::string name =
      absl::StrCat("areas\n", request.parent(), "\n", request.search(), "\n", request.include_ended());
  store::AreaQuery query;
  query.parent = AreaNumber(request.parent());
  query.search = standards::Tidy(request.search());
  query.include_ended = request.include_ended();
  query.today = TodayOf(call);
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const auto key, tokens.Open(request.page_token(), name));
    query.after = AreaNumber(key[0]);
  }
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListAreasResponse> {
    const auto areas = store::ListAreas(tx, query);
    v1::ListAreasResponse response;
    const size_t shown = std::min<size_t>(areas.size(), query.limit);
    response.mutable_areas()->Assign(areas.begin(), areas.begin() + shown);
    if (areas.size() > shown) response.set_next_page_token(tokens.Seal(name, {areas[shown - 1].code()}));
    return response;
  });
}

absl::StatusOr<v1::ImportAreasResponse> AreaRpc::ImportAreas(rpc::Call& call, const v1::ImportAreasRequest& request) {
  const int64_t root = AreaNumber(request.root());
  RETURN_IF_ERROR(call.Authorise(root));
  const std::vector<v1::Area> areas(request.areas().begin(), request.areas().end());
  using Answer = absl::StatusOr<v1::ImportAreasResponse>;
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> Answer {
    const auto known = store::LoadAreasForUpdate(tx, WithParents(areas));
    ASSIGN_OR_RETURN(const domain::AreaPlan plan, domain::PlanImport(root, areas, known, PinyinInitials));
    store::SaveAreas(tx, plan.areas);
    store::RefreshPaths(tx, plan.renamed);
    effects.ActOn(request.root(), root);
    v1::AreasChanged changed;
    for (const v1::Area& area : plan.areas) changed.add_codes(area.code());
    if (changed.codes_size() > 0) effects.Emit(changed, request.root(), root);
    v1::ImportAreasResponse response;
    response.set_created_count(plan.created);
    response.set_updated_count(plan.updated);
    response.set_unchanged_count(plan.unchanged);
    return response;
  };
  return rpc::Write<v1::ImportAreasResponse>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Area> AreaRpc::EndArea(rpc::Call& call, const v1::EndAreaRequest& request) {
  const int64_t code = AreaNumber(request.code());
  RETURN_IF_ERROR(call.Authorise(code));
  const std::vector<v1::AreaSuccessor> successors(request.successors().begin(), request.successors().end());
  for (const v1::AreaSuccessor& successor : successors) RETURN_IF_ERROR(call.Authorise(AreaNumber(successor.code())));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Area> {
    std::vector<int64_t> codes = {code};
    for (const v1::AreaSuccessor& successor : successors) codes.push_back(AreaNumber(successor.code()));
    // An import locks the area above those that it creates, so that none comes in below while this is decided.
    const auto known = store::LoadAreasForUpdate(tx, codes);
    const auto before = known.find(code);
    if (before == known.end()) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.code()}});
    const auto below = store::ListAreas(tx, {.parent = code, .today = TodayOf(call), .limit = kMostBelow});
    ASSIGN_OR_RETURN(const v1::Area area, domain::End(before->second, successors, known, below));
    store::SaveEnd(tx, area, call.now());
    Tell(before->second, area, &effects);
    return area;
  };
  return rpc::Write<v1::Area>(call, registration_.write, request, write);
}

absl::StatusOr<v1::Area> AreaRpc::RestoreArea(rpc::Call& call, const v1::RestoreAreaRequest& request) {
  const int64_t code = AreaNumber(request.code());
  RETURN_IF_ERROR(call.Authorise(code));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Area> {
    const auto known = store::LoadAreasForUpdate(tx, {code, standards::ParentOf(code)});
    const auto before = known.find(code);
    if (before == known.end()) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.code()}});
    ASSIGN_OR_RETURN(const v1::Area area, domain::Restore(before->second, known, store::HaveFollowed(tx, code)));
    store::DeleteEnd(tx, code);
    effects.record().set_purpose(request.reason());
    Tell(before->second, area, &effects);
    return area;
  };
  return rpc::Write<v1::Area>(call, registration_.write, request, write);
}

void AreaRpc::Tell(const v1::Area& before, const v1::Area& after, rpc::Effects* effects) const {
  const int64_t code = AreaNumber(after.code());
  effects->ActOn(after.code(), code);
  AuditChange(registration_.sealer(), before, after, effects);
  v1::AreasChanged changed;
  changed.add_codes(after.code());
  effects->Emit(changed, after.code(), code);
}

}  // namespace bangfu::registration
