#include "common/operations/operation_rpc.h"

#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::operations {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(500);

bool Ended(const Operation& operation) {
  return operation.state() != Operation::QUEUED && operation.state() != Operation::RUNNING;
}

}  // namespace

absl::StatusOr<Operation> OperationRpc::LoadFor(rpc::Call& call, const std::string& operation_id) {
  auto id = ids::ParseRecordId(operation_id);
  if (!id) return status::Refuse(status::Reason::NOT_FOUND);
  return database_.Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Operation> {
    auto loaded = Load(tx, *id);
    if (!loaded) return call.Missing(operation_id, status::Refuse(status::Reason::NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(loaded->area));
    return loaded->operation;
  });
}

absl::StatusOr<Operation> OperationRpc::GetOperation(rpc::Call& call, const v1::GetOperationRequest& request) {
  return LoadFor(call, request.operation_id());
}

absl::StatusOr<v1::ListOperationsResponse> OperationRpc::ListOperations(rpc::Call& call,
                                                                        const v1::ListOperationsRequest& request) {
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(auto scope, call.ScopeIn(request.area()));
  const std::string query = absl::StrCat("operations\n", request.area());
  int64_t before = 0;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(auto key, page_tokens_.Open(request.page_token(), query));
    if (key.size() != 1 || !absl::SimpleAtoi(key[0], &before))
      return status::Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  return database_.Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListOperationsResponse> {
    v1::ListOperationsResponse response;
    std::vector<Operation> operations = List(tx, scope, before, page_size + 1);
    const bool more = static_cast<int>(operations.size()) > page_size;
    if (more) operations.pop_back();
    for (Operation& operation : operations) *response.add_operations() = std::move(operation);
    if (more) {
      auto last = ids::ParseRecordId(response.operations(page_size - 1).operation_id());
      response.set_next_page_token(page_tokens_.Seal(query, {absl::StrCat(last->number)}));
    }
    return response;
  });
}

absl::Status OperationRpc::WatchOperation(rpc::Call& call, const v1::WatchOperationRequest& request,
                                          rpc::Writer<Operation>& writer) {
  std::string sent;
  while (!call.cancelled() && absl::Now() < call.deadline()) {
    ASSIGN_OR_RETURN(Operation operation, LoadFor(call, request.operation_id()));
    if (std::string now = operation.SerializeAsString(); now != sent) {
      if (!writer.Write(operation)) return absl::OkStatus();
      sent = std::move(now);
    }
    if (Ended(operation)) return absl::OkStatus();
    std::this_thread::sleep_for(kWatchInterval);
  }
  return absl::OkStatus();
}

std::unique_ptr<rpc::ServiceTable> OperationRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.operations.v1.OperationService", dispatcher);
  table->Add(this, &OperationRpc::GetOperation)
      .Add(this, &OperationRpc::ListOperations)
      .Add(this, &OperationRpc::WatchOperation);
  return table;
}

}  // namespace bangfu::operations
