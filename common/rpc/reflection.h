// Server reflection, with which a client that knows nothing but an address learns services and messages: off unless it
// is configured, since it tells whoever reaches the port what there is to call.
#ifndef BANGFU_COMMON_RPC_REFLECTION_H_
#define BANGFU_COMMON_RPC_REFLECTION_H_

#include "grpcpp/grpcpp.h"

namespace bangfu::rpc {

// Whether the server that `builder` builds has it. Must be said of every server: linked in, gRPC's own part gives it to
// those of which nothing is said.
void SetReflection(grpc::ServerBuilder& builder, bool on);

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_REFLECTION_H_
