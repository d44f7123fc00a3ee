#include "common/events/audit_rpc.h"

#include "common/api/page_token.h"
#include "common/events/event_store.h"
#include "common/rpc/effects.h"
#include "common/status/macros.h"

namespace bangfu::events {
namespace {

constexpr int kDefaultRecords = 100;
constexpr int kMaximumRecords = 1000;

}  // namespace

absl::StatusOr<audit::v1::ListAuditRecordsResponse> AuditRpc::ListAuditRecords(
    rpc::Call& call, const audit::v1::ListAuditRecordsRequest& request) {
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size(), kDefaultRecords, kMaximumRecords));
  RETURN_IF_ERROR(
      database_.Write(call.bounds(), [&](db::Tx& tx) { return rpc::AppendAudit(tx, rpc::RecordOf(service_, call)); }));
  return database_.Read(call.bounds(),
                        [&](db::Tx& tx) { return ReadAuditRecords(tx, request.after_position(), limit); });
}

absl::StatusOr<audit::v1::ListCheckpointsResponse> AuditRpc::ListCheckpoints(
    rpc::Call& call, const audit::v1::ListCheckpointsRequest& request) {
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size(), kDefaultRecords, kMaximumRecords));
  return database_.Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<audit::v1::ListCheckpointsResponse> {
    audit::v1::ListCheckpointsResponse response;
    for (auto& checkpoint : ReadCheckpoints(tx, request.after_size(), limit)) {
      *response.add_checkpoints() = std::move(checkpoint);
    }
    (*response.mutable_public_keys())[key_id_] = public_key_;
    return response;
  });
}

std::unique_ptr<rpc::ServiceTable> AuditRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.audit.v1.AuditService", dispatcher);
  table->Add(this, &AuditRpc::ListAuditRecords).Add(this, &AuditRpc::ListCheckpoints);
  return table;
}

}  // namespace bangfu::events
