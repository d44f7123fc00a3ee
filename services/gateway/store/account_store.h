// Rows of accounts, their last passwords, and failures to sign in.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_ACCOUNT_STORE_H_
#define BANGFU_SERVICES_GATEWAY_STORE_ACCOUNT_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/tx.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/lockout.h"

namespace bangfu::gateway::store {

// Nothing if there is no such account.
std::optional<AccountRecord> FindAccount(db::Tx& tx, const std::string& account_id);
std::optional<AccountRecord> FindAccountForUpdate(db::Tx& tx, const std::string& account_id);

// ACCOUNT_NOT_FOUND. Locks the row: whatever changes an account, its sessions or its grants waits for one another.
absl::StatusOr<AccountRecord> LoadAccountForUpdate(db::Tx& tx, const std::string& account_id);

// An account with the most failures of its name, from one source or in all, and the longest lock.
struct ListedAccount {
  AccountRecord account;
  Failures failures;
};
std::optional<ListedAccount> FindListedAccount(db::Tx& tx, const std::string& account_id);

// Up to `limit` accounts with names behind `after`, by name.
std::vector<ListedAccount> ListAccounts(db::Tx& tx, const std::string& after, int limit);

// ACCOUNT_NAME_TAKEN.
absl::Status InsertAccount(db::Tx& tx, const AccountRecord& account, absl::Time now);

// Writes what can change of an account.
void UpdateAccount(db::Tx& tx, const AccountRecord& account);

// Holds until the transaction ends: nobody else makes an account. Whether there is one.
bool LockAndFindAnyAccount(db::Tx& tx);

// The last `limit` passwords, newest first. Adding one forgets those before the last `keep`.
std::vector<std::string> LastPasswords(db::Tx& tx, const std::string& account_id, int limit);
void AddPassword(db::Tx& tx, const std::string& account_id, const std::string& password_hash, int keep);

// Failures of a typed name, whether there is such an account or not, from a network address and in all. Saving some
// forgets a few of those that are more than a day old; clearing forgets those from everywhere.
NameFailures LoadFailures(db::Tx& tx, const std::string& name, const std::string& source);
void SaveFailures(db::Tx& tx, const std::string& name, const std::string& source, const NameFailures& failures,
                  absl::Time now);
void ClearFailures(db::Tx& tx, const std::string& name);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_ACCOUNT_STORE_H_
