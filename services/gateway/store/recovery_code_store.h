// Rows of recovery codes, by their keyed digests.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_RECOVERY_CODE_STORE_H_
#define BANGFU_SERVICES_GATEWAY_STORE_RECOVERY_CODE_STORE_H_

#include <string>
#include <vector>

#include "common/db/tx.h"

namespace bangfu::gateway::store {

// Whether the account has an unused code of this digest. Whoever uses one up holds the lock of the account.
bool HasRecoveryCode(db::Tx& tx, const std::string& account_id, const std::string& digest);
void DeleteRecoveryCode(db::Tx& tx, const std::string& account_id, const std::string& digest);

// Puts these in place of all that the account has.
void ReplaceRecoveryCodes(db::Tx& tx, const std::string& account_id, const std::vector<std::string>& digests);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_RECOVERY_CODE_STORE_H_
