// bangfu.registration.v1.CollectionService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/collection_service.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class CollectionRpc {
 public:
  explicit CollectionRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::CollectionForm> GetCollectionForm(rpc::Call& call, const v1::GetCollectionFormRequest& request);
  absl::StatusOr<v1::CollectionForm> ConfirmUnchanged(rpc::Call& call, const v1::ConfirmUnchangedRequest& request);
  absl::StatusOr<v1::CollectionProgress> GetCollectionProgress(rpc::Call& call,
                                                               const v1::GetCollectionProgressRequest& request);
  absl::StatusOr<v1::ListCollectionsResponse> ListCollections(rpc::Call& call,
                                                              const v1::ListCollectionsRequest& request);
  absl::StatusOr<v1::CollectionReopening> ReopenCollection(rpc::Call& call, const v1::ReopenCollectionRequest& request);

 private:
  // The form of an authorised household.
  absl::StatusOr<v1::CollectionForm> Fill(const rpc::Call& call, db::Tx& tx, const v1::Household& household,
                                          int32_t year) const;
  // Records what the request confirms of a locked household.
  absl::Status Record(rpc::Call& call, db::Tx& tx, rpc::Effects& effects, const v1::Household& household,
                      const v1::ConfirmUnchangedRequest& request) const;

  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_COLLECTION_RPC_H_
