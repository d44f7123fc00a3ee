#include "services/gateway/rpc/gateway_accounts.h"

#include <utility>

namespace bangfu::gateway {

extern const db::Migration kGatewayMigrations[];
extern const size_t kGatewayMigrationCount;

absl::Span<const db::Migration> Migrations() { return {kGatewayMigrations, kGatewayMigrationCount}; }

namespace {

AccountContext WithHasher(AccountContext context, PasswordHasher& hasher) {
  context.hasher = &hasher;
  return context;
}

}  // namespace

Accounts::Accounts(AccountContext context, HashingRule hashing)
    : hasher_(hashing), context_(WithHasher(std::move(context), hasher_)), sessions_(context_), accounts_(context_) {}

std::vector<std::unique_ptr<rpc::ServiceTable>> Accounts::Tables(rpc::Dispatcher& dispatcher) {
  auto sessions = std::make_unique<rpc::ServiceTable>("bangfu.gateway.v1.SessionService", dispatcher);
  sessions->Add(&sessions_, &SessionRpc::SignIn)
      .Add(&sessions_, &SessionRpc::RefreshSession)
      .Add(&sessions_, &SessionRpc::SignOut)
      .Add(&sessions_, &SessionRpc::ChangePassword)
      .Add(&sessions_, &SessionRpc::EnrolSecondFactor)
      .Add(&sessions_, &SessionRpc::ConfirmSecondFactor)
      .Add(&sessions_, &SessionRpc::GetOwnAccount)
      .Add(&sessions_, &SessionRpc::IssueClientToken);
  auto accounts = std::make_unique<rpc::ServiceTable>("bangfu.gateway.v1.AccountService", dispatcher);
  accounts->Add(&accounts_, &AccountRpc::CreateAccount)
      .Add(&accounts_, &AccountRpc::GetAccount)
      .Add(&accounts_, &AccountRpc::ListAccounts)
      .Add(&accounts_, &AccountRpc::ResetPassword)
      .Add(&accounts_, &AccountRpc::ProposeReset)
      .Add(&accounts_, &AccountRpc::ApproveReset)
      .Add(&accounts_, &AccountRpc::DisableAccount)
      .Add(&accounts_, &AccountRpc::EnableAccount)
      .Add(&accounts_, &AccountRpc::ProposeGrant)
      .Add(&accounts_, &AccountRpc::ApproveGrant)
      .Add(&accounts_, &AccountRpc::RevokeGrant)
      .Add(&accounts_, &AccountRpc::CreateClient)
      .Add(&accounts_, &AccountRpc::ApproveClient)
      .Add(&accounts_, &AccountRpc::RevokeClient)
      .Add(&accounts_, &AccountRpc::ListClients);
  std::vector<std::unique_ptr<rpc::ServiceTable>> tables;
  tables.push_back(std::move(sessions));
  tables.push_back(std::move(accounts));
  return tables;
}

}  // namespace bangfu::gateway
