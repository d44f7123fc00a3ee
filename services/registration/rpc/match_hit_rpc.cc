// Hits: listed, counted, read with their facts for a purpose, verified, agreed to and resolved.

#include "bangfu/registration/v1/matching_events.pb.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/match_hit.h"
#include "services/registration/domain/match_row.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/match_hit_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using v1::MatchHit;

MatchHit Shown(MatchHit hit, const std::string& today) {
  hit.set_overdue(domain::IsOverdue(hit, today));
  return hit;
}

}  // namespace

absl::StatusOr<v1::ListMatchHitsResponse> MatchingRpc::ListMatchHits(rpc::Call& call,
                                                                     const v1::ListMatchHitsRequest& request) {
  using Response = v1::ListMatchHitsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  store::HitFilter filter;
  ASSIGN_OR_RETURN(filter.areas, call.ScopeIn(request.area()));
  filter.kind = request.kind();
  filter.state = request.state();
  filter.severity = request.severity();
  filter.overdue = request.overdue();
  filter.list = store::IdOf(request.list_id());
  filter.household = store::IdOf(request.household_id());
  filter.today = TodayOf(call);
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto hits = store::ListHits(tx, filter, place[0], place[1], page_size + 1);
    Response response;
    if (static_cast<int>(hits.size()) > page_size) {
      hits.pop_back();
      response.set_next_page_token(PageBehind(
          registration_, request, {AreaNumber(hits.back().area()), store::IdOf(hits.back().hit_id()).number}));
    }
    for (MatchHit& hit : hits) *response.add_hits() = Shown(std::move(hit), filter.today);
    return response;
  });
}

absl::StatusOr<v1::GetMatchFiguresResponse> MatchingRpc::GetMatchFigures(rpc::Call& call,
                                                                         const v1::GetMatchFiguresRequest& request) {
  using Response = v1::GetMatchFiguresResponse;
  store::HitFilter filter;
  ASSIGN_OR_RETURN(filter.areas, call.ScopeIn(request.area()));
  filter.list = store::IdOf(request.list_id());
  filter.today = TodayOf(call);
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    Response response;
    for (v1::MatchFigure& figure : store::CountHits(tx, filter)) *response.add_figures() = std::move(figure);
    return response;
  });
}

absl::StatusOr<MatchHit> MatchingRpc::GetMatchHit(rpc::Call& call, const v1::GetMatchHitRequest& request) {
  const ids::RecordId id = store::IdOf(request.hit_id());
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<MatchHit> {
    auto hit = store::LoadHit(tx, id);
    if (!hit) return call.Missing(request.hit_id(), Refuse(v1::MATCH_HIT_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(hit->area())));
    if (!call.full_view()) return Shown(*std::move(hit), TodayOf(call));
    ASSIGN_OR_RETURN(auto facts, store::LoadHitFacts(tx, registration_.sealer(), id));
    for (v1::MatchFact& fact : facts) {
      fact.set_item_label(registration_.dictionaries->LabelOf(domain::SchemaOf(hit->kind()).dictionary, fact.item()));
      *hit->add_facts() = std::move(fact);
    }
    return Shown(*std::move(hit), TodayOf(call));
  });
}

template <typename Request, typename Change>
absl::StatusOr<MatchHit> MatchingRpc::ChangeHit(rpc::Call& call, const Request& request, Change change) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<MatchHit> {
    auto hit = store::LoadHitForUpdate(tx, store::IdOf(request.hit_id()));
    if (!hit) return call.Missing(request.hit_id(), Refuse(v1::MATCH_HIT_NOT_FOUND));
    const int64_t area = AreaNumber(hit->area());
    RETURN_IF_ERROR(call.Authorise(area));
    RETURN_IF_ERROR(CheckVersion(request.etag(), request.hit_id(), hit->etag()));
    ASSIGN_OR_RETURN(MatchHit changed, change(*std::move(hit)));
    store::SaveHit(tx, &changed, call.now());
    effects.ActOn(request.hit_id(), area);
    effects.record().set_purpose(changed.purpose());
    if (changed.state() == MatchHit::RESOLVED) {
      v1::MatchHitResolved resolved;
      resolved.set_hit_id(changed.hit_id());
      resolved.set_household_id(changed.household_id());
      resolved.set_resolution(changed.resolution());
      resolved.set_veto(changed.veto());
      effects.Emit(resolved, changed.household_id(), area);
    }
    return Shown(std::move(changed), TodayOf(call));
  };
  return rpc::Write<MatchHit>(call, registration_.write, request, write);
}

absl::StatusOr<MatchHit> MatchingRpc::VerifyMatchHit(rpc::Call& call, const v1::VerifyMatchHitRequest& request) {
  return ChangeHit(call, request, [&](MatchHit hit) {
    return domain::Verify(std::move(hit), request, call.caller().subject, TodayOf(call));
  });
}

absl::StatusOr<MatchHit> MatchingRpc::ReviewMatchHit(rpc::Call& call, const v1::ReviewMatchHitRequest& request) {
  return ChangeHit(call, request, [&](MatchHit hit) {
    return domain::Review(std::move(hit), request.agree(), call.caller().subject);
  });
}

absl::StatusOr<MatchHit> MatchingRpc::ResolveMatchHit(rpc::Call& call, const v1::ResolveMatchHitRequest& request) {
  return ChangeHit(call, request, [&](MatchHit hit) {
    return domain::Resolve(std::move(hit), request.resolution(), call.caller().subject);
  });
}

}  // namespace bangfu::registration
