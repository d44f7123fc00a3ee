// Which facts of a department raise an alert, and what the system's own comparison of incomes finds.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ALERT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ALERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/monitoring_rules.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"

namespace bangfu::registration::domain {

// What a person's household is when a department reports of the person.
struct ReportedHousehold {
  bool registered = false;
  bool exited = false;
  bool monitored = false;
};

// The threshold that a fact reaches; null if it reaches none. Of the thresholds of its kind the first that is about
// such households decides; that for OTHERS decides when no other one is about them.
const v1::AlertThreshold* FindAlert(const v1::DepartmentAlertRules& rules, v1::DepartmentFactKind kind,
                                    int64_t amount_fen, const ReportedHousehold& household);

// YYYY-MM of a month that exists.
bool IsMonth(const std::string& text);

// Triggers of computed clues, entries of MONITORING_TRIGGER.
inline constexpr char kIncomeDropTrigger[] = "05";
inline constexpr char kBelowLineTrigger[] = "08";

// What an income of a year shows, held against the line and the year before: triggers, those that the rules know.
std::vector<std::string> ComputeTriggers(int64_t per_capita_fen, std::optional<int64_t> previous_fen,
                                         const v1::MonitoringRules& rules, const v1::PovertyLine& line);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ALERT_H_
