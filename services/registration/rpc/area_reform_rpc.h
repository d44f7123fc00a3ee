// bangfu.registration.v1.AreaReformService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RPC_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/area_reform_service.pb.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/area_reform_store.h"

namespace bangfu::registration {

class AreaReformRpc {
 public:
  // `wake` tells the runner that there is work.
  AreaReformRpc(const Registration& registration, std::function<void()> wake)
      : registration_(registration), wake_(std::move(wake)) {}

  absl::StatusOr<v1::AreaReform> StartAreaReform(rpc::Call& call, const v1::StartAreaReformRequest& request);
  absl::StatusOr<v1::AreaReform> GetAreaReform(rpc::Call& call, const v1::GetAreaReformRequest& request);
  absl::StatusOr<v1::AreaReform> UndoAreaReform(rpc::Call& call, const v1::UndoAreaReformRequest& request);

 private:
  // AREA_REFORM_NOT_FOUND, AREA_OUT_OF_SCOPE.
  absl::StatusOr<store::AreaReformRecord> Find(rpc::Call& call, const std::string& reform_id,
                                               std::optional<store::AreaReformRecord> reform) const;

  const Registration& registration_;
  const std::function<void()> wake_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RPC_H_
