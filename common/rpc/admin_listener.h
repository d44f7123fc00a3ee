// A small HTTP listener for machines: /healthz (the process runs), /readyz (it can serve), /metrics. Bound to loopback
// or the pod; has no other route and no body.
#ifndef BANGFU_COMMON_RPC_ADMIN_LISTENER_H_
#define BANGFU_COMMON_RPC_ADMIN_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/health.h"

namespace bangfu::rpc {

class AdminListener {
 public:
  // `address` is host:port; port 0 takes a free one. UNAVAILABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<AdminListener>> Start(const std::string& address, const Health& health);
  ~AdminListener();

  int port() const;

 private:
  class Loop;
  explicit AdminListener(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_ADMIN_LISTENER_H_
