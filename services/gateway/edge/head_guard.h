// Checks the raw head of an HTTP/1.1 request before it is parsed, so that no other program in front of or behind the
// entry can read it differently (request smuggling).
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_HEAD_GUARD_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_HEAD_GUARD_H_

#include "absl/strings/string_view.h"

namespace bangfu::edge {

inline constexpr int kMostHeaderLines = 100;

// `head` is the request line and the header lines, with the empty line at the end. Returns nullptr if it is sound, else
// what is wrong, in Chinese: bare CR or LF, folded lines, control characters, more than 100 lines, a name followed by
// space, Host missing or given twice, Content-Length twice, malformed or together with Transfer-Encoding, any coding
// but chunked, Authorization twice, a target that is no path.
const char* FaultOfHead(absl::string_view head);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_HEAD_GUARD_H_
