// OperationService, the same in every process.
#ifndef BANGFU_COMMON_OPERATIONS_OPERATION_RPC_H_
#define BANGFU_COMMON_OPERATIONS_OPERATION_RPC_H_

#include "bangfu/operations/v1/operation_service.pb.h"
#include "common/api/page_token.h"
#include "common/db/database.h"
#include "common/operations/operation_store.h"
#include "common/rpc/call.h"
#include "common/rpc/service_table.h"

namespace bangfu::operations {

class OperationRpc {
 public:
  OperationRpc(db::Database& database, const api::PageTokens& page_tokens)
      : database_(database), page_tokens_(page_tokens) {}

  absl::StatusOr<Operation> GetOperation(rpc::Call& call, const v1::GetOperationRequest& request);
  absl::StatusOr<v1::ListOperationsResponse> ListOperations(rpc::Call& call, const v1::ListOperationsRequest& request);
  absl::Status WatchOperation(rpc::Call& call, const v1::WatchOperationRequest& request,
                              rpc::Writer<Operation>& writer);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  absl::StatusOr<Operation> LoadFor(rpc::Call& call, const std::string& operation_id);

  db::Database& database_;
  const api::PageTokens& page_tokens_;
};

}  // namespace bangfu::operations

#endif  // BANGFU_COMMON_OPERATIONS_OPERATION_RPC_H_
