// Checks a request by the annotations of its fields, before anything else looks at it.
//
// Thread-safe. What a type needs is worked out once; a request of four fields takes less than 2 µs.
#ifndef BANGFU_COMMON_API_VALIDATE_H_
#define BANGFU_COMMON_API_VALIDATE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace bangfu::api {

// Whether `dictionary` has an entry `code`.
using CodeLookup = std::function<bool(absl::string_view dictionary, absl::string_view code)>;

// Refuses with INVALID_FIELD and every field that is wrong (the first 20 by name, since answers travel in headers), by
// path (members[2].id_number) and in Chinese by label (家庭成员第3项的证件号码: 校验位不对). No text repeats a value.
// With MASKED_VALUE if one of them holds what MaskSealed or MaskHealth makes of a value: a record that was read and is
// sent back would otherwise lose what it hides.
//
// - REQUIRED fields are given: texts not blank, lists and messages not empty, enum values not 0, numbers present where
//   presence is explicit or 0 is out of bounds.
// - What is given is valid UTF-8 without control characters but tab and line feed, not longer than max_length
//   characters (200 by default) or items (1000 by default), of the right format, within bounds; enum values are known.
//   Codes are looked up in their dictionary if `codes` is given.
// - OUTPUT_ONLY fields are not looked at, but those that ClearOutputOnly keeps.
// - A request with `update_mask` changes parts of a resource: of the fields of its messages only those that the mask
//   names are looked at, beside the id and etag, so that a resource can be sent back as it was read, with its masked
//   values, as long as the mask leaves those out. With * all are looked at and required; without paths all are looked
//   at and none is required.
absl::Status Validate(const google::protobuf::Message& request, const CodeLookup* codes = nullptr);

// Clears what a caller cannot set: every OUTPUT_ONLY field at any depth. Kept are ids (format RECORD_ID), which say
// what an update is about, and `etag`, which says what version it is based on.
void ClearOutputOnly(google::protobuf::Message* request);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_VALIDATE_H_
