#include "services/gateway/store/client_store.h"

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/gateway/store/row.h"

namespace bangfu::gateway::store {
namespace {

using v1::DepartmentClient;

constexpr db::Statement kSelect = {"department_client.select", R"sql(
  SELECT client_id, department, legal_basis, purposes, areas, calls_per_minute, end_date, state, secret_digest,
         proposer, approver, certificate_digest
  FROM department_client WHERE client_id = $1)sql"};

constexpr db::Statement kSelectForUpdate = {"department_client.select_for_update", R"sql(
  SELECT client_id, department, legal_basis, purposes, areas, calls_per_minute, end_date, state, secret_digest,
         proposer, approver, certificate_digest
  FROM department_client WHERE client_id = $1 FOR UPDATE)sql"};

constexpr db::Statement kList = {"department_client.list", R"sql(
  SELECT client_id, department, legal_basis, purposes, areas, calls_per_minute, end_date, state, secret_digest,
         proposer, approver, certificate_digest
  FROM department_client WHERE client_id > $1 ORDER BY client_id LIMIT $2)sql"};

constexpr db::Statement kInsert = {"department_client.insert", R"sql(
  INSERT INTO department_client (client_id, department, legal_basis, purposes, areas, calls_per_minute, end_date, state,
                                 secret_digest, proposer, certificate_digest)
  VALUES ($1, $2, $3, $4::text[], $5::bigint[], $6, $7::date, $8, $9, $10, $11) ON CONFLICT (client_id) DO NOTHING)sql"};

constexpr db::Statement kUpdate = {"department_client.update", R"sql(
  UPDATE department_client SET state = $2, approver = $3, revoked_at = $4 WHERE client_id = $1)sql"};

ClientRecord ReadClient(const pqxx::row& row) {
  ClientRecord client;
  client.shown.set_client_id(row[0].as<std::string>());
  client.shown.set_department(row[1].as<std::string>());
  client.shown.set_legal_basis(row[2].as<std::string>());
  for (std::string& purpose : ElementsOf(row[3])) client.shown.add_purposes(std::move(purpose));
  ReadAreas(row[4], client.shown.mutable_areas());
  client.shown.set_calls_per_minute(row[5].as<int>());
  client.shown.set_end_date(row[6].as<std::string>());
  DepartmentClient::State state = DepartmentClient::STATE_UNSPECIFIED;
  DepartmentClient::State_Parse(row[7].as<std::string>(), &state);
  client.shown.set_state(state);
  client.secret_digest = db::BytesOf(row[8]);
  client.proposer = row[9].as<std::string>();
  client.approver = row[10].as<std::string>();
  client.shown.set_certificate_digest(row[11].as<std::string>());
  return client;
}

}  // namespace

std::optional<ClientRecord> FindClient(db::Tx& tx, const std::string& client_id) {
  const pqxx::result rows = tx.Run(kSelect, client_id);
  if (rows.empty()) return std::nullopt;
  return ReadClient(rows[0]);
}

absl::StatusOr<ClientRecord> LoadClientForUpdate(db::Tx& tx, const std::string& client_id) {
  const pqxx::result rows = tx.Run(kSelectForUpdate, client_id);
  if (rows.empty()) return status::Refuse(v1::CLIENT_NOT_FOUND);
  return ReadClient(rows[0]);
}

std::vector<DepartmentClient> ListClients(db::Tx& tx, const std::string& after, int limit) {
  std::vector<DepartmentClient> clients;
  for (const pqxx::row& row : tx.Run(kList, after, limit)) clients.push_back(ReadClient(row).shown);
  return clients;
}

absl::Status InsertClient(db::Tx& tx, const ClientRecord& client) {
  const DepartmentClient& shown = client.shown;
  const std::vector<std::string> purposes(shown.purposes().begin(), shown.purposes().end());
  const pqxx::result rows = tx.Run(kInsert, shown.client_id(), shown.department(), shown.legal_basis(),
                                   db::TextArray(purposes), AreaArray(shown.areas()), shown.calls_per_minute(),
                                   shown.end_date(), DepartmentClient::State_Name(shown.state()),
                                   db::Bytes(client.secret_digest), client.proposer, shown.certificate_digest());
  return rows.affected_rows() == 1 ? absl::OkStatus() : status::Refuse(v1::ACCOUNT_NAME_TAKEN);
}

void UpdateClient(db::Tx& tx, const ClientRecord& client, absl::Time now) {
  const bool revoked = client.shown.state() == DepartmentClient::REVOKED;
  tx.Run(kUpdate, client.shown.client_id(), DepartmentClient::State_Name(client.shown.state()), client.approver,
         Timestamp(revoked ? now : absl::InfiniteFuture()));
}

}  // namespace bangfu::gateway::store
