// A run that compares the incomes of an area with the line and with last year, as a job: it may be stopped or killed at
// any moment and goes on behind what it has committed.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RUN_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RUN_H_

#include "common/operations/runner.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Kind of a run's operation.
inline constexpr char kMonitoringRunKind[] = "monitoring-run";

// What operations::Runner runs for that kind. `registration` outlives the runner.
operations::Runner::Body MonitoringRunBody(const Registration& registration);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RUN_H_
