// W3C trace context: one number follows a request through all services, and is what a user reads over the telephone.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_TRACE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_TRACE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::edge {

// 32 hexadecimal digits, random.
std::string NewTraceId();

// The trace id of a `traceparent` header; nothing if it is malformed.
std::optional<std::string> TraceIdOf(absl::string_view traceparent);

// A `traceparent` for the next hop: this trace, a new span.
std::string TraceParent(absl::string_view trace_id);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_TRACE_H_
