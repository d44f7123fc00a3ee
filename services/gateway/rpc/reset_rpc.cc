#include <utility>

#include "common/rpc/write.h"
#include "common/status/macros.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/take_over.h"
#include "services/gateway/rpc/account_rpc.h"
#include "services/gateway/store/account_store.h"
#include "services/gateway/store/grant_store.h"
#include "services/gateway/store/recovery_code_store.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {

template <typename Request>
absl::StatusOr<v1::ResetPasswordResponse> AccountRpc::GiveNewPassword(rpc::Call& call, const Request& request,
                                                                      const std::vector<std::string>& changed,
                                                                      const Decide& decide) {
  const std::string password =
      SecretOfRequest(*context_.write.sealer, call, request.request_id(), request.account_id());
  std::vector<std::string> ended;
  ASSIGN_OR_RETURN(const std::string hash, context_.hasher->Hash(password, call.deadline()));
  auto answer = rpc::Write<v1::ResetPasswordResponse>(
      call, context_.write, request,
      [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::ResetPasswordResponse> {
        ASSIGN_OR_RETURN(AccountRecord present, store::LoadAccountForUpdate(tx, request.account_id()));
        ASSIGN_OR_RETURN(AccountRecord account, decide(tx, std::move(present)));
        GiveFirstPassword(account, hash, call.now());
        store::UpdateAccount(tx, account);
        store::AddPassword(tx, request.account_id(), hash, context_.passwords.history);
        store::ClearFailures(tx, request.account_id());
        ended = store::EndSessionsOf(tx, request.account_id(), call.now());
        effects.ActOn(request.account_id(), 0);
        effects.Change(changed);
        return v1::ResetPasswordResponse();
      });
  if (!answer.ok()) return answer;
  RefuseTokens(context_, ended, call.now());
  // Set behind the transaction, so that the kept answer does not have it.
  ASSIGN_OR_RETURN(const bool shown, MayShow(call, request.account_id(), password));
  if (shown) answer->set_first_password(password);
  return answer;
}

absl::StatusOr<v1::ResetPasswordResponse> AccountRpc::ResetPassword(rpc::Call& call,
                                                                    const v1::ResetPasswordRequest& request) {
  return GiveNewPassword(
      call, request, {"password"}, [&](db::Tx& tx, AccountRecord account) -> absl::StatusOr<AccountRecord> {
        RETURN_IF_ERROR(CheckResetByOne(store::GrantsOf(tx, {request.account_id()}), DayInChina(call.now())));
        return account;
      });
}

absl::StatusOr<v1::Account> AccountRpc::ProposeReset(rpc::Call& call, const v1::ProposeResetRequest& request) {
  return rpc::Write<v1::Account>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Account> {
        ASSIGN_OR_RETURN(AccountRecord present, store::LoadAccountForUpdate(tx, request.account_id()));
        ASSIGN_OR_RETURN(const AccountRecord account,
                         gateway::ProposeReset(std::move(present), call.caller().subject, call.now()));
        store::UpdateAccount(tx, account);
        effects.ActOn(request.account_id(), 0);
        effects.Change({"reset_proposer"});
        return ShownWithGrants(tx, context_, *store::FindListedAccount(tx, request.account_id()), call.now());
      });
}

absl::StatusOr<v1::ResetPasswordResponse> AccountRpc::ApproveReset(rpc::Call& call,
                                                                   const v1::ApproveResetRequest& request) {
  return GiveNewPassword(call, request, {"password", "second_factor", "reset_proposer"},
                         [&](db::Tx& tx, AccountRecord account) -> absl::StatusOr<AccountRecord> {
                           store::ReplaceRecoveryCodes(tx, request.account_id(), {});
                           return gateway::ApproveReset(std::move(account), call.caller().subject, call.now());
                         });
}

}  // namespace bangfu::gateway
