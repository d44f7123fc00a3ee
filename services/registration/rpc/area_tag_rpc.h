// bangfu.registration.v1.AreaTagService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_AREA_TAG_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_AREA_TAG_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/area_tag_service.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class AreaTagRpc {
 public:
  explicit AreaTagRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::AreaTag> TagArea(rpc::Call& call, const v1::TagAreaRequest& request);
  absl::StatusOr<v1::AreaTag> UntagArea(rpc::Call& call, const v1::UntagAreaRequest& request);
  absl::StatusOr<v1::ListAreaTagsResponse> ListAreaTags(rpc::Call& call, const v1::ListAreaTagsRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_AREA_TAG_RPC_H_
