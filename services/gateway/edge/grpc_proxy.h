// The gRPC entry: every known method under its own name, with the same checks as REST, passed on by bytes.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_GRPC_PROXY_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_GRPC_PROXY_H_

#include <memory>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "services/gateway/edge/edge_state.h"

namespace bangfu::edge {

// One gRPC service for each service of the catalogue, so that reflection lists them. They must outlive the server.
std::vector<std::unique_ptr<grpc::Service>> ProxyServices(EdgeState& state);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_GRPC_PROXY_H_
