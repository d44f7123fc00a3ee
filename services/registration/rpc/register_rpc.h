// bangfu.registration.v1.RegisterService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/register_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Puts beside each figure the filter that opens it.
void SetFilters(v1::RegisterStatistics* statistics);

class RegisterRpc {
 public:
  explicit RegisterRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::RegisterStatistics> GetRegisterStatistics(rpc::Call& call,
                                                               const v1::GetRegisterStatisticsRequest& request);
  absl::StatusOr<v1::ListDictionariesResponse> ListDictionaries(rpc::Call& call,
                                                                const v1::ListDictionariesRequest& request);
  absl::StatusOr<v1::ListDictionaryEntriesResponse> ListDictionaryEntries(
      rpc::Call& call, const v1::ListDictionaryEntriesRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_RPC_H_
