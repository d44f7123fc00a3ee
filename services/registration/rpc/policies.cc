#include "services/registration/rpc/policies.h"

#include "services/registration/domain/poverty_line.h"

namespace bangfu::registration {

void AddPolicies(policy::Kinds* kinds) { kinds->Add(domain::CheckPovertyLine); }

}  // namespace bangfu::registration
