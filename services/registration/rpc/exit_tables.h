// The gRPC services of exit beside ExitService, ready to be served: ExitPlanService, ExitProcedureService,
// GuaranteeService, PovertyAreaService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_TABLES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_TABLES_H_

#include <vector>

#include "common/procedure/host.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/exit_plan_rpc.h"
#include "services/registration/rpc/exit_procedure_rpc.h"
#include "services/registration/rpc/guarantee_rpc.h"
#include "services/registration/rpc/poverty_area_rpc.h"

namespace bangfu::registration {

// Outlives the server; the parameters outlive it.
class ExitTables {
 public:
  ExitTables(const Registration& registration, const procedure::ProcedureHost& host, rpc::Dispatcher& dispatcher);

  ExitTables(const ExitTables&) = delete;
  ExitTables& operator=(const ExitTables&) = delete;

  std::vector<rpc::ServiceTable*> all() { return {&plan_table_, &procedure_table_, &guarantee_table_, &area_table_}; }

 private:
  ExitPlanRpc plans_;
  ExitProcedureRpc procedures_;
  GuaranteeRpc guarantees_;
  PovertyAreaRpc areas_;
  rpc::ServiceTable plan_table_;
  rpc::ServiceTable procedure_table_;
  rpc::ServiceTable guarantee_table_;
  rpc::ServiceTable area_table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_TABLES_H_
