#include "services/gateway/edge/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/rpc/reflection.h"
#include "common/status/macros.h"
#include "services/gateway/edge/edge_state.h"
#include "services/gateway/edge/grpc_proxy.h"
#include "services/gateway/edge/http_server.h"
#include "services/gateway/edge/openapi.h"

namespace bangfu::edge {
namespace {

constexpr int kMessageBytes = 4 << 20;

void SetTransport(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 600'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);  // a token alone may have 8 KiB
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

class Edge::Running {
 public:
  explicit Running(std::unique_ptr<EdgeState> state) : state_(std::move(state)) {}

  absl::Status Start(const std::vector<grpc::Service*>& services) {
    RETURN_IF_ERROR(StartGrpc(services));
    ASSIGN_OR_RETURN(http_, HttpServer::Start(*state_));
    return absl::OkStatus();
  }

  void Drain(absl::Duration limit) {
    state_->draining = true;
    absl::Time until = absl::Now() + limit;
    if (http_ != nullptr) http_->Drain(limit);
    if (grpc_ != nullptr) grpc_->Shutdown(absl::ToChronoTime(until));
  }

  int http_port() const { return http_->port(); }
  int grpc_port() const { return grpc_port_; }

 private:
  absl::Status StartGrpc(const std::vector<grpc::Service*>& services) {
    const EdgeOptions& options = state_->options;
    if (options.grpc_address.empty()) return absl::OkStatus();
    grpc::ServerBuilder builder;
    SetTransport(builder);
    rpc::SetReflection(builder, options.reflection);
    auto credentials =
        options.grpc_credentials != nullptr ? options.grpc_credentials : grpc::InsecureServerCredentials();
    builder.AddListeningPort(options.grpc_address, credentials, &grpc_port_);
    proxies_ = ProxyServices(*state_);
    for (const auto& service : proxies_) builder.RegisterService(service.get());
    for (grpc::Service* service : services) builder.RegisterService(service);
    grpc_ = builder.BuildAndStart();
    if (grpc_ == nullptr) return absl::UnavailableError(absl::StrCat("cannot listen on ", options.grpc_address));
    return absl::OkStatus();
  }

  // Destroyed from below: first the servers, then what they use.
  std::unique_ptr<EdgeState> state_;
  std::vector<std::unique_ptr<grpc::Service>> proxies_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HttpServer> http_;
  int grpc_port_ = 0;
};

absl::StatusOr<std::unique_ptr<Edge>> Edge::Start(EdgeOptions options, const std::vector<grpc::Service*>& services) {
  if (!options.admission.verify) return absl::InvalidArgumentError("no token verifier");
  MethodCatalogue catalogue(LinkedServices());
  ASSIGN_OR_RETURN(RouteTable routes, RouteTable::Build(catalogue));
  std::string openapi = OpenApiDocument(routes, options.version);
  std::string etag = absl::StrCat("\"", crypto::HexEncode(crypto::Sha256(openapi)), "\"");
  auto running = std::make_unique<Running>(std::make_unique<EdgeState>(
      std::move(options), std::move(catalogue), std::move(routes), std::move(openapi), std::move(etag)));
  RETURN_IF_ERROR(running->Start(services));
  return std::unique_ptr<Edge>(new Edge(std::move(running)));
}

Edge::Edge(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Edge::~Edge() { running_->Drain(absl::Seconds(1)); }

int Edge::http_port() const { return running_->http_port(); }
int Edge::grpc_port() const { return running_->grpc_port(); }
void Edge::Drain(absl::Duration limit) { running_->Drain(limit); }

}  // namespace bangfu::edge
