// Asks the SplitGuard policy before households are split or persons move in.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_SPLIT_GUARD_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_SPLIT_GUARD_H_

#include <string>

#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Keeps reason and evidence of the split as a decision about the household, also where no guard applies.
// SPLIT_WARNED, SPLIT_REFUSED.
absl::Status GuardSplit(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                        const v1::Household& household, const v1::SplitHouseholdRequest& request,
                        const std::string& founded_household_id);

// About whoever is in `after` and was not in `before`, for the reason for which they joined. A warning is kept as a
// decision about the household that they joined. MOVE_IN_REFUSED.
absl::Status GuardMoveIn(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                         const domain::Family& before, const domain::Family& after);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_SPLIT_GUARD_H_
