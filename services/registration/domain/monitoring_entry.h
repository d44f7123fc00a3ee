// Whether a household is to be monitored, and as what: by income, compliant expense, difficulties and whether it can
// cope by itself. The line is a reference and no cut-off since 2021 (应纳尽纳): a group may stand above it.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ENTRY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ENTRY_H_

#include "bangfu/registration/v1/monitoring_inputs.pb.h"
#include "bangfu/registration/v1/monitoring_rules.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "services/registration/domain/monitoring_verdict.h"

namespace bangfu::registration::domain {

// PASS if it fits into a group; INCOMPLETE if it might, but too much is unknown; else FAIL. Replayable.
RuleOutcome JudgeMonitoringEntry(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules,
                                 const v1::PovertyLine& line);

// The group that it fits into; null if the verdict is not PASS.
const v1::MonitoredGroup* FindGroup(const v1::MonitoringEntryInputs& inputs, const v1::MonitoringRules& rules,
                                    const v1::PovertyLine& line);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ENTRY_H_
