#include "services/registration/rpc/transfer_rpc.h"

#include <utility>
#include <vector>

#include "bangfu/registration/v1/management_events.pb.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/transfer.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/transfer_store.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using domain::Family;
using status::Refuse;
using v1::HouseholdTransfer;

namespace {

void Tell(const HouseholdTransfer& transfer, rpc::Effects* effects) {
  const int64_t to_area = AreaNumber(transfer.to_area());
  effects->ActOn(transfer.transfer_id(), to_area);
  v1::TransferMoved moved;
  moved.set_transfer_id(transfer.transfer_id());
  moved.set_household_id(transfer.from_household_id());
  moved.set_state(HouseholdTransfer::State_Name(transfer.state()));
  effects->Emit(moved, transfer.transfer_id(), to_area);
}

void Decide(const rpc::Call& call, HouseholdTransfer::State state, const std::string& comment,
            HouseholdTransfer* transfer) {
  transfer->set_state(state);
  transfer->set_decider(call.caller().subject);
  store::SetTime(call.now(), transfer->mutable_decide_time());
  transfer->set_comment(comment);
}

// The reports of all years stand under the new id, too, as they were recorded.
template <typename Report>
std::vector<Report> CarryOver(std::vector<Report> reports, const std::string& household_id) {
  for (Report& report : reports) {
    report.set_household_id(household_id);
    report.clear_etag();
    report.clear_update_time();
  }
  return reports;
}

template <typename Report>
std::vector<store::Revision<Report>> AsNew(const store::Author& author, std::vector<Report>* reports) {
  std::vector<store::Revision<Report>> revisions;
  for (Report& report : *reports) revisions.push_back({&author, nullptr, &report});
  return revisions;
}

void CarryReports(const Registration& registration, db::Tx& tx, const store::Author& author, const std::string& from,
                  const std::string& to) {
  auto incomes = CarryOver(store::ListIncomes(tx, store::IdOf(from)), to);
  auto livings = CarryOver(store::ListLivingConditions(tx, store::IdOf(from)), to);
  store::SaveIncomes(tx, registration.sealer(), AsNew(author, &incomes));
  store::SaveLivingConditions(tx, registration.sealer(), AsNew(author, &livings));
}

// Keeps which id became which, and tells of it on both sides.
void TellOfRenaming(db::Tx& tx, const HouseholdTransfer& transfer, const Family& before, const Family& after,
                    rpc::Effects* effects) {
  std::vector<store::Renaming> renamings = {{store::TransferredKind::kHousehold,
                                             store::IdOf(transfer.from_household_id()),
                                             store::IdOf(transfer.to_household_id())}};
  v1::HouseholdTransferred transferred;
  transferred.set_transfer_id(transfer.transfer_id());
  transferred.set_from_household_id(transfer.from_household_id());
  transferred.set_to_household_id(transfer.to_household_id());
  for (size_t i = 0; i < before.members.size(); ++i) {
    const std::string &from = before.members[i].member_id(), &to = after.members[i].member_id();
    renamings.push_back({store::TransferredKind::kMember, store::IdOf(from), store::IdOf(to)});
    auto* member = transferred.add_members();
    member->set_from_member_id(from);
    member->set_to_member_id(to);
  }
  store::InsertRenamings(tx, renamings);
  effects->Emit(transferred, transfer.from_household_id(), AreaNumber(transfer.from_area()));
  effects->Emit(transferred, transfer.to_household_id(), AreaNumber(transfer.to_area()));
}

std::vector<std::string> NewIds(const std::string& area, size_t count) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(NewIdIn(area));
  return ids;
}

}  // namespace

absl::StatusOr<HouseholdTransfer> TransferRpc::RequestTransfer(rpc::Call& call,
                                                               const v1::RequestTransferRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<HouseholdTransfer> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckTransferable(household, request.to_area()));
    RETURN_IF_ERROR(CheckVillage(call, tx, request.to_area()));
    if (store::LoadPendingTransferOf(tx, store::IdOf(request.household_id()))) return Refuse(v1::TRANSFER_PENDING);
    HouseholdTransfer transfer;
    transfer.set_transfer_id(NewIdIn(request.to_area()));
    transfer.set_from_household_id(request.household_id());
    transfer.set_from_area(household.area());
    transfer.set_to_area(request.to_area());
    transfer.set_head_name(household.head_name());
    transfer.set_member_count(household.member_count());
    transfer.set_reason(request.reason());
    transfer.set_note(request.note());
    transfer.set_state(HouseholdTransfer::PENDING);
    transfer.set_requester(call.caller().subject);
    store::SetTime(call.now(), transfer.mutable_request_time());
    store::InsertTransfer(tx, transfer);
    effects.ActOn(request.household_id(), AreaNumber(household.area()));
    Tell(transfer, &effects);
    return transfer;
  };
  return rpc::Write<HouseholdTransfer>(call, registration_.write, request, write);
}

