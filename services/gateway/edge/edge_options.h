// What the entry is told at start.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_EDGE_OPTIONS_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_EDGE_OPTIONS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "services/gateway/edge/admission.h"
#include "services/gateway/edge/http_connection.h"
#include "services/gateway/edge/method_catalogue.h"
#include "services/gateway/edge/upstream.h"

namespace bangfu::edge {

// One finished request, for the log and the metrics. Holds no personal data: a path with ids is not in it, its method
// is.
struct RequestRecord {
  absl::string_view protocol;  // http or grpc
  absl::string_view method;    // full name of the RPC; empty if none was found
  absl::string_view code;      // OK, INVALID_ARGUMENT, …
  absl::string_view reason;    // machine reason of a refusal
  absl::string_view detail;    // what is wrong with the token, if that is the reason
  int http_status = 0;         // 0 for gRPC
  absl::string_view trace;
  absl::string_view subject;  // account or client; empty if there was no valid token
  absl::string_view session;
  absl::string_view source;  // the address that it came from
  Asked asked;               // by a request that the entry refused; for the audit log alone
  bool forwarded = false;    // a service was asked, which answers for its refusals itself
  absl::Duration duration;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
};

struct EdgeOptions {
  std::string http_address = "127.0.0.1";
  int http_port = 0;  // 0: any free one
  int threads = 2;
  std::string certificate_file;  // PEM; empty: plain HTTP
  std::string key_file;
  absl::Duration certificate_interval = absl::Seconds(30);  // between looks whether the files have changed
  HttpLimits http;
  int connections = 10'000;
  int connections_per_source = 1'000;
  std::vector<std::string> trusted_proxies = {"127.0.0.1", "::1"};  // whose X-Forwarded-For is believed
  std::vector<std::string> cors_origins;                            // https://… ; empty: closed

  std::string grpc_address;                                   // host:port or unix:path; empty: no gRPC entry
  std::shared_ptr<grpc::ServerCredentials> grpc_credentials;  // nullptr: insecure
  bool reflection = false;

  std::map<std::string, ServiceAddress> upstreams;  // registration → where it listens, and so on
  AdmissionOptions admission;
  absl::Duration longest_deadline = absl::Seconds(120);  // that a caller may ask for
  absl::Duration heartbeat = absl::Seconds(15);          // between the signs of life of an event stream

  std::string version = "0.1.0";
  std::function<std::optional<Answer>(absl::string_view path)> page;  // files of the console; asked last
  std::function<void(const RequestRecord&)> observe = [](const RequestRecord&) {};
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_EDGE_OPTIONS_H_
