// For tests: a client that sends exactly the bytes it is told to.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_RAW_HTTP_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_RAW_HTTP_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::edge {

struct RawAnswer {
  int status = 0;                              // 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class RawHttp {
 public:
  explicit RawHttp(int port);
  ~RawHttp();

  // False if the peer has closed.
  bool Send(absl::string_view bytes);
  // The next answer of the connection. `head_only` for answers to HEAD.
  RawAnswer Receive(bool head_only = false);
  // Whatever comes until `text` has come, the peer closes, or `time` is over.
  std::string ReceiveUntil(absl::string_view text, absl::Duration time);
  // True if the peer closes within `time`.
  bool ClosedWithin(absl::Duration time);

  // One request with the usual headers.
  RawAnswer Ask(absl::string_view verb, absl::string_view target, absl::string_view headers = "",
                absl::string_view body = "");

 private:
  // Waits for more bytes; false at the end or when the time is over.
  bool Fill(absl::Duration time);
  std::string TakeLine();

  int socket_;
  std::string buffer_;
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_RAW_HTTP_H_