absl::StatusOr<HouseholdTransfer> TransferRpc::WithdrawTransfer(rpc::Call& call,
                                                                const v1::WithdrawTransferRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<HouseholdTransfer> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    auto transfer = store::LoadPendingTransferOf(tx, store::IdOf(request.household_id()));
    if (!transfer) return Refuse(v1::TRANSFER_NOT_FOUND);
    Decide(call, HouseholdTransfer::WITHDRAWN, request.comment(), &*transfer);
    store::SaveTransfer(tx, *transfer);
    effects.ActOn(request.household_id(), AreaNumber(household.area()));
    Tell(*transfer, &effects);
    return *transfer;
  };
  return rpc::Write<HouseholdTransfer>(call, registration_.write, request, write);
}

absl::StatusOr<TransferRpc::Pending> TransferRpc::Lock(rpc::Call& call, db::Tx& tx,
                                                       const std::string& transfer_id) const {
  const ids::RecordId id = store::IdOf(transfer_id);
  const auto found = store::LoadTransfer(tx, id);
  if (!found) return call.Missing(transfer_id, Refuse(v1::TRANSFER_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(found->to_area())));
  ASSIGN_OR_RETURN(auto families,
                   store::LoadFamiliesForUpdate(tx, registration_.sealer(), {store::IdOf(found->from_household_id())}));
  auto transfer = store::LoadTransferForUpdate(tx, id);
  if (!transfer || families.empty()) return Refuse(v1::TRANSFER_NOT_FOUND);
  RETURN_IF_ERROR(domain::CheckPending(*transfer));
  return Pending{*std::move(transfer), std::move(families[0])};
}

absl::StatusOr<HouseholdTransfer> TransferRpc::AcceptTransfer(rpc::Call& call,
                                                              const v1::AcceptTransferRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<HouseholdTransfer> {
    ASSIGN_OR_RETURN(Pending pending, Lock(call, tx, request.transfer_id()));
    HouseholdTransfer& transfer = pending.transfer;
    if (!request.to_area().empty()) {
      if (request.to_area().substr(0, 6) != transfer.transfer_id().substr(0, 6)) {
        return status::RefuseFields({{"to_area", "迁入村代码: 应为本县的村"}});
      }
      transfer.set_to_area(request.to_area());
    }
    RETURN_IF_ERROR(call.Authorise(AreaNumber(transfer.to_area())));
    RETURN_IF_ERROR(CheckVillages({&call}, tx, {transfer.to_area()}, AreaLock::kShare)[0]);
    const std::vector<std::string> ids = NewIds(transfer.to_area(), 1 + pending.family.members.size());
    ASSIGN_OR_RETURN(auto moved, domain::Transfer(pending.family, transfer.to_area(), ids, TodayOf(call)));
    std::vector<Family> after = {std::move(moved.first), std::move(moved.second)};
    const store::Author author = AuthorOf(call);
    RETURN_IF_ERROR(SaveDecided(registration_, tx, effects, author, {pending.family}, &after));
    CarryReports(registration_, tx, author, transfer.from_household_id(), ids[0]);
    transfer.set_from_area(pending.family.household.area());
    transfer.set_to_household_id(ids[0]);
    transfer.set_member_count(after[1].household.member_count());
    Decide(call, HouseholdTransfer::ACCEPTED, request.comment(), &transfer);
    store::SaveTransfer(tx, transfer);
    TellOfRenaming(tx, transfer, pending.family, after[1], &effects);
    Tell(transfer, &effects);
    return transfer;
  };
  return rpc::Write<HouseholdTransfer>(call, registration_.write, request, write);
}

absl::StatusOr<HouseholdTransfer> TransferRpc::RefuseTransfer(rpc::Call& call,
                                                              const v1::RefuseTransferRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<HouseholdTransfer> {
    ASSIGN_OR_RETURN(Pending pending, Lock(call, tx, request.transfer_id()));
    Decide(call, HouseholdTransfer::REFUSED, request.comment(), &pending.transfer);
    store::SaveTransfer(tx, pending.transfer);
    Tell(pending.transfer, &effects);
    return pending.transfer;
  };
  return rpc::Write<HouseholdTransfer>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListTransfersResponse> TransferRpc::ListTransfers(rpc::Call& call,
                                                                     const v1::ListTransfersRequest& request) {
  if (!request.household_id().empty() && !request.area().empty()) {
    return status::RefuseFields({{"area", "区域代码: 与户标识只填一项"}});
  }
  store::TransferQuery query;
  query.out = request.direction() == v1::ListTransfersRequest::OUT;
  query.state = request.state();
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  query.before = place[0];
  if (request.household_id().empty()) {
    ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  } else {
    query.household = store::IdOf(request.household_id());
  }
  using Answer = absl::StatusOr<v1::ListTransfersResponse>;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> Answer {
    if (query.household) {
      ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration_.sealer(), *query.household));
      if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
      RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
    }
    const auto page = store::ListTransfers(tx, query);
    v1::ListTransfersResponse response;
    response.mutable_transfers()->Assign(page.records.begin(), page.records.end());
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(QueryOf(request), page.last_key));
    return response;
  });
}

}  // namespace bangfu::registration
