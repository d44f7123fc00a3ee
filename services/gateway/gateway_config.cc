#include "services/gateway/gateway_config.h"

#include "absl/strings/numbers.h"

namespace bangfu::gateway {

GatewayConfig ReadGatewayConfig(config::ConfigReader& reader) {
  GatewayConfig config;
  const std::string http = reader.String("http_listen", "127.0.0.1:8080");
  const size_t colon = http.rfind(':');
  config.http_address = http.substr(0, colon);
  if (colon != std::string::npos && !absl::SimpleAtoi(http.substr(colon + 1), &config.http_port)) config.http_port = 0;
  config.grpc_listen = reader.String("grpc_listen", "");
  config.http_certificate = reader.String("http.certificate", "");
  config.http_key = reader.String("http.key", "");
  config.token_signing = reader.String("keys.token_signing", std::nullopt);
  for (const char* service : {"registration", "fund", "assignment", "assessment"}) {
    config.upstreams[service] = reader.String(std::string("upstreams.") + service, std::nullopt);
  }
  config.trusted_proxies = reader.StringList("http.trusted_proxies", std::vector<std::string>{"127.0.0.1", "::1"});
  config.cors_origins = reader.StringList("http.cors_origins", std::vector<std::string>());
  config.threads = static_cast<int>(reader.Int("http.threads", 2, 1, 64));
  config.caller_rate = static_cast<int>(reader.Int("http.caller_rate", 100, 1, 1'000'000));
  config.source_rate = static_cast<int>(reader.Int("http.source_rate", 20, 1, 1'000'000));
  config.upload_mb = reader.Int("http.upload_mb", 512, 1, 10'000);
  config.one_session = reader.Bool("accounts.one_session", true);
  config.strong_administrators = reader.Bool("accounts.strong_administrators", true);
  return config;
}

}  // namespace bangfu::gateway
