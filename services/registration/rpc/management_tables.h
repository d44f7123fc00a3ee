// The gRPC services of dynamic management, ready to be served: AreaReformService, AreaTagService, CollectionService,
// TargetGroupService, TransferService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_TABLES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_TABLES_H_

#include <functional>
#include <vector>

#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/area_reform_rpc.h"
#include "services/registration/rpc/area_tag_rpc.h"
#include "services/registration/rpc/collection_rpc.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/rpc/target_group_rpc.h"
#include "services/registration/rpc/transfer_rpc.h"

namespace bangfu::registration {

// Outlives the server; `registration` and `dispatcher` outlive it. `wake` tells the runner of area reforms that there
// is work.
class ManagementTables {
 public:
  ManagementTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake);

  ManagementTables(const ManagementTables&) = delete;
  ManagementTables& operator=(const ManagementTables&) = delete;

  std::vector<rpc::ServiceTable*> all() {
    return {&reform_table_, &tag_table_, &collection_table_, &group_table_, &transfer_table_};
  }

 private:
  AreaReformRpc reforms_;
  AreaTagRpc tags_;
  CollectionRpc collections_;
  TargetGroupRpc groups_;
  TransferRpc transfers_;
  rpc::ServiceTable reform_table_;
  rpc::ServiceTable tag_table_;
  rpc::ServiceTable collection_table_;
  rpc::ServiceTable group_table_;
  rpc::ServiceTable transfer_table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MANAGEMENT_TABLES_H_
