// Rows of grants.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_GRANT_STORE_H_
#define BANGFU_SERVICES_GATEWAY_STORE_GRANT_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "common/db/tx.h"

namespace bangfu::gateway::store {

// GRANT_NOT_FOUND. Does not lock: whoever decides about a grant locks its account, and then loads it.
absl::StatusOr<v1::Grant> LoadGrant(db::Tx& tx, const std::string& grant_id);

// The grants of these accounts that are not revoked, by id; those that are over among them.
std::vector<v1::Grant> GrantsOf(db::Tx& tx, const std::vector<std::string>& account_ids);

void InsertGrant(db::Tx& tx, const v1::Grant& grant);

// Writes state and approver.
void UpdateGrant(db::Tx& tx, const v1::Grant& grant);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_GRANT_STORE_H_
