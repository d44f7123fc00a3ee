// Whether the risk of a monitored household is eliminated.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ELIMINATION_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ELIMINATION_H_

#include <vector>

#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/monitoring_inputs.pb.h"
#include "bangfu/registration/v1/monitoring_rules.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "services/registration/domain/monitoring_verdict.h"

namespace bangfu::registration::domain {

// PASS if every condition of the rules holds and nothing bars it; FAIL if one fails or something does; INCOMPLETE if
// too much is unknown. Replayable.
RuleOutcome JudgeMonitoringElimination(const v1::MonitoringEliminationInputs& inputs, const v1::MonitoringRules& rules,
                                       const v1::PovertyLine& line);

// What the register says of who can work.
void CountLabour(const std::vector<v1::Member>& members, v1::MonitoringEliminationInputs* inputs);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_ELIMINATION_H_
