// Rows of department clients.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_CLIENT_STORE_H_
#define BANGFU_SERVICES_GATEWAY_STORE_CLIENT_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/tx.h"
#include "services/gateway/domain/client.h"

namespace bangfu::gateway::store {

// Nothing if there is no such client.
std::optional<ClientRecord> FindClient(db::Tx& tx, const std::string& client_id);

// CLIENT_NOT_FOUND. Locks the row.
absl::StatusOr<ClientRecord> LoadClientForUpdate(db::Tx& tx, const std::string& client_id);

// Up to `limit` clients with ids behind `after`, by id.
std::vector<v1::DepartmentClient> ListClients(db::Tx& tx, const std::string& after, int limit);

// ACCOUNT_NAME_TAKEN if the id is in use.
absl::Status InsertClient(db::Tx& tx, const ClientRecord& client);

// Writes state and approver, and when it was revoked.
void UpdateClient(db::Tx& tx, const ClientRecord& client, absl::Time now);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_CLIENT_STORE_H_
