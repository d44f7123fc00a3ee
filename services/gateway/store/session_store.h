// Rows of sessions.
#ifndef BANGFU_SERVICES_GATEWAY_STORE_SESSION_STORE_H_
#define BANGFU_SERVICES_GATEWAY_STORE_SESSION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/db/tx.h"
#include "services/gateway/domain/session.h"

namespace bangfu::gateway::store {

// Also forgets a few sessions that ran out more than 30 days ago.
void InsertSession(db::Tx& tx, const SessionRecord& session);

// Locks the row. Nothing if no session has this family.
std::optional<SessionRecord> FindSessionForUpdate(db::Tx& tx, const std::string& family_digest);

// Nothing if there is no such session. Does not lock.
std::optional<SessionRecord> FindSession(db::Tx& tx, const std::string& session_id);

// Writes the refresh digest, when it was last used and whether it has ended.
void UpdateSession(db::Tx& tx, const SessionRecord& session);

// Ends the session, or all sessions of the account, that are still running; which those were.
std::vector<std::string> EndSession(db::Tx& tx, const std::string& session_id, absl::Time now);
std::vector<std::string> EndSessionsOf(db::Tx& tx, const std::string& account_id, absl::Time now);

// The same for all sessions of the account but this one.
std::vector<std::string> EndOtherSessionsOf(db::Tx& tx, const std::string& account_id, const std::string& session_id,
                                            absl::Time now);

// Ids of the sessions that were ended, and of the clients that were revoked, since then.
struct Ended {
  std::vector<std::string> session_ids;
  std::vector<std::string> client_ids;
};
Ended EndedSince(db::Tx& tx, absl::Time since);

}  // namespace bangfu::gateway::store

#endif  // BANGFU_SERVICES_GATEWAY_STORE_SESSION_STORE_H_
