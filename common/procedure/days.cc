#include "common/procedure/days.h"

#include <algorithm>

namespace bangfu::procedure {
namespace {

constexpr int kBeijingOffsetSeconds = 8 * 60 * 60;
// Ends the search when a table makes no day a working day.
constexpr int kMostDaysSearched = 10'000;

}  // namespace

bool IsMondayToFriday(absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, absl::FixedTimeZone(kBeijingOffsetSeconds)); }

absl::Time StartOf(absl::CivilDay day) { return absl::FromCivil(day, absl::FixedTimeZone(kBeijingOffsetSeconds)); }

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t fraction = ((micros % 1'000'000) + 1'000'000) % 1'000'000;
  timestamp->set_seconds((micros - fraction) / 1'000'000);
  timestamp->set_nanos(static_cast<int32_t>(fraction) * 1000);
}

std::optional<absl::CivilDay> LastDay(absl::CivilDay from, int days, v1::DayKind kind, const std::vector<Pause>& pauses,
                                      const WorkingDay& working_day) {
  const auto is_paused = [&](absl::CivilDay day) {
    return std::any_of(pauses.begin(), pauses.end(),
                       [&](const Pause& pause) { return pause.from <= day && (!pause.to || day <= *pause.to); });
  };
  int counted = 0;
  for (absl::CivilDay day = from; day < from + kMostDaysSearched; ++day) {
    if (is_paused(day) || (kind == v1::WORKING && !working_day(day))) continue;
    if (++counted == days) return day;
  }
  return std::nullopt;
}

}  // namespace bangfu::procedure
