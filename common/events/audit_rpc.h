// AuditService, the same in every process. Reading the trail leaves a trace in it.
#ifndef BANGFU_COMMON_EVENTS_AUDIT_RPC_H_
#define BANGFU_COMMON_EVENTS_AUDIT_RPC_H_

#include <memory>
#include <string>

#include "bangfu/audit/v1/audit_service.pb.h"
#include "common/crypto/signer.h"
#include "common/db/database.h"
#include "common/rpc/call.h"
#include "common/rpc/service_table.h"

namespace bangfu::events {

class AuditRpc {
 public:
  AuditRpc(db::Database& database, std::string service, const crypto::SigningKey& key)
      : database_(database), service_(std::move(service)), key_id_(key.key_id()), public_key_(key.public_key()) {}

  absl::StatusOr<audit::v1::ListAuditRecordsResponse> ListAuditRecords(
      rpc::Call& call, const audit::v1::ListAuditRecordsRequest& request);
  absl::StatusOr<audit::v1::ListCheckpointsResponse> ListCheckpoints(rpc::Call& call,
                                                                     const audit::v1::ListCheckpointsRequest& request);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  db::Database& database_;
  const std::string service_;
  const std::string key_id_;
  const std::string public_key_;
};

}  // namespace bangfu::events

#endif  // BANGFU_COMMON_EVENTS_AUDIT_RPC_H_
