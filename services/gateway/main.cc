// 网关: accounts and sessions on its own database, and the entry for REST and gRPC clients in front of all services.
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/rpc/dispatcher.h"
#include "common/service/program.h"
#include "common/status/macros.h"
#include "google/protobuf/util/time_util.h"
#include "services/gateway/edge/server.h"
#include "services/gateway/gateway_config.h"
#include "services/gateway/rpc/bootstrap.h"
#include "services/gateway/rpc/ended_session_watch.h"
#include "services/gateway/rpc/gateway_accounts.h"

namespace bangfu::gateway {
namespace {

constexpr int kAccountsExist = 3;

// Each request is one line and one observation, wherever it came in.
void Observe(const edge::RequestRecord& record) {
  static auto* const duration = new metrics::Histogram("gateway_request_duration_seconds",
                                                       "Time from head to last byte", metrics::Buckets::kSeconds);
  duration->Observe(absl::ToDoubleSeconds(record.duration));
  log::Info("request", {{"protocol", record.protocol},
                        {"method", record.method},
                        {"code", record.code},
                        {"reason", record.reason},
                        {"http_status", record.http_status},
                        {"subject", record.subject},
                        {"micros", absl::ToInt64Microseconds(record.duration)},
                        {"trace", record.trace}});
}

// Whom the entry refuses no service hears of, so the record is the gateway's.
void AuditDenial(rpc::Dispatcher& dispatcher, const edge::RequestRecord& request) {
  if (request.forwarded || (request.code != "PERMISSION_DENIED" && request.code != "UNAUTHENTICATED")) return;
  audit::v1::AuditRecord record;
  record.set_service(dispatcher.options().service);
  record.set_method(std::string(request.method));
  record.set_subject(std::string(request.subject));
  record.set_session(std::string(request.session));
  record.set_source(std::string(request.source));
  record.set_trace(std::string(request.trace));
  record.set_result(std::string(request.reason));
  record.set_detail(std::string(request.detail));
  if (!request.asked.record.empty()) record.add_objects(request.asked.record);
  record.set_area(request.asked.area);
  *record.mutable_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(absl::Now()));
  dispatcher.AuditDenial(record, request.subject.empty() ? rpc::Asker::kAnybody : rpc::Asker::kKnown);
}

edge::EdgeOptions EdgeOptionsOf(const GatewayConfig& config, service::Platform& platform,
                                std::shared_ptr<const EndedSessionWatch> watch) {
  edge::EdgeOptions options;
  options.http_address = config.http_address;
  options.http_port = config.http_port;
  options.threads = config.threads;
  options.certificate_file = config.http_certificate;
  options.key_file = config.http_key;
  options.http.upload_bytes = config.upload_mb << 20;
  options.trusted_proxies = config.trusted_proxies;
  options.cors_origins = config.cors_origins;
  options.grpc_address = config.grpc_listen;
  options.grpc_credentials = rpc::ServerCredentials(platform.config().tls);
  options.reflection = platform.config().reflection;
  using Verified = absl::StatusOr<std::shared_ptr<const auth::Caller>>;
  options.admission.verify = [&platform, watch](absl::string_view token, absl::Time now) -> Verified {
    RETURN_IF_ERROR(watch->CheckLooked());
    return platform.verifier().Verify(token, now);
  };
  const double caller_rate = config.caller_rate;
  const double source_rate = config.source_rate;
  options.admission.caller_rate = {caller_rate, 2 * caller_rate};
  options.admission.source_rate = {source_rate, 3 * source_rate};
  auto upstreams = config.upstreams;
  upstreams["gateway"] = platform.config().listen.front();
  for (const auto& [service, address] : upstreams) options.upstreams[service] = {address, platform.config().tls};
  return options;
}

absl::Status Serve(service::Platform& platform, const GatewayConfig& config) {
  ASSIGN_OR_RETURN(auto key, crypto::SigningKey::LoadPem(config.token_signing));
  const auth::TokenIssuer issuer(std::move(key));
  Accounts accounts(
      {.write = platform.write_context(),
       .issuer = &issuer,
       .verifier = &platform.verifier(),
       .page_tokens = &platform.page_tokens(),
       .sessions = {.one_per_account = config.one_session, .strong_administrators = config.strong_administrators}});
  // Shared, for the health of the platform is asked for until the platform ends.
  const auto watch = std::make_shared<EndedSessionWatch>(platform.database(), platform.verifier());
  platform.health().Require([watch] {
    return watch->CheckLooked().ok() ? absl::OkStatus() : absl::UnavailableError("ended sessions are not read yet");
  });
  rpc::Dispatcher& dispatcher = platform.MakeDispatcher();
  const auto owned = accounts.Tables(dispatcher);
  std::vector<rpc::ServiceTable*> tables;
  for (const auto& table : owned) tables.push_back(table.get());
  RETURN_IF_ERROR(platform.Start(tables));
  edge::EdgeOptions options = EdgeOptionsOf(config, platform, watch);
  options.observe = [&dispatcher](const edge::RequestRecord& request) {
    Observe(request);
    AuditDenial(dispatcher, request);
  };
  ASSIGN_OR_RETURN(auto entry, edge::Edge::Start(std::move(options), {&platform.health()}));
  log::Info("listening", {{"http_port", entry->http_port()}, {"grpc_port", entry->grpc_port()}});
  platform.WaitAndDrain([&] { entry->Drain(absl::Seconds(platform.config().drain_seconds)); });
  return absl::OkStatus();
}

int Bootstrap(service::Platform& platform) {
  PasswordHasher hasher;
  auto administrators = CreateFirstAdministrators(platform.database(), hasher, absl::Now());
  if (administrators.status().code() == absl::StatusCode::kAlreadyExists) return kAccountsExist;
  if (!administrators.ok()) {
    std::cerr << administrators.status() << "\n";
    return 1;
  }
  std::cout << ToJson(*administrators) << "\n";
  return 0;
}

}  // namespace
}  // namespace bangfu::gateway

int main(int argc, char** argv) {
  using namespace bangfu;
  gateway::GatewayConfig config;
  return service::Run(
      {
          .name = "gateway",
          .migrations = gateway::Migrations(),
          .read_config = [&](config::ConfigReader& reader) { config = gateway::ReadGatewayConfig(reader); },
          .serve = [&](service::Platform& platform) { return gateway::Serve(platform, config); },
          .commands = {{"bootstrap", gateway::Bootstrap}},
      },
      argc, argv);
}
