// bangfu.registration.v1.AreaService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_AREA_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_AREA_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/area_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class AreaRpc {
 public:
  explicit AreaRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::Area> GetArea(rpc::Call& call, const v1::GetAreaRequest& request);
  absl::StatusOr<v1::ListAreasResponse> ListAreas(rpc::Call& call, const v1::ListAreasRequest& request);
  absl::StatusOr<v1::ImportAreasResponse> ImportAreas(rpc::Call& call, const v1::ImportAreasRequest& request);
  absl::StatusOr<v1::Area> EndArea(rpc::Call& call, const v1::EndAreaRequest& request);
  absl::StatusOr<v1::Area> RestoreArea(rpc::Call& call, const v1::RestoreAreaRequest& request);

 private:
  // Tells of an area that was changed by itself.
  void Tell(const v1::Area& before, const v1::Area& after, rpc::Effects* effects) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_AREA_RPC_H_
