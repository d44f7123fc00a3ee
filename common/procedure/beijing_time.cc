#include "common/procedure/beijing_time.h"

namespace bangfu::procedure {
namespace {

constexpr int kBeijingOffsetSeconds = 8 * 60 * 60;

}  // namespace

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

}  // namespace bangfu::procedure
