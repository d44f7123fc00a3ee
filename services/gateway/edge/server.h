// The entry of the suite: HTTP/1.1 with JSON for browsers and REST clients, gRPC for programs inside, one set of
// checks.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_SERVER_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/edge/edge_options.h"

namespace bangfu::edge {

class Edge {
 public:
  // Builds the routes of every linked service and begins to listen. `options.admission.verify` must be set.
  // INVALID_ARGUMENT if routes conflict or a certificate cannot be read, UNAVAILABLE if an address cannot be bound.
  // `services` are served on the gRPC entry beside the proxied ones (health); they must outlive the Edge.
  static absl::StatusOr<std::unique_ptr<Edge>> Start(EdgeOptions options,
                                                     const std::vector<grpc::Service*>& services = {});
  // Drains for a moment, then ends.
  ~Edge();

  int http_port() const;
  // 0 without a gRPC entry, or on a unix socket.
  int grpc_port() const;

  // Refuses new connections, finishes what is under way for up to `limit`, then ends the rest. May be called once.
  void Drain(absl::Duration limit);

 private:
  class Running;
  explicit Edge(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_SERVER_H_
