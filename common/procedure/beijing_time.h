// Instants as messages keep them, and the days on which they lie in Beijing. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_BEIJING_TIME_H_
#define BANGFU_COMMON_PROCEDURE_BEIJING_TIME_H_

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace bangfu::procedure {

// The day of an instant, and the instant at which a day begins, in Beijing.
absl::CivilDay DayOf(absl::Time time);
absl::Time StartOf(absl::CivilDay day);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
// Keeps microseconds, as the database does.
void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_BEIJING_TIME_H_
