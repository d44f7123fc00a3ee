// The procedures of monitoring: entry, and elimination of a risk. Their subjects are households of one village.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PROCEDURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PROCEDURE_H_

#include "common/procedure/host.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

inline constexpr char kMonitoringEntryKind[] = "monitoring-entry";
inline constexpr char kMonitoringEliminationKind[] = "monitoring-elimination";

// Purposes of ProcedureDefinition.
inline constexpr char kMonitoringEntryPurpose[] = "MONITORING_ENTRY";
inline constexpr char kMonitoringEliminationPurpose[] = "MONITORING_ELIMINATION";

// Adds both kinds. `registration` outlives the host.
void AddMonitoringProcedures(const Registration& registration, procedure::ProcedureHost* host);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PROCEDURE_H_
