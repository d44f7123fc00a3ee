// StatisticsService: figures that are entered for areas.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area_figure.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/area_figure_store.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

std::string QueryName(const v1::ListAreaFiguresRequest& request) {
  return absl::StrCat("area_figures\n", request.area(), "\n", request.year(), "\n", request.kind(), "\n",
                      request.include_superseded());
}

}  // namespace

absl::StatusOr<v1::AreaFigure> StatisticsRpc::RecordAreaFigure(rpc::Call& call,
                                                               const v1::RecordAreaFigureRequest& request) {
  v1::AreaFigure figure = request.area_figure();
  const int64_t area = AreaNumber(figure.area());
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(domain::CheckAreaFigure(figure));
  figure.set_area_figure_id(NewIdIn(figure.area()));
  figure.set_author(call.caller().subject);
  figure.set_superseded(false);
  store::SetTime(call.now(), figure.mutable_create_time());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::AreaFigure> {
    if (!store::LoadArea(tx, area)) return status::Refuse(v1::AREA_NOT_FOUND, {{"area", figure.area()}});
    store::InsertAreaFigure(tx, figure);
    effects.ActOn(figure.area_figure_id(), area);
    return figure;
  };
  return rpc::Write<v1::AreaFigure>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListAreaFiguresResponse> StatisticsRpc::ListAreaFigures(rpc::Call& call,
                                                                           const v1::ListAreaFiguresRequest& request) {
  store::AreaFigureQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  query.year = request.year();
  query.kind = request.kind();
  query.include_superseded = request.include_superseded();
  const api::PageTokens& tokens = *registration_.page_tokens;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, tokens.Open(request.page_token(), QueryName(request)));
  }
  using Result = absl::StatusOr<v1::ListAreaFiguresResponse>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Result {
    std::vector<v1::AreaFigure> figures = store::ListAreaFigures(tx, query);
    v1::ListAreaFiguresResponse response;
    if (static_cast<int>(figures.size()) > query.limit) {
      figures.pop_back();
      response.set_next_page_token(tokens.Seal(QueryName(request), store::KeyOf(figures.back())));
    }
    response.mutable_area_figures()->Assign(figures.begin(), figures.end());
    return response;
  });
}

}  // namespace bangfu::registration
