#include "services/gateway/rpc/account_rpc.h"

#include <map>
#include <optional>
#include <utility>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/rpc/write.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/grant.h"
#include "services/gateway/domain/take_over.h"
#include "services/gateway/store/account_store.h"
#include "services/gateway/store/grant_store.h"
#include "services/gateway/store/session_store.h"

namespace bangfu::gateway {
namespace {

constexpr char kAccountsQuery[] = "accounts";

}  // namespace

absl::StatusOr<std::string> AccountRpc::PageStart(const std::string& page_token, const std::string& query) const {
  if (page_token.empty()) return std::string();
  ASSIGN_OR_RETURN(const std::vector<std::string> sort_key, context_.page_tokens->Open(page_token, query));
  return sort_key.empty() ? std::string() : sort_key[0];
}

absl::StatusOr<v1::CreateAccountResponse> AccountRpc::CreateAccount(rpc::Call& call,
                                                                    const v1::CreateAccountRequest& request) {
  RETURN_IF_ERROR(CheckAccountName(request.account().account_id()));
  const std::string password =
      SecretOfRequest(*context_.write.sealer, call, request.request_id(), request.account().account_id());
  ASSIGN_OR_RETURN(const std::string hash, context_.hasher->Hash(password, call.deadline()));
  auto answer = rpc::Write<v1::CreateAccountResponse>(
      call, context_.write, request,
      [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::CreateAccountResponse> {
        AccountRecord account;
        account.shown.set_account_id(request.account().account_id());
        account.shown.set_display_name(request.account().display_name());
        account.shown.set_unit(request.account().unit());
        account.identity_digest = IdentityDigest(*context_.write.sealer, request.account().id_number());
        GiveFirstPassword(account, hash, call.now());
        RETURN_IF_ERROR(store::InsertAccount(tx, account, call.now()));
        store::AddPassword(tx, account.shown.account_id(), hash, context_.passwords.history);
        effects.ActOn(account.shown.account_id(), 0);
        const std::optional<store::ListedAccount> made = store::FindListedAccount(tx, account.shown.account_id());
        v1::CreateAccountResponse response;
        *response.mutable_account() = ShownWithGrants(tx, context_, *made, call.now());
        return response;
      });
  if (!answer.ok()) return answer;
  // Set behind the transaction, so that the kept answer does not have it.
  ASSIGN_OR_RETURN(const bool shown, MayShow(call, request.account().account_id(), password));
  if (shown) answer->set_first_password(password);
  return answer;
}

absl::StatusOr<bool> AccountRpc::MayShow(rpc::Call& call, const std::string& account_id,
                                         const std::string& password) const {
  if (!call.repeated()) return true;
  std::string hash;
  RETURN_IF_ERROR(context_.write.database->Read(call.bounds(), [&](db::Tx& tx) {
    const std::optional<AccountRecord> account = store::FindAccount(tx, account_id);
    if (account && account->must_change) hash = account->password_hash;
    return absl::OkStatus();
  }));
  if (hash.empty()) return false;
  return context_.hasher->Fits(password, hash, call.deadline());
}

absl::StatusOr<v1::Account> AccountRpc::GetAccount(rpc::Call& call, const v1::GetAccountRequest& request) {
  return context_.write.database->ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Account> {
    const std::optional<store::ListedAccount> account = store::FindListedAccount(tx, request.account_id());
    if (!account) return status::Refuse(v1::ACCOUNT_NOT_FOUND);
    return ShownWithGrants(tx, context_, *account, call.now());
  });
}

absl::StatusOr<v1::ListAccountsResponse> AccountRpc::ListAccounts(rpc::Call& call,
                                                                  const v1::ListAccountsRequest& request) {
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after, PageStart(request.page_token(), kAccountsQuery));
  return context_.write.database->ReadSnapshot(
      call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListAccountsResponse> {
        v1::ListAccountsResponse response;
        std::vector<std::string> ids;
        for (const store::ListedAccount& listed : store::ListAccounts(tx, after, page_size)) {
          *response.add_accounts() = Shown(listed.account, listed.failures, context_.passwords, call.now());
          ids.push_back(listed.account.shown.account_id());
        }
        std::map<std::string, v1::Account*> by_id;
        for (v1::Account& account : *response.mutable_accounts()) by_id[account.account_id()] = &account;
        for (v1::Grant& grant : store::GrantsOf(tx, ids)) {
          if (IsLive(grant, DayInChina(call.now()))) *by_id[grant.account_id()]->add_grants() = std::move(grant);
        }
        if (response.accounts_size() == page_size) {
          response.set_next_page_token(context_.page_tokens->Seal(kAccountsQuery, {ids.back()}));
        }
        return response;
      });
}

absl::StatusOr<v1::Account> AccountRpc::DisableAccount(rpc::Call& call, const v1::DisableAccountRequest& request) {
  if (request.account_id() == call.caller().subject) return status::Refuse(v1::OWN_ACCOUNT_DISABLED);
  std::vector<std::string> ended;
  auto answer = rpc::Write<v1::Account>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Account> {
        ASSIGN_OR_RETURN(AccountRecord account, store::LoadAccountForUpdate(tx, request.account_id()));
        account.disabled = true;
        store::UpdateAccount(tx, account);
        ended = store::EndSessionsOf(tx, request.account_id(), call.now());
        effects.ActOn(request.account_id(), 0);
        effects.Change({"state"});
        return ShownWithGrants(tx, context_, {account, {}}, call.now());
      });
  if (answer.ok()) RefuseTokens(context_, ended, call.now());
  return answer;
}

absl::StatusOr<v1::Account> AccountRpc::EnableAccount(rpc::Call& call, const v1::EnableAccountRequest& request) {
  return rpc::Write<v1::Account>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Account> {
        ASSIGN_OR_RETURN(AccountRecord account, store::LoadAccountForUpdate(tx, request.account_id()));
        RETURN_IF_ERROR(
            CheckMayEnable(call.caller(), store::GrantsOf(tx, {request.account_id()}), DayInChina(call.now())));
        account.disabled = false;
        store::UpdateAccount(tx, account);
        store::ClearFailures(tx, request.account_id());
        effects.ActOn(request.account_id(), 0);
        effects.Change({"state"});
        return ShownWithGrants(tx, context_, {account, {}}, call.now());
      });
}

}  // namespace bangfu::gateway
