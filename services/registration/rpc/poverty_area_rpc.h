// bangfu.registration.v1.PovertyAreaService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_POVERTY_AREA_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_POVERTY_AREA_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/poverty_area_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class PovertyAreaRpc {
 public:
  explicit PovertyAreaRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::PovertyArea> DesignatePovertyArea(rpc::Call& call, const v1::DesignatePovertyAreaRequest& request);
  absl::StatusOr<v1::ListPovertyAreasResponse> ListPovertyAreas(rpc::Call& call,
                                                                const v1::ListPovertyAreasRequest& request);
  absl::StatusOr<v1::VillageProfile> RecordVillageProfile(rpc::Call& call,
                                                          const v1::RecordVillageProfileRequest& request);
  absl::StatusOr<v1::ListVillageProfilesResponse> ListVillageProfiles(rpc::Call& call,
                                                                      const v1::ListVillageProfilesRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_POVERTY_AREA_RPC_H_
