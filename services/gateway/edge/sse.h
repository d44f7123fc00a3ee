// Server-sent events (WHATWG HTML, section 9.2): one `data:` line of JSON for each message.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_SSE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_SSE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace bangfu::edge {

std::string DataEvent(const google::protobuf::Message& message);

// `error_body` is what an ordinary answer would have as its body; it has no line breaks.
std::string ErrorEvent(absl::string_view error_body);

// The stream has ended by itself: the client need not come again.
std::string EndEvent();

// A comment, which clients ignore and which keeps proxies from closing the connection.
std::string HeartbeatEvent();

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_SSE_H_
