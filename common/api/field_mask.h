// Partial updates (AIP-134), and what changed by them, for audit rows and histories. Pure and thread-safe.
#ifndef BANGFU_COMMON_API_FIELD_MASK_H_
#define BANGFU_COMMON_API_FIELD_MASK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::api {

// Copies the fields that `mask` names from `from` to `to`, two messages of one type, and returns the paths of those
// that really changed, in order of declaration. A path leads through single messages to a field (income.wage_fen); one
// that names a message names all of it. An empty mask names the top-level fields that are populated in `from`; * names
// all. What names all, or what is populated, passes over OUTPUT_ONLY fields; a message named as a whole is copied as it
// is. On refusal `to` is unchanged.
//
// INVALID_UPDATE_MASK {path, field} if there is no such field, if a path leads into a list, a map or a well-known type
// or to an OUTPUT_ONLY field, or if an IMMUTABLE field would change. With * an IMMUTABLE field that `from` leaves empty
// stays as it is.
absl::StatusOr<std::vector<std::string>> ApplyUpdate(const google::protobuf::FieldMask& mask,
                                                     const google::protobuf::Message& from,
                                                     google::protobuf::Message* to);

// Names of the fields in which two messages of one type differ, in order of declaration; without etag and update_time,
// which differ after every change.
std::vector<std::string> ChangedFields(const google::protobuf::Message& a, const google::protobuf::Message& b);

// What a person reads of a field: FEN and CENTI with two decimals, YES_NO as 是 or 否, enum values by label, times in
// Beijing time, lists joined by commas; sealed texts masked; empty if absent. Codes stay codes: dictionaries are the
// caller's. Lists of messages show their length (3 项), single messages nothing.
std::string DisplayValue(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_FIELD_MASK_H_
