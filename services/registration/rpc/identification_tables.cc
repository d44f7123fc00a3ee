#include "services/registration/rpc/identification_rpc.h"

namespace bangfu::registration {

IdentificationTables::IdentificationTables(const Registration& registration, const procedure::ProcedureHost& host,
                                           rpc::Dispatcher& dispatcher)
    : identification_(registration, host), table_("bangfu.registration.v1.IdentificationService", dispatcher) {
  using Rpc = IdentificationRpc;
  table_.Add(&identification_, &Rpc::OpenIdentificationCampaign)
      .Add(&identification_, &Rpc::GetIdentificationCampaign)
      .Add(&identification_, &Rpc::ListIdentificationCampaigns)
      .Add(&identification_, &Rpc::CloseIdentificationCampaign)
      .Add(&identification_, &Rpc::ApplyForIdentification)
      .Add(&identification_, &Rpc::GetIdentificationApplication)
      .Add(&identification_, &Rpc::ListIdentificationApplications)
      .Add(&identification_, &Rpc::WithdrawIdentificationApplication)
      .Add(&identification_, &Rpc::RecordHomeCheck)
      .Add(&identification_, &Rpc::ListHomeChecks)
      .Add(&identification_, &Rpc::ListIdentificationRanking)
      .Add(&identification_, &Rpc::StartIdentification)
      .Add(&identification_, &Rpc::StartRemoval)
      .Add(&identification_, &Rpc::StartReturn)
      .Add(&identification_, &Rpc::ListRegisterCases);
}

}  // namespace bangfu::registration
