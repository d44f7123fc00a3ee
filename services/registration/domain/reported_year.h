// The years that people report on.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace bangfu::registration::domain {

// INVALID_FIELD at `path` if the year has not begun on the day (YYYY-MM-DD); the text says which years are open.
// `label` names the field to people.
absl::Status CheckBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day);

// The collection year that runs on the day: each begins on 1 October of the year before and ends on 30 September.
int CollectionYearOf(absl::CivilDay day);

// The same as CheckBegun for a collection year.
absl::Status CheckCollectionBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day);

// Years that are open for reports while `last` is the newest: "2000 至 2026".
std::string OpenYearsText(int last);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_REPORTED_YEAR_H_
