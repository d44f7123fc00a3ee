// Counting days: notices and deadlines run in calendar or working days of Beijing time, and stand still while an
// objection is open. Pure and thread-safe.
#ifndef BANGFU_COMMON_PROCEDURE_DAYS_H_
#define BANGFU_COMMON_PROCEDURE_DAYS_H_

#include <functional>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/procedure/v1/definition.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace bangfu::procedure {

// Whether offices work on a day; the table of holidays stands behind it.
using WorkingDay = std::function<bool(absl::CivilDay)>;

// The working days of a year without holidays.
bool IsMondayToFriday(absl::CivilDay day);

// The day of an instant, and the instant at which a day begins, in Beijing.
absl::CivilDay DayOf(absl::Time time);
absl::Time StartOf(absl::CivilDay day);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
// Keeps microseconds, as the database does.
void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp);

// Days that do not count, both ends included; without `to` from then on.
struct Pause {
  absl::CivilDay from;
  std::optional<absl::CivilDay> to;
};

// The last of `days` days that count, `from` being the first that can. Nothing while a pause is open, or if no day
// counts for years.
std::optional<absl::CivilDay> LastDay(absl::CivilDay from, int days, v1::DayKind kind, const std::vector<Pause>& pauses,
                                      const WorkingDay& working_day);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_DAYS_H_
