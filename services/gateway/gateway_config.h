// What the gateway is configured with beyond what every service is.
#ifndef BANGFU_SERVICES_GATEWAY_GATEWAY_CONFIG_H_
#define BANGFU_SERVICES_GATEWAY_GATEWAY_CONFIG_H_

#include <map>
#include <string>
#include <vector>

#include "common/config/config.h"

namespace bangfu::gateway {

struct GatewayConfig {
  std::string http_address;  // of http_listen, host:port
  int http_port = 0;
  std::string grpc_listen;                       // inside only; outside clients come through nginx. Empty: none
  std::string http_certificate, http_key;        // PEM; empty: plain HTTP, for a proxy that ends TLS
  std::string token_signing;                     // PEM of the key that signs access tokens
  std::map<std::string, std::string> upstreams;  // service → unix:/path or host:port
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> cors_origins;
  int threads = 2;
  int caller_rate = 100;  // requests a second of one account
  int source_rate = 20;   // requests a second of one address without a valid token
  int64_t upload_mb = 512;
  bool one_session = true;            // signing in ends the account's other sessions
  bool strong_administrators = true;  // administrators have their rights only with a second factor
};

GatewayConfig ReadGatewayConfig(config::ConfigReader& reader);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_GATEWAY_CONFIG_H_
