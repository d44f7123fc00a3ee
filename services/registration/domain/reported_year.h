// The years that people report on.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::registration::domain {

// INVALID_FIELD at `path` if the year has not begun on the day (YYYY-MM-DD). `label` names the field to people.
absl::Status CheckBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_
