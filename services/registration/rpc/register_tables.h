// The gRPC services of the register, ready to be served: AreaService, ExitService, HouseholdService,
// MemberService, PopulationService, PublishedFigureService, RegisterService, SnapshotService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_TABLES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_TABLES_H_

#include <vector>

#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/area_rpc.h"
#include "services/registration/rpc/exit_rpc.h"
#include "services/registration/rpc/household_rpc.h"
#include "services/registration/rpc/member_rpc.h"
#include "services/registration/rpc/population_rpc.h"
#include "services/registration/rpc/published_figure_rpc.h"
#include "services/registration/rpc/register_rpc.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/rpc/snapshot_rpc.h"

namespace bangfu::registration {

// Outlives the server; `registration` and `dispatcher` outlive it.
class RegisterTables {
 public:
  RegisterTables(const Registration& registration, rpc::Dispatcher& dispatcher);

  RegisterTables(const RegisterTables&) = delete;
  RegisterTables& operator=(const RegisterTables&) = delete;

  std::vector<rpc::ServiceTable*> all() {
    return {&area_table_,       &exit_table_,      &household_table_, &member_table_,
            &population_table_, &published_table_, &register_table_,  &snapshot_table_};
  }

 private:
  AreaRpc areas_;
  ExitRpc exits_;
  HouseholdRpc households_;
  MemberRpc members_;
  PopulationRpc population_;
  PublishedFigureRpc published_;
  RegisterRpc figures_;
  SnapshotRpc snapshots_;
  rpc::ServiceTable area_table_;
  rpc::ServiceTable exit_table_;
  rpc::ServiceTable household_table_;
  rpc::ServiceTable member_table_;
  rpc::ServiceTable population_table_;
  rpc::ServiceTable published_table_;
  rpc::ServiceTable register_table_;
  rpc::ServiceTable snapshot_table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REGISTER_TABLES_H_
