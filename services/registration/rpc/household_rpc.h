// bangfu.registration.v1.HouseholdService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class HouseholdRpc {
 public:
  explicit HouseholdRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::Household> GetHousehold(rpc::Call& call, const v1::GetHouseholdRequest& request);
  absl::StatusOr<v1::ListHouseholdsResponse> ListHouseholds(rpc::Call& call, const v1::ListHouseholdsRequest& request);
  absl::StatusOr<v1::Household> CreateHousehold(rpc::Call& call, const v1::CreateHouseholdRequest& request);
  absl::StatusOr<v1::Household> UpdateHousehold(rpc::Call& call, const v1::UpdateHouseholdRequest& request);
  absl::StatusOr<v1::Household> ArchiveHousehold(rpc::Call& call, const v1::ArchiveHouseholdRequest& request);
  absl::StatusOr<v1::Household> SplitHousehold(rpc::Call& call, const v1::SplitHouseholdRequest& request);
  absl::StatusOr<v1::Household> MergeHouseholds(rpc::Call& call, const v1::MergeHouseholdsRequest& request);
  absl::StatusOr<v1::ListHouseholdHistoryResponse> ListHouseholdHistory(rpc::Call& call,
                                                                        const v1::ListHouseholdHistoryRequest& request);

  // In yearly_report_rpc.cc.
  absl::StatusOr<v1::ListIncomesResponse> ListIncomes(rpc::Call& call, const v1::ListIncomesRequest& request);
  absl::StatusOr<v1::Income> RecordIncome(rpc::Call& call, const v1::RecordIncomeRequest& request);
  absl::StatusOr<v1::ListLivingConditionsResponse> ListLivingConditions(rpc::Call& call,
                                                                        const v1::ListLivingConditionsRequest& request);
  absl::StatusOr<v1::LivingCondition> RecordLivingCondition(rpc::Call& call,
                                                            const v1::RecordLivingConditionRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_
