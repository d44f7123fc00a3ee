#include <utility>

#include "common/crypto/encode.h"
#include "common/ids/record_id.h"
#include "common/rpc/write.h"
#include "common/status/macros.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/grant.h"
#include "services/gateway/rpc/account_rpc.h"
#include "services/gateway/store/account_store.h"
#include "services/gateway/store/grant_store.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {

absl::StatusOr<AccountRpc::LockedGrant> AccountRpc::LockGrant(db::Tx& tx, const std::string& grant_id) {
  ASSIGN_OR_RETURN(const v1::Grant unlocked, store::LoadGrant(tx, grant_id));
  RETURN_IF_ERROR(store::LoadAccountForUpdate(tx, unlocked.account_id()).status());
  LockedGrant locked;
  ASSIGN_OR_RETURN(locked.grant, store::LoadGrant(tx, grant_id));
  for (v1::Grant& grant : store::GrantsOf(tx, {locked.grant.account_id()})) {
    if (grant.grant_id() != grant_id) locked.others.push_back(std::move(grant));
  }
  return locked;
}

absl::StatusOr<v1::Grant> AccountRpc::ProposeGrant(rpc::Call& call, const v1::ProposeGrantRequest& request) {
  return rpc::Write<v1::Grant>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Grant> {
        const std::string& account_id = request.grant().account_id();
        RETURN_IF_ERROR(store::LoadAccountForUpdate(tx, account_id).status());
        ASSIGN_OR_RETURN(const v1::Grant grant,
                         gateway::ProposeGrant(request.grant(), store::GrantsOf(tx, {account_id}),
                                               crypto::EncodeId(ids::NewRecordNumber()), call.caller().subject,
                                               DayInChina(call.now())));
        store::InsertGrant(tx, grant);
        effects.ActOn(grant.grant_id(), 0);
        effects.ActOn(account_id, 0);
        return grant;
      });
}

absl::StatusOr<v1::Grant> AccountRpc::ApproveGrant(rpc::Call& call, const v1::ApproveGrantRequest& request) {
  return rpc::Write<v1::Grant>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Grant> {
        ASSIGN_OR_RETURN(const LockedGrant locked, LockGrant(tx, request.grant_id()));
        ASSIGN_OR_RETURN(const v1::Grant grant, gateway::ApproveGrant(locked.grant, locked.others,
                                                                      call.caller().subject, DayInChina(call.now())));
        store::UpdateGrant(tx, grant);
        effects.ActOn(grant.grant_id(), 0);
        effects.ActOn(grant.account_id(), 0);
        effects.Change({"state", "approver"});
        return grant;
      });
}

absl::StatusOr<v1::Grant> AccountRpc::RevokeGrant(rpc::Call& call, const v1::RevokeGrantRequest& request) {
  std::vector<std::string> ended;
  auto answer = rpc::Write<v1::Grant>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Grant> {
        ASSIGN_OR_RETURN(const LockedGrant locked, LockGrant(tx, request.grant_id()));
        ASSIGN_OR_RETURN(const v1::Grant grant, gateway::RevokeGrant(locked.grant));
        store::UpdateGrant(tx, grant);
        // Tokens of the sessions still say what the account may no more.
        const bool was_in_force = IsInForce(locked.grant, DayInChina(call.now()));
        ended = was_in_force ? store::EndSessionsOf(tx, grant.account_id(), call.now()) : std::vector<std::string>();
        effects.ActOn(grant.grant_id(), 0);
        effects.ActOn(grant.account_id(), 0);
        effects.Change({"state"});
        return grant;
      });
  if (answer.ok()) RefuseTokens(context_, ended, call.now());
  return answer;
}

}  // namespace bangfu::gateway
