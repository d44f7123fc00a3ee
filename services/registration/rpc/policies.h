// The kinds of policy that the register decides by.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_

#include "common/policy/kind.h"

namespace bangfu::registration {

void AddPolicies(policy::Kinds* kinds);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_POLICIES_H_
