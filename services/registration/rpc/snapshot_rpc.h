// bangfu.registration.v1.SnapshotService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_SNAPSHOT_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_SNAPSHOT_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/snapshot_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class SnapshotRpc {
 public:
  explicit SnapshotRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::Snapshot> CreateSnapshot(rpc::Call& call, const v1::CreateSnapshotRequest& request);
  absl::StatusOr<v1::Snapshot> GetSnapshot(rpc::Call& call, const v1::GetSnapshotRequest& request);
  absl::StatusOr<v1::ListSnapshotsResponse> ListSnapshots(rpc::Call& call, const v1::ListSnapshotsRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_SNAPSHOT_RPC_H_
