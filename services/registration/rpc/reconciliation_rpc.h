// bangfu.registration.v1.ReconciliationService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_RECONCILIATION_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_RECONCILIATION_RPC_H_

#include <string>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/reconciliation_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/reconciliation_store.h"

namespace bangfu::registration {

class ReconciliationRpc {
 public:
  explicit ReconciliationRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::Reconciliation> CreateReconciliation(rpc::Call& call,
                                                          const v1::CreateReconciliationRequest& request);
  absl::StatusOr<v1::Reconciliation> GetReconciliation(rpc::Call& call, const v1::GetReconciliationRequest& request);
  absl::StatusOr<v1::ListReconciliationsResponse> ListReconciliations(rpc::Call& call,
                                                                      const v1::ListReconciliationsRequest& request);
  absl::StatusOr<v1::ReplayReconciliationResponse> ReplayReconciliation(rpc::Call& call,
                                                                        const v1::ReplayReconciliationRequest& request);
  absl::StatusOr<v1::ListReconciliationFormsResponse> ListReconciliationForms(
      rpc::Call& call, const v1::ListReconciliationFormsRequest& request);
  absl::StatusOr<v1::ReconciliationForm> GetReconciliationForm(rpc::Call& call,
                                                               const v1::GetReconciliationFormRequest& request);
  absl::StatusOr<v1::ReconciliationForm> EnterReconciliationForm(rpc::Call& call,
                                                                 const v1::EnterReconciliationFormRequest& request);
  absl::StatusOr<v1::ListReconciliationTasksResponse> ListReconciliationTasks(
      rpc::Call& call, const v1::ListReconciliationTasksRequest& request);
  absl::StatusOr<v1::ReconciliationTask> FixReconciliationTask(rpc::Call& call,
                                                               const v1::FixReconciliationTaskRequest& request);

 private:
  // RECONCILIATION_NOT_FOUND, AREA_OUT_OF_SCOPE.
  absl::StatusOr<store::ReconciliationRecord> Load(rpc::Call& call, db::Tx& tx, const std::string& id) const;
  absl::Status CheckCodes(const std::vector<v1::ReconciliationValue>& values) const;
  // What the register says of the field now.
  std::string SystemValueOf(db::Tx& tx, const v1::ReconciliationTask& task) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_RECONCILIATION_RPC_H_
