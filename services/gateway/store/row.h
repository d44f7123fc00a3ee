// How times and arrays are bound and read. Statements select times as whole microseconds:
// (extract(epoch FROM created_at) * 1000000)::bigint.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_ROW_H_
#define BANGFU_SERVICES_GATEWAY_STORE_ROW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/db/tx.h"
#include "google/protobuf/repeated_field.h"

namespace bangfu::gateway::store {

// A timestamptz parameter; null for a time that is infinite.
std::optional<std::string> Timestamp(absl::Time time);

// The time in a column of microseconds; `if_null` where it is null.
absl::Time TimeIn(const pqxx::field& field, absl::Time if_null = absl::InfiniteFuture());

// The elements of an array column.
std::vector<std::string> ElementsOf(const pqxx::field& field);

// Areas of a message as the text of a bigint[] parameter, and a bigint[] column as areas of 12 digits.
using Texts = google::protobuf::RepeatedPtrField<std::string>;
std::string AreaArray(const Texts& areas);
void ReadAreas(const pqxx::field& field, Texts* areas);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_ROW_H_
