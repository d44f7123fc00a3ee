// The procedures that decide who is on the register of the poor: identification of those who applied, removal of those
// who do not meet the standard, re-entry of those who fell back. What they decide is done in the transaction of the
// action that ends them.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_PROCEDURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_PROCEDURE_H_

#include "bangfu/registration/v1/identification_service.pb.h"
#include "common/procedure/host.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Names of kinds of procedure, and the purposes of the definitions by which they run; never changed.
inline constexpr char kIdentificationKind[] = "household-identification";
inline constexpr char kIdentificationPurpose[] = "HOUSEHOLD_IDENTIFICATION";

// The procedure for one kind of case.
struct CaseKind {
  const char* name;
  const char* purpose;
};
const CaseKind& KindOf(v1::RegisterCase::Kind kind);

// Adds the three kinds, and what notices call areas and codes. `registration` outlives the host.
void AddIdentificationProcedures(const Registration& registration, procedure::ProcedureHost* host);

// What is answered about a procedure that was started.
void Show(const procedure::Procedure& begun, v1::StartedProcedure* started);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_PROCEDURE_H_
