// Channels to other services: plaintext on a unix socket or loopback, mutual TLS elsewhere.
#ifndef BANGFU_COMMON_RPC_CHANNEL_H_
#define BANGFU_COMMON_RPC_CHANNEL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

namespace bangfu::rpc {

// Paths of PEM files; all empty means plaintext. Files are read again when they change, without a restart.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string roots;
  bool enabled() const { return !certificate.empty(); }
};

std::shared_ptr<grpc::ChannelCredentials> ClientCredentials(const TlsFiles& tls);
std::shared_ptr<grpc::ServerCredentials> ServerCredentials(const TlsFiles& tls);

// A channel with keepalive, bounded reconnection and no retries of its own: only the edge retries.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address, const TlsFiles& tls);

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_CHANNEL_H_
