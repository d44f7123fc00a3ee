// An area reform as a job: moves the households of a village, or moves them back, page by page. It may be stopped or
// killed at any moment and run again: what was committed is no longer where it looks.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RUN_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RUN_H_

#include "common/operations/runner.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Kind of a reform's operation, and what it is queued for.
inline constexpr char kAreaReformKind[] = "area-reform";
inline constexpr char kMoveStep[] = "move";
inline constexpr char kMoveBackStep[] = "move-back";

// What operations::Runner runs for that kind. `registration` outlives the runner.
operations::Runner::Body AreaReformBody(const Registration& registration);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_AREA_REFORM_RUN_H_
