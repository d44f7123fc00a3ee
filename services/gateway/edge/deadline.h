// How long a caller is willing to wait.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_DEADLINE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_DEADLINE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::edge {

// A Grpc-Timeout header: up to 8 digits and a unit of H M S m u n. Nothing if malformed.
std::optional<absl::Duration> ParseGrpcTimeout(absl::string_view text);

// An X-Timeout-Seconds header: a positive number of seconds, with decimals if wanted. Nothing if malformed.
std::optional<absl::Duration> ParseTimeoutSeconds(absl::string_view text);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_DEADLINE_H_
