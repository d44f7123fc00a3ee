// bangfu.registration.v1.GuaranteeService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_GUARANTEE_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_GUARANTEE_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/guarantee_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class GuaranteeRpc {
 public:
  explicit GuaranteeRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::GuaranteeRecord> RecordGuarantees(rpc::Call& call, const v1::RecordGuaranteesRequest& request);
  absl::StatusOr<v1::ListGuaranteesResponse> ListGuarantees(rpc::Call& call, const v1::ListGuaranteesRequest& request);
  absl::StatusOr<v1::ListGuaranteeGapsResponse> ListGuaranteeGaps(rpc::Call& call,
                                                                  const v1::ListGuaranteeGapsRequest& request);
  absl::StatusOr<v1::NeedsJudgement> CheckIncomeByNeeds(rpc::Call& call, const v1::CheckIncomeByNeedsRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_GUARANTEE_RPC_H_
