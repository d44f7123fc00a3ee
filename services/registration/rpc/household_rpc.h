// bangfu.registration.v1.HouseholdService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "common/db/coalescer.h"
#include "common/ids/record_id.h"
#include "common/rpc/call.h"
#include "common/rpc/joint_write.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/household_store.h"

namespace bangfu::registration {

class HouseholdRpc {
 public:
  explicit HouseholdRpc(const Registration& registration);

  // The hottest read: those that wait are looked up together.
  void GetHousehold(rpc::Call& call, const v1::GetHouseholdRequest& request, rpc::Answer<v1::Household> answer);
  absl::StatusOr<v1::ListHouseholdsResponse> ListHouseholds(rpc::Call& call, const v1::ListHouseholdsRequest& request);
  // The hottest writes: those that wait are written together.
  void CreateHousehold(rpc::Call& call, const v1::CreateHouseholdRequest& request, rpc::Answer<v1::Household> answer);
  void RegisterOrdinaryHousehold(rpc::Call& call, const v1::RegisterOrdinaryHouseholdRequest& request,
                                 rpc::Answer<v1::Household> answer);
  void UpdateHousehold(rpc::Call& call, const v1::UpdateHouseholdRequest& request, rpc::Answer<v1::Household> answer);
  absl::StatusOr<v1::Household> ArchiveHousehold(rpc::Call& call, const v1::ArchiveHouseholdRequest& request);
  absl::StatusOr<v1::Household> SplitHousehold(rpc::Call& call, const v1::SplitHouseholdRequest& request);
  absl::StatusOr<v1::Household> MergeHouseholds(rpc::Call& call, const v1::MergeHouseholdsRequest& request);
  absl::StatusOr<v1::Household> ChangeHead(rpc::Call& call, const v1::ChangeHeadRequest& request);
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
  // A household as it is, or as it was at instants.
  using Wanted = store::RecordAt;
  // What is shown of it, and the village where it is now: who may read a household's past is who may read it today.
  struct Found {
    std::optional<v1::Household> household;
    std::optional<int64_t> area;  // nothing: there is no such household
  };
  using Creations = rpc::JointWrite<v1::Household, absl::StatusOr<domain::Family>>;
  using Updates = rpc::JointWrite<v1::Household, const v1::UpdateHouseholdRequest*>;

  absl::StatusOr<std::vector<Found>> Load(db::Tx& tx, absl::Span<const Wanted> wanted) const;
  using NewMembers = google::protobuf::RepeatedPtrField<v1::Member>;
  static absl::StatusOr<domain::Family> Registered(rpc::Call& call, const v1::Household& household,
                                                   const NewMembers& members);
  absl::Status Create(db::Tx& tx, absl::Span<Creations::Part> parts) const;
  absl::Status Update(db::Tx& tx, absl::Span<Updates::Part> parts) const;
  static absl::StatusOr<domain::Family> Updated(rpc::Call& call, const v1::UpdateHouseholdRequest& request,
                                                const domain::Family& before);

  const Registration& registration_;
  db::Coalescer<Wanted, Found> reads_;
  Creations creations_;
  Updates updates_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_HOUSEHOLD_RPC_H_
