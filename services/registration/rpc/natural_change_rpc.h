// bangfu.registration.v1.NaturalChangeService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_NATURAL_CHANGE_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_NATURAL_CHANGE_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/natural_change_service.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class NaturalChangeRpc {
 public:
  explicit NaturalChangeRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::ListNaturalChangesResponse> ListNaturalChanges(rpc::Call& call,
                                                                    const v1::ListNaturalChangesRequest& request);
  absl::StatusOr<v1::NaturalChangeCounts> CountNaturalChanges(rpc::Call& call,
                                                              const v1::CountNaturalChangesRequest& request);

 private:
  std::string LabelOf(v1::ChangeDirection direction, const std::string& reason) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_NATURAL_CHANGE_RPC_H_
