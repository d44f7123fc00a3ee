#include "services/gateway/store/session_store.h"

#include "services/gateway/store/row.h"

namespace bangfu::gateway::store {
namespace {

constexpr db::Statement kInsert = {"session.insert", R"sql(
  INSERT INTO session (session_id, account_id, family_digest, refresh_digest, second_factor, created_at, last_used_at,
                       expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql"};

constexpr db::Statement kForget = {"session.forget", R"sql(
  DELETE FROM session WHERE session_id IN (
    SELECT session_id FROM session WHERE expires_at < $1::timestamptz - interval '30 days'
    ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED))sql"};

constexpr db::Statement kSelectForUpdate = {"session.select_for_update", R"sql(
  SELECT session_id, account_id, family_digest, refresh_digest, second_factor,
         (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM last_used_at) * 1000000)::bigint,
         (extract(epoch FROM expires_at) * 1000000)::bigint, (extract(epoch FROM ended_at) * 1000000)::bigint,
         previous_digest
  FROM session WHERE family_digest = $1 FOR UPDATE)sql"};

constexpr db::Statement kSelect = {"session.select", R"sql(
  SELECT session_id, account_id, family_digest, refresh_digest, second_factor,
         (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM last_used_at) * 1000000)::bigint,
         (extract(epoch FROM expires_at) * 1000000)::bigint, (extract(epoch FROM ended_at) * 1000000)::bigint,
         previous_digest
  FROM session WHERE session_id = $1)sql"};

constexpr db::Statement kUpdate = {"session.update", R"sql(
  UPDATE session SET refresh_digest = $2, previous_digest = $5, last_used_at = $3, ended_at = $4
  WHERE session_id = $1)sql"};

constexpr db::Statement kEnd = {"session.end", R"sql(
  UPDATE session SET ended_at = $2 WHERE session_id = $1 AND ended_at IS NULL RETURNING session_id)sql"};

constexpr db::Statement kEndOfAccount = {"session.end_of_account", R"sql(
  UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL RETURNING session_id)sql"};

constexpr db::Statement kEndOthersOfAccount = {"session.end_others_of_account", R"sql(
  UPDATE session SET ended_at = $2 WHERE account_id = $1 AND session_id <> $3 AND ended_at IS NULL
  RETURNING session_id)sql"};

constexpr db::Statement kEnded = {"session.ended", "SELECT session_id FROM session WHERE ended_at >= $1"};

constexpr db::Statement kRevokedClients = {"session.revoked_clients",
                                           "SELECT client_id FROM department_client WHERE revoked_at >= $1"};

std::vector<std::string> FirstColumn(const pqxx::result& rows) {
  std::vector<std::string> values;
  for (const pqxx::row& row : rows) values.push_back(row[0].as<std::string>());
  return values;
}

std::optional<SessionRecord> FirstSession(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  SessionRecord session;
  session.session_id = row[0].as<std::string>();
  session.account_id = row[1].as<std::string>();
  session.family_digest = db::BytesOf(row[2]);
  session.refresh_digest = db::BytesOf(row[3]);
  session.second_factor = row[4].as<bool>();
  session.created_at = TimeIn(row[5]);
  session.last_used_at = TimeIn(row[6]);
  session.expires_at = TimeIn(row[7]);
  session.ended_at = TimeIn(row[8]);
  session.previous_digest = db::BytesOf(row[9]);
  return session;
}

}  // namespace

void InsertSession(db::Tx& tx, const SessionRecord& session) {
  tx.Run(kInsert, session.session_id, session.account_id, db::Bytes(session.family_digest),
         db::Bytes(session.refresh_digest), session.second_factor, Timestamp(session.created_at),
         Timestamp(session.last_used_at), Timestamp(session.expires_at));
  tx.Run(kForget, Timestamp(session.created_at));
}

std::optional<SessionRecord> FindSessionForUpdate(db::Tx& tx, const std::string& family_digest) {
  return FirstSession(tx.Run(kSelectForUpdate, db::Bytes(family_digest)));
}

std::optional<SessionRecord> FindSession(db::Tx& tx, const std::string& session_id) {
  return FirstSession(tx.Run(kSelect, session_id));
}

void UpdateSession(db::Tx& tx, const SessionRecord& session) {
  tx.Run(kUpdate, session.session_id, db::Bytes(session.refresh_digest), Timestamp(session.last_used_at),
         Timestamp(session.ended_at), db::Bytes(session.previous_digest));
}

std::vector<std::string> EndSession(db::Tx& tx, const std::string& session_id, absl::Time now) {
  return FirstColumn(tx.Run(kEnd, session_id, Timestamp(now)));
}

std::vector<std::string> EndSessionsOf(db::Tx& tx, const std::string& account_id, absl::Time now) {
  return FirstColumn(tx.Run(kEndOfAccount, account_id, Timestamp(now)));
}

std::vector<std::string> EndOtherSessionsOf(db::Tx& tx, const std::string& account_id, const std::string& session_id,
                                            absl::Time now) {
  return FirstColumn(tx.Run(kEndOthersOfAccount, account_id, Timestamp(now), session_id));
}

Ended EndedSince(db::Tx& tx, absl::Time since) {
  return {FirstColumn(tx.Run(kEnded, Timestamp(since))), FirstColumn(tx.Run(kRevokedClients, Timestamp(since)))};
}

}  // namespace bangfu::gateway::store
