#include "common/rpc/server.h"

#include <pthread.h>

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/rpc/reflection.h"
#include "common/status/macros.h"

namespace bangfu::rpc {

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Health& health,
                                                      const std::vector<ServiceTable*>& tables) {
  for (const ServiceTable* table : tables) RETURN_IF_ERROR(table->Check());

  auto server = std::unique_ptr<Server>(new Server(health));
  grpc::ServerBuilder builder;
  SetReflection(builder, options.reflection);
  int port = 0;
  for (const std::string& address : options.listen) {
    const bool local = absl::StartsWith(address, "unix:");
    builder.AddListeningPort(address, local ? grpc::InsecureServerCredentials() : ServerCredentials(options.tls),
                             local ? nullptr : &port);
  }
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);  // counts at each call what nobody asks for
  // Callers are the gateway and other services, which compress nothing.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  for (ServiceTable* table : tables) builder.RegisterService(table);
  builder.RegisterService(&health);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) return absl::UnavailableError("cannot listen; is another process on the address?");
  server->port_ = port;
  return server;
}

Server::~Server() {
  if (server_ != nullptr) Drain(absl::ZeroDuration(), absl::Seconds(1));
}

void Server::Drain(absl::Duration lame_duck, absl::Duration limit) {
  if (server_ == nullptr) return;
  health_.Drain();
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(lame_duck));
  server_->Shutdown(absl::ToChronoTime(absl::Now() + limit));
  server_->Wait();
  server_.reset();
}

ShutdownSignal::ShutdownSignal() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void ShutdownSignal::Wait() {
  int received = 0;
  sigwait(&signals_, &received);
  log::Info("shutdown_signal", {{"signal", static_cast<int64_t>(received)}});
}

}  // namespace bangfu::rpc
