// bangfu.registration.v1.TransferService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_TRANSFER_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_TRANSFER_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/transfer_service.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Whoever changes a transfer has locked its household before: of two who do so at once one finds what the other did.
class TransferRpc {
 public:
  explicit TransferRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::HouseholdTransfer> RequestTransfer(rpc::Call& call, const v1::RequestTransferRequest& request);
  absl::StatusOr<v1::HouseholdTransfer> WithdrawTransfer(rpc::Call& call, const v1::WithdrawTransferRequest& request);
  absl::StatusOr<v1::HouseholdTransfer> AcceptTransfer(rpc::Call& call, const v1::AcceptTransferRequest& request);
  absl::StatusOr<v1::HouseholdTransfer> RefuseTransfer(rpc::Call& call, const v1::RefuseTransferRequest& request);
  absl::StatusOr<v1::ListTransfersResponse> ListTransfers(rpc::Call& call, const v1::ListTransfersRequest& request);

 private:
  // A transfer that waits for the caller's county, locked with its household. TRANSFER_NOT_FOUND, TRANSFER_NOT_PENDING,
  // AREA_OUT_OF_SCOPE.
  struct Pending {
    v1::HouseholdTransfer transfer;
    domain::Family family;
  };
  absl::StatusOr<Pending> Lock(rpc::Call& call, db::Tx& tx, const std::string& transfer_id) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_TRANSFER_RPC_H_
