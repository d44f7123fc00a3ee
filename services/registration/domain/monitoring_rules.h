// The regimes of monitoring and the departments' thresholds as policy: what their annotations cannot say, and which
// months count.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_RULES_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_RULES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/monitoring_rules.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// No group, trigger, condition or bar twice; a shock needs a share to be known by; a stable income needs its months.
std::vector<status::FieldError> CheckMonitoringRules(const v1::MonitoringRules& rules);

// A threshold has an amount or a share, and a list neither; a share needs the income that it is of; no fact and
// population twice.
std::vector<status::FieldError> CheckDepartmentAlertRules(const v1::DepartmentAlertRules& rules);

struct CountedDays {
  absl::CivilDay from, to;  // both ends included
};
// The last `months` whole months before the month of the day. In 2020 the income of edge households was counted so.
CountedDays CountedMonths(absl::CivilDay day, int months);

// What the household is to monitoring.
v1::MonitoringPopulation PopulationOf(const v1::Household& household);

// The regime has the group, for such households among others.
bool GroupTakes(const v1::MonitoringRules& rules, absl::string_view group, v1::MonitoringPopulation population);

// The regime knows the trigger.
bool KnowsTrigger(const v1::MonitoringRules& rules, absl::string_view trigger);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_RULES_H_
