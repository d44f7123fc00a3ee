// JSON to messages: protobuf's JSON mapping, strictly. One pass over the text checks it (see json_guard.h) and fills
// the message. Stricter than protobuf's own parser: enums by name only, no number where a text belongs, no single value
// where a list belongs, no null inside lists, no field twice under its two names.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_JSON_READER_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_JSON_READER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/gateway/edge/json_guard.h"

namespace bangfu::edge {

// Fills `message` from an object. A field of value null stays absent. If `mask` is given, it receives the paths that
// the text sets or clears (household_name, address.street), without fields that the server sets and without etag.
// MALFORMED_REQUEST naming the place and the field, never a value.
absl::Status ReadJson(absl::string_view text, google::protobuf::Message* message,
                      std::vector<std::string>* mask = nullptr, JsonLimits limits = {});

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_JSON_READER_H_
