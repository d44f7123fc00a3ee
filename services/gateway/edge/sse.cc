#include "services/gateway/edge/sse.h"

#include "absl/strings/str_cat.h"
#include "services/gateway/edge/json_writer.h"

namespace bangfu::edge {

std::string DataEvent(const google::protobuf::Message& message) {
  std::string event = "data: ";
  WriteJson(message, &event);
  return event + "\n\n";
}

std::string ErrorEvent(absl::string_view error_body) {
  return absl::StrCat("event: error\ndata: ", error_body, "\n\n");
}

std::string EndEvent() { return "event: end\ndata: {}\n\n"; }

std::string HeartbeatEvent() { return ": \n\n"; }

}  // namespace bangfu::edge
