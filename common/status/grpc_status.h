// The one mapping between absl::Status and grpc::Status, in both directions, details included.
#ifndef BANGFU_COMMON_STATUS_GRPC_STATUS_H_
#define BANGFU_COMMON_STATUS_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace bangfu::status {

// The status as google.rpc.Status: what travels in grpc-status-details-bin and in REST error bodies.
google::rpc::Status ToProto(const absl::Status& status);
absl::Status FromProto(const google::rpc::Status& proto);

// What is too long for a trailer is cut: receivers close the connection over trailers above 16 KiB. Code and reason are
// kept whatever happens.
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace bangfu::status

#endif  // BANGFU_COMMON_STATUS_GRPC_STATUS_H_
