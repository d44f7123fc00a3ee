// What the methods of accounts and sessions share.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/api/page_token.h"
#include "common/auth/token.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/rpc/write.h"
#include "services/gateway/domain/lockout.h"
#include "services/gateway/domain/password_policy.h"
#include "services/gateway/domain/session.h"
#include "services/gateway/rpc/password_hasher.h"
#include "services/gateway/store/account_store.h"

namespace bangfu::gateway {

struct AccountContext {
  rpc::WriteContext write;  // service, database, sealer
  const auth::TokenIssuer* issuer = nullptr;
  const api::PageTokens* page_tokens = nullptr;
  PasswordHasher* hasher = nullptr;
  PasswordPolicy passwords;
  LockoutRule lockout;
  SessionRule sessions;
};

// How a client's secret is stored and compared.
std::string SecretDigest(const crypto::Sealer& sealer, absl::string_view client_id, absl::string_view secret);

// How a person is told apart from all others without the number being kept. `id_number` is one that validation let
// pass.
std::string IdentityDigest(const crypto::Sealer& sealer, absl::string_view id_number);

// How a recovery code is stored and found.
std::string RecoveryCodeDigest(const crypto::Sealer& sealer, absl::string_view account_id, absl::string_view code);

// The account as it is shown, with its grants in force or proposed.
v1::Account ShownWithGrants(db::Tx& tx, const AccountContext& context, const store::ListedAccount& listed,
                            absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_
