// bangfu.registration.v1.ExitService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/exit_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class ExitRpc {
 public:
  explicit ExitRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::ExitJudgement> JudgeHouseholdExit(rpc::Call& call, const v1::JudgeHouseholdExitRequest& request);
  absl::StatusOr<v1::ExitJudgement> JudgeVillageExit(rpc::Call& call, const v1::JudgeVillageExitRequest& request);
  absl::StatusOr<v1::ExitJudgement> JudgeCountyExit(rpc::Call& call, const v1::JudgeCountyExitRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RPC_H_
