// What the methods of accounts and sessions share.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_
#define BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_

#include <string>
#include <vector>

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
  auth::TokenVerifier* verifier = nullptr;  // that the entry of this process asks
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

// Where the sealed secret of a second factor lives, confirmed or not. `account_id` outlives it.
crypto::SealContext TotpPlace(absl::string_view account_id);

// The password or secret that the call's request gives out: nobody can guess it, and the same request gives the same
// one again. So an answer that was lost can be given once more, and what it gave out is kept nowhere.
std::string SecretOfRequest(const crypto::Sealer& sealer, const rpc::Call& call, absl::string_view request_id,
                            absl::string_view given_to);

// After the transaction that has ended them: this process refuses their tokens from now on. The other gateways hear of
// it by EndedSessionWatch.
void RefuseTokens(const AccountContext& context, const std::vector<std::string>& sessions, absl::Time now);

// The account as it is shown, with its grants in force or proposed.
v1::Account ShownWithGrants(db::Tx& tx, const AccountContext& context, const store::ListedAccount& listed,
                            absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_ACCOUNT_CONTEXT_H_
