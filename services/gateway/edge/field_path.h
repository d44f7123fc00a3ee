// Paths of message fields, as they appear in templates, query parameters and update masks.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_FIELD_PATH_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_FIELD_PATH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/api/place.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::edge {

// A field by its lowerCamelCase or its snake_case name; nullptr if there is none.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& message, absl::string_view name);

// Resolves a.b.c; all but the last are single messages. Empty if any part is unknown.
std::vector<const google::protobuf::FieldDescriptor*> FindFieldPath(const google::protobuf::Descriptor& message,
                                                                    absl::string_view path);

// Sets the field at the end of `path` from text, or appends to it if it is repeated. Enums by name; bytes in base64;
// well-known types in their JSON text form (2024-11-05T00:00:00Z, incomeFen,level).
// MALFORMED_REQUEST naming the field, never the value, if the text does not fit.
absl::Status SetFromText(const std::vector<const google::protobuf::FieldDescriptor*>& path, absl::string_view text,
                         google::protobuf::Message* message);

// True if the type has a JSON form of its own (Timestamp, Duration, FieldMask, Any, Struct, wrappers …).
bool IsWellKnown(const google::protobuf::Descriptor& message);

// True for digits, with a minus in front or not: nothing that a number parser would be lenient about.
bool IsWholeNumber(absl::string_view text);

// The bytes of a base64 text, of the standard or the URL alphabet, with or without padding. Nothing if another text
// would give the same bytes.
std::optional<std::string> FromBase64(absl::string_view text);

// MALFORMED_REQUEST for one field, named by label; `what` in Chinese.
absl::Status RefuseField(const api::Place& place, absl::string_view what);
absl::Status RefuseField(const std::vector<const google::protobuf::FieldDescriptor*>& path, absl::string_view what);

// MALFORMED_REQUEST for what is no field of the message at `above`. Of the caller's name only what could be a field's
// is repeated.
absl::Status RefuseUnknownField(const api::Place* above, absl::string_view name, absl::string_view what);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_FIELD_PATH_H_
