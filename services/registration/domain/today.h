// The calendar day on which something happens.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_TODAY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_TODAY_H_

#include <string>

#include "absl/time/time.h"
#include "common/standards/date.h"

namespace bangfu::registration::domain {

// YYYY-MM-DD of an instant in Beijing time, which all of the country keeps.
inline std::string DayOf(absl::Time now) {
  return standards::FormatDate(absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60)));
}

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_TODAY_H_
