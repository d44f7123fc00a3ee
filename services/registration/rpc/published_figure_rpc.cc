#include "services/registration/rpc/published_figure_rpc.h"

#include "bangfu/registration/v1/bitemporal_events.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/published_figures.h"
#include "services/registration/rpc/population_rpc.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/published_figure_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

constexpr int kFiguresAtMost = 1000;

}  // namespace

absl::StatusOr<v1::PublishedFigure> PublishedFigureRpc::RecordPublishedFigure(
    rpc::Call& call, const v1::RecordPublishedFigureRequest& request) {
  v1::PublishedFigure figure = request.figure();
  const int64_t area = AreaNumber(figure.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(domain::CheckFigure(figure, TodayOf(call)));
  figure.set_figure_id(NewIdIn(figure.area()));
  figure.set_unit(domain::UnitOf(figure.measure()));
  figure.set_creator(call.caller().subject);
  store::SetTime(call.now(), figure.mutable_create_time());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::PublishedFigure> {
    if (!store::LoadArea(tx, area)) return status::Refuse(v1::AREA_NOT_FOUND, {{"area", figure.area()}});
    store::InsertPublishedFigure(tx, figure);
    effects.ActOn(figure.figure_id(), area);
    v1::PublishedFigureRecorded recorded;
    recorded.set_figure_id(figure.figure_id());
    effects.Emit(recorded, figure.figure_id(), area);
    return figure;
  };
  return rpc::Write<v1::PublishedFigure>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListPublishedFiguresResponse> PublishedFigureRpc::ListPublishedFigures(
    rpc::Call& call, const v1::ListPublishedFiguresRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  using Response = v1::ListPublishedFiguresResponse;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto facts = domain::FactsOf(store::LoadPublishedFigures(tx, area, request.measure(), kFiguresAtMost));
    std::map<std::pair<std::string, std::string>, v1::PopulationFlow> flows;  // by period: several facts are of one
    Response response;
    for (v1::PublishedFact& fact : facts) {
      const std::string& from = fact.from_date().empty() ? fact.date() : fact.from_date();
      auto [flow, is_new] = flows.try_emplace({from, fact.date()});
      if (is_new) {
        ASSIGN_OR_RETURN(flow->second, store::LoadPopulationFlow(tx, area, from, fact.date(), {}));
      }
      const auto own = domain::RegisterFigure(flow->second, fact.measure(), fact.movement());
      if (own) fact.set_register_centi(*own);
      *response.add_facts() = std::move(fact);
    }
    return response;
  });
}

absl::StatusOr<v1::PublishedBalance> PublishedFigureRpc::GetPublishedBalance(
    rpc::Call& call, const v1::GetPublishedBalanceRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) {
    return domain::BalanceOf(store::LoadPublishedFigures(tx, area, request.measure(), kFiguresAtMost),
                             request.from_date(), request.to_date());
  });
}

}  // namespace bangfu::registration
