#include "services/registration/rpc/exit_plan_rpc.h"

#include <algorithm>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/exit_plan.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/exit_records.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/exit_plan_store.h"

namespace bangfu::registration {

using status::Refuse;

absl::StatusOr<v1::ExitPlan> ExitPlanRpc::SetExitPlan(rpc::Call& call, const v1::SetExitPlanRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  v1::ExitPlan given = request.plan();
  given.set_area(request.area());
  RETURN_IF_ERROR(domain::CheckExitPlan(given));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::ExitPlan> {
    if (!store::LoadArea(tx, code)) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.area()}});
    const auto known = store::LoadExitPlans(tx, {code});
    const auto old =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.year() == given.year(); });
    const v1::ExitPlan before = old == known.end() ? v1::ExitPlan() : *old;
    RETURN_IF_ERROR(CheckReplaced(given.etag(), store::ExitPlanName(given.area(), given.year()), before.etag()));
    v1::ExitPlan plan = given;
    if (!store::SaveExitPlan(tx, AuthorOf(call), &plan)) return Refuse(status::Reason::ETAG_MISMATCH);
    effects.ActOn(SubjectOfArea(code), code);
    AuditChange(registration_.sealer(), before, plan, &effects);
    return plan;
  };
  return rpc::Write<v1::ExitPlan>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListExitPlansResponse> ExitPlanRpc::ListExitPlans(rpc::Call& call,
                                                                     const v1::ListExitPlansRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  using Response = v1::ListExitPlansResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const auto plans = store::LoadExitPlans(tx, {code});
    Response response;
    response.mutable_plans()->Assign(plans.begin(), plans.end());
    return response;
  });
}

absl::StatusOr<v1::ExitProgress> ExitPlanRpc::GetExitProgress(rpc::Call& call,
                                                              const v1::GetExitProgressRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  // One snapshot, so that no household is counted in one line and missing in another.
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ExitProgress> {
    ASSIGN_OR_RETURN(const auto lines, store::LoadExitProgress(tx, code, request.year()));
    v1::ExitProgress progress = domain::ProgressOf(lines);
    progress.set_year(request.year());
    const store::ProgressFilters filters = store::FiltersOf(request.year());
    progress.set_household_filter(filters.exited);
    progress.set_unstable_filter(filters.unstable);
    progress.set_returned_filter(filters.returned);
    return progress;
  });
}

}  // namespace bangfu::registration
