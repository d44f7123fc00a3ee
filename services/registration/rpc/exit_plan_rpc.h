// bangfu.registration.v1.ExitPlanService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PLAN_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PLAN_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/exit_plan_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class ExitPlanRpc {
 public:
  explicit ExitPlanRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::ExitPlan> SetExitPlan(rpc::Call& call, const v1::SetExitPlanRequest& request);
  absl::StatusOr<v1::ListExitPlansResponse> ListExitPlans(rpc::Call& call, const v1::ListExitPlansRequest& request);
  absl::StatusOr<v1::ExitProgress> GetExitProgress(rpc::Call& call, const v1::GetExitProgressRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PLAN_RPC_H_
