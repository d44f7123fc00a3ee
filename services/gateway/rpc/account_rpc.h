// bangfu.gateway.v1.AccountService: accounts (account_rpc.cc), their resets (reset_rpc.cc), grants (grant_rpc.cc) and
// department clients (client_rpc.cc).
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_RPC_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_RPC_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/gateway/v1/account_service.pb.h"
#include "common/rpc/call.h"
#include "services/gateway/rpc/account_context.h"

namespace bangfu::gateway {

class AccountRpc {
 public:
  explicit AccountRpc(const AccountContext& context) : context_(context) {}

  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(rpc::Call& call, const v1::CreateAccountRequest& request);
  absl::StatusOr<v1::Account> GetAccount(rpc::Call& call, const v1::GetAccountRequest& request);
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(rpc::Call& call, const v1::ListAccountsRequest& request);
  absl::StatusOr<v1::Account> DisableAccount(rpc::Call& call, const v1::DisableAccountRequest& request);
  absl::StatusOr<v1::Account> EnableAccount(rpc::Call& call, const v1::EnableAccountRequest& request);

  absl::StatusOr<v1::ResetPasswordResponse> ResetPassword(rpc::Call& call, const v1::ResetPasswordRequest& request);
  absl::StatusOr<v1::Account> ProposeReset(rpc::Call& call, const v1::ProposeResetRequest& request);
  absl::StatusOr<v1::ResetPasswordResponse> ApproveReset(rpc::Call& call, const v1::ApproveResetRequest& request);

  absl::StatusOr<v1::Grant> ProposeGrant(rpc::Call& call, const v1::ProposeGrantRequest& request);
  absl::StatusOr<v1::Grant> ApproveGrant(rpc::Call& call, const v1::ApproveGrantRequest& request);
  absl::StatusOr<v1::Grant> RevokeGrant(rpc::Call& call, const v1::RevokeGrantRequest& request);

  absl::StatusOr<v1::CreateClientResponse> CreateClient(rpc::Call& call, const v1::CreateClientRequest& request);
  absl::StatusOr<v1::DepartmentClient> ApproveClient(rpc::Call& call, const v1::ApproveClientRequest& request);
  absl::StatusOr<v1::DepartmentClient> RevokeClient(rpc::Call& call, const v1::RevokeClientRequest& request);
  absl::StatusOr<v1::ListClientsResponse> ListClients(rpc::Call& call, const v1::ListClientsRequest& request);

 private:
  // Gives the account of the request a first password if `decide` agrees, and answers it.
  using Decide = std::function<absl::StatusOr<AccountRecord>(db::Tx& tx, AccountRecord account)>;
  template <typename Request>
  absl::StatusOr<v1::ResetPasswordResponse> GiveNewPassword(rpc::Call& call, const Request& request,
                                                            const std::vector<std::string>& changed,
                                                            const Decide& decide);

  // A grant and the other grants of its account, under the lock of the account. GRANT_NOT_FOUND.
  struct LockedGrant {
    v1::Grant grant;
    std::vector<v1::Grant> others;
  };
  static absl::StatusOr<LockedGrant> LockGrant(db::Tx& tx, const std::string& grant_id);

  // Whether the answer to the call shows the first password: a repeated one as long as the account has it.
  absl::StatusOr<bool> MayShow(rpc::Call& call, const std::string& account_id, const std::string& password) const;

  // The name behind which the page begins; empty for the first page.
  absl::StatusOr<std::string> PageStart(const std::string& page_token, const std::string& query) const;

  const AccountContext& context_;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_RPC_H_
