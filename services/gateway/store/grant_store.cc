#include "services/gateway/store/grant_store.h"

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/gateway/store/row.h"

namespace bangfu::gateway::store {
namespace {

constexpr db::Statement kSelect = {"grant_record.select", R"sql(
  SELECT grant_id, account_id, role, areas, end_date, state, proposer, approver
  FROM grant_record WHERE grant_id = $1)sql"};

constexpr db::Statement kSelectOfAccounts = {"grant_record.select_of_accounts", R"sql(
  SELECT grant_id, account_id, role, areas, end_date, state, proposer, approver
  FROM grant_record WHERE account_id = ANY($1::text[]) AND state <> 'REVOKED' ORDER BY grant_id)sql"};

constexpr db::Statement kInsert = {"grant_record.insert", R"sql(
  INSERT INTO grant_record (grant_id, account_id, role, areas, end_date, state, proposer, approver)
  VALUES ($1, $2, $3, $4::bigint[], $5::date, $6, $7, $8))sql"};

constexpr db::Statement kUpdate = {"grant_record.update",
                                   "UPDATE grant_record SET state = $2, approver = $3 WHERE grant_id = $1"};

v1::Grant ReadGrant(const pqxx::row& row) {
  v1::Grant grant;
  grant.set_grant_id(row[0].as<std::string>());
  grant.set_account_id(row[1].as<std::string>());
  options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
  options::v1::Role_Parse(row[2].as<std::string>(), &role);
  grant.set_role(role);
  ReadAreas(row[3], grant.mutable_areas());
  grant.set_end_date(row[4].as<std::string>());
  v1::Grant::State state = v1::Grant::STATE_UNSPECIFIED;
  v1::Grant::State_Parse(row[5].as<std::string>(), &state);
  grant.set_state(state);
  grant.set_proposer(row[6].as<std::string>());
  grant.set_approver(row[7].as<std::string>());
  return grant;
}

}  // namespace

absl::StatusOr<v1::Grant> LoadGrant(db::Tx& tx, const std::string& grant_id) {
  const pqxx::result rows = tx.Run(kSelect, grant_id);
  if (rows.empty()) return status::Refuse(v1::GRANT_NOT_FOUND);
  return ReadGrant(rows[0]);
}

std::vector<v1::Grant> GrantsOf(db::Tx& tx, const std::vector<std::string>& account_ids) {
  std::vector<v1::Grant> grants;
  for (const pqxx::row& row : tx.Run(kSelectOfAccounts, db::TextArray(account_ids))) grants.push_back(ReadGrant(row));
  return grants;
}

void InsertGrant(db::Tx& tx, const v1::Grant& grant) {
  tx.Run(kInsert, grant.grant_id(), grant.account_id(), options::v1::Role_Name(grant.role()), AreaArray(grant.areas()),
         grant.end_date(), v1::Grant::State_Name(grant.state()), grant.proposer(), grant.approver());
}

void UpdateGrant(db::Tx& tx, const v1::Grant& grant) {
  tx.Run(kUpdate, grant.grant_id(), v1::Grant::State_Name(grant.state()), grant.approver());
}

}  // namespace bangfu::gateway::store
