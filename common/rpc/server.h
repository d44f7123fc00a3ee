// A gRPC server as every service runs it: TLS by configuration, real health, reflection, bounds, drain.
#ifndef BANGFU_COMMON_RPC_SERVER_H_
#define BANGFU_COMMON_RPC_SERVER_H_

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/channel.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/health.h"
#include "common/rpc/service_table.h"
#include "grpcpp/grpcpp.h"

namespace bangfu::rpc {

struct ServerOptions {
  std::vector<std::string> listen;  // unix:/path or host:port; port 0 takes a free one
  TlsFiles tls;                     // for host:port addresses; unix sockets are guarded by file rights
  bool reflection = false;
  int max_message_bytes = 4 << 20;
};

class Server {
 public:
  // FAILED_PRECONDITION when an RPC of a table has no rule or no method; UNAVAILABLE when an address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, Health& health,
                                                       const std::vector<ServiceTable*>& tables);
  ~Server();

  // Answers NOT_SERVING, lets probes notice for `lame_duck`, then finishes the calls in flight for up to `limit`.
  void Drain(absl::Duration lame_duck, absl::Duration limit);

  // Port of the last host:port address.
  int port() const { return port_; }

  // For tests: calls the server without a socket.
  std::shared_ptr<grpc::Channel> InProcessChannel() { return server_->InProcessChannel(grpc::ChannelArguments()); }

 private:
  explicit Server(Health& health) : health_(health) {}
  Health& health_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// Blocks until SIGTERM or SIGINT. Must be called before other threads start (it blocks the signals for all).
class ShutdownSignal {
 public:
  ShutdownSignal();
  void Wait();

 private:
  sigset_t signals_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_SERVER_H_
