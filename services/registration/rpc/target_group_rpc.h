// bangfu.registration.v1.TargetGroupService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_TARGET_GROUP_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_TARGET_GROUP_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/target_group_service.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class TargetGroupRpc {
 public:
  explicit TargetGroupRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::ListTargetGroupResponse> ListTargetGroup(rpc::Call& call,
                                                              const v1::ListTargetGroupRequest& request);
  absl::StatusOr<v1::TargetGroupCounts> CountTargetGroups(rpc::Call& call, const v1::CountTargetGroupsRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_TARGET_GROUP_RPC_H_
