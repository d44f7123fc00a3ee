#include "services/gateway/store/recovery_code_store.h"

namespace bangfu::gateway::store {
namespace {

constexpr db::Statement kHas = {"recovery_code.has", R"sql(
  SELECT EXISTS (SELECT 1 FROM recovery_code WHERE account_id = $1 AND code_digest = $2))sql"};

constexpr db::Statement kDelete = {"recovery_code.delete",
                                   "DELETE FROM recovery_code WHERE account_id = $1 AND code_digest = $2"};

constexpr db::Statement kDeleteAll = {"recovery_code.delete_all", "DELETE FROM recovery_code WHERE account_id = $1"};

constexpr db::Statement kInsert = {"recovery_code.insert",
                                   "INSERT INTO recovery_code (account_id, code_digest) VALUES ($1, $2)"};

}  // namespace

bool HasRecoveryCode(db::Tx& tx, const std::string& account_id, const std::string& digest) {
  return tx.Run(kHas, account_id, db::Bytes(digest))[0][0].as<bool>();
}

void DeleteRecoveryCode(db::Tx& tx, const std::string& account_id, const std::string& digest) {
  tx.Run(kDelete, account_id, db::Bytes(digest));
}

void ReplaceRecoveryCodes(db::Tx& tx, const std::string& account_id, const std::vector<std::string>& digests) {
  tx.Run(kDeleteAll, account_id);
  for (const std::string& digest : digests) tx.Run(kInsert, account_id, db::Bytes(digest));
}

}  // namespace bangfu::gateway::store
