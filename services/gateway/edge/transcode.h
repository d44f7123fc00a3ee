// REST requests to messages, and answers back, by the google.api.http rules of the route.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_TRANSCODE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_TRANSCODE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/api/httpbody.pb.h"
#include "google/protobuf/message.h"
#include "services/gateway/edge/route_table.h"

namespace bangfu::edge {

// The parts of an HTTP request that a message is made of.
struct RequestParts {
  absl::string_view query;            // as sent, without the question mark
  absl::string_view body;             // JSON, or the file's bytes if the route takes a file
  absl::string_view content_type;     // of a file
  absl::string_view disposition;      // of a file: its name goes into an empty file_name
  absl::string_view idempotency_key;  // into an empty request_id
  absl::string_view if_match;         // into an empty etag, of the request or of the resource in it
};

// Query parameters, decoded, in order. MALFORMED_REQUEST for a broken escape or more than 100 parameters.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseQuery(absl::string_view query);

// The request message. A PATCH without update_mask gets the mask of the keys that its body has. A route that takes a
// file has the file in its body field; a file_name that is no file's name is refused. MALFORMED_REQUEST or
// INVALID_FIELD, naming fields, never values.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> DecodeRequest(const Route& route,
                                                                         const std::vector<std::string>& path_values,
                                                                         const RequestParts& parts);

// What the path and the query of a request say, as far as they can be read, whatever its body says.
std::unique_ptr<google::protobuf::Message> DecodeNames(const Route& route, const std::vector<std::string>& path_values,
                                                       absl::string_view query);

// Puts `bytes` into the file field of a route with RawBody().
void SetFile(const Route& route, absl::string_view bytes, absl::string_view content_type,
             google::protobuf::Message* message);

// The name under which the client saves a download that begins with `first`: what the service says, or else what the
// route is called (register.csv).
std::string FileNameOf(const Route& route, const google::api::HttpBody& first);

// The part of an answer that is the HTTP body.
const google::protobuf::Message& BodyOf(const Route& route, const google::protobuf::Message& answer);

// The value of a text field; empty if the message has no such field.
std::string TextOf(const google::protobuf::Message& message, const char* field);

// True if one of the tags of an If-None-Match header is `etag`, or the header is *.
bool NoneMatchHas(absl::string_view if_none_match, absl::string_view etag);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_TRANSCODE_H_
