// The kinds of procedure by which households, villages and counties leave, and what comes of them.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURES_H_

#include <string>

#include "common/procedure/host.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Names of the kinds; never changed.
inline constexpr char kHouseholdExitKind[] = "household-exit";
inline constexpr char kVillageExitKind[] = "village-exit";
inline constexpr char kCountyExitKind[] = "county-exit";

// The purpose of the definitions of a kind: HOUSEHOLD_EXIT.
std::string PurposeOf(const std::string& kind);

// Adds the kinds. Both outlive the host's service.
void AddExitProcedures(const Registration& registration, procedure::ProcedureHost* host);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURES_H_
