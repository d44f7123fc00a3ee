#include "services/registration/rpc/management_tables.h"

#include <utility>

namespace bangfu::registration {

ManagementTables::ManagementTables(const Registration& registration, rpc::Dispatcher& dispatcher,
                                   std::function<void()> wake)
    : reforms_(registration, std::move(wake)),
      tags_(registration),
      collections_(registration),
      groups_(registration),
      transfers_(registration),
      reform_table_("bangfu.registration.v1.AreaReformService", dispatcher),
      tag_table_("bangfu.registration.v1.AreaTagService", dispatcher),
      collection_table_("bangfu.registration.v1.CollectionService", dispatcher),
      group_table_("bangfu.registration.v1.TargetGroupService", dispatcher),
      transfer_table_("bangfu.registration.v1.TransferService", dispatcher) {
  reform_table_.Add(&reforms_, &AreaReformRpc::StartAreaReform)
      .Add(&reforms_, &AreaReformRpc::GetAreaReform)
      .Add(&reforms_, &AreaReformRpc::UndoAreaReform);
  tag_table_.Add(&tags_, &AreaTagRpc::TagArea)
      .Add(&tags_, &AreaTagRpc::UntagArea)
      .Add(&tags_, &AreaTagRpc::ListAreaTags);
  collection_table_.Add(&collections_, &CollectionRpc::GetCollectionForm)
      .Add(&collections_, &CollectionRpc::ConfirmUnchanged)
      .Add(&collections_, &CollectionRpc::GetCollectionProgress)
      .Add(&collections_, &CollectionRpc::ListCollections)
      .Add(&collections_, &CollectionRpc::ReopenCollection);
  group_table_.Add(&groups_, &TargetGroupRpc::ListTargetGroup).Add(&groups_, &TargetGroupRpc::CountTargetGroups);
  transfer_table_.Add(&transfers_, &TransferRpc::RequestTransfer)
      .Add(&transfers_, &TransferRpc::WithdrawTransfer)
      .Add(&transfers_, &TransferRpc::AcceptTransfer)
      .Add(&transfers_, &TransferRpc::RefuseTransfer)
      .Add(&transfers_, &TransferRpc::ListTransfers);
}

}  // namespace bangfu::registration
