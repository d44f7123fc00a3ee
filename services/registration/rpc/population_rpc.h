// bangfu.registration.v1.PopulationService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_POPULATION_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_POPULATION_RPC_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/registration/v1/population_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// PERIOD_REVERSED if a period ends before it begins.
absl::Status CheckPeriod(const std::string& from_date, const std::string& to_date);

// Puts its words beside each reason.
void LabelReasons(const DictionaryCache& dictionaries, v1::PopulationFlow* flow);

class PopulationRpc {
 public:
  explicit PopulationRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::PopulationFlow> GetPopulationFlow(rpc::Call& call, const v1::GetPopulationFlowRequest& request);
  absl::StatusOr<v1::ListPopulationChangesResponse> ListPopulationChanges(
      rpc::Call& call, const v1::ListPopulationChangesRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_POPULATION_RPC_H_
