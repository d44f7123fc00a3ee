// Exit plans, and plan against actual. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_PLAN_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_PLAN_H_

#include <vector>

#include "absl/status/status.h"
#include "bangfu/registration/v1/exit_plan.pb.h"

namespace bangfu::registration::domain {

// Somebody is to leave, there are at least as many persons as households, and no more villages and counties than the
// area can have. INVALID_FIELD by the request's fields.
absl::Status CheckExitPlan(const v1::ExitPlan& plan);

// The first line is the area's; of the others those remain that planned something or of which something came out.
v1::ExitProgress ProgressOf(const std::vector<v1::ExitProgressLine>& lines);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_PLAN_H_
