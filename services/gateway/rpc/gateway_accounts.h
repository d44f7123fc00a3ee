// The accounts side of the gateway, ready to be served.
//
//   gateway::Accounts accounts({.write = platform.write_context(), .issuer = &issuer, .verifier = &platform.verifier(),
//                               .page_tokens = &platform.page_tokens()});
//   gateway::EndedSessionWatch watch(platform.database(), platform.verifier());
//   platform.Start(accounts.Tables(platform.MakeDispatcher()));
#ifndef BANGFU_SERVICES_GATEWAY_RPC_GATEWAY_ACCOUNTS_H_
#define BANGFU_SERVICES_GATEWAY_RPC_GATEWAY_ACCOUNTS_H_

#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "common/db/migrate.h"
#include "common/rpc/service_table.h"
#include "services/gateway/rpc/account_context.h"
#include "services/gateway/rpc/account_rpc.h"
#include "services/gateway/rpc/bootstrap.h"
#include "services/gateway/rpc/ended_session_watch.h"
#include "services/gateway/rpc/password_hasher.h"
#include "services/gateway/rpc/session_rpc.h"

namespace bangfu::gateway {

// The migrations of the gateway's database.
absl::Span<const db::Migration> Migrations();

class Accounts {
 public:
  // Of `context`, everything but the hasher, which is made by `hashing`. What it points to outlives this.
  explicit Accounts(AccountContext context, HashingRule hashing = {});

  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // SessionService and AccountService. This outlives the tables.
  std::vector<std::unique_ptr<rpc::ServiceTable>> Tables(rpc::Dispatcher& dispatcher);

 private:
  PasswordHasher hasher_;
  const AccountContext context_;
  SessionRpc sessions_;
  AccountRpc accounts_;
};

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_GATEWAY_ACCOUNTS_H_
