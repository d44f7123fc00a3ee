// What is told of a change of families: one event for each record that changed, and one audit record for all.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_FAMILY_EVENTS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_FAMILY_EVENTS_H_

#include <string>
#include <vector>

#include "common/crypto/sealer.h"
#include "common/rpc/effects.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration {

// Compares the families as they were and as they are: HouseholdCreated, HouseholdUpdated, HouseholdArchived,
// MemberAdded, MemberUpdated, MemberMoved, MemberRemoved. Members of a new household who were nowhere before are told
// of with it.
void TellOfFamilies(const crypto::Sealer& sealer, const std::vector<domain::Family>& before,
                    const std::vector<domain::Family>& after, const std::string& merged_into, rpc::Effects* effects);

// Names a record in the audit record, with the fields that changed and the digests of what it was and is.
void AuditChange(const crypto::Sealer& sealer, const google::protobuf::Message& before,
                 const google::protobuf::Message& after, rpc::Effects* effects);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_FAMILY_EVENTS_H_
