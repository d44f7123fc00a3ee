#include "services/gateway/rpc/bootstrap.h"

#include "common/crypto/encode.h"
#include "common/ids/record_id.h"
#include "common/rpc/effects.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "nlohmann/json.hpp"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/password_policy.h"
#include "services/gateway/rpc/readable_secret.h"
#include "services/gateway/store/account_store.h"
#include "services/gateway/store/grant_store.h"

namespace bangfu::gateway {
namespace {

constexpr int kGrantYears = 3;
// No account's name has a colon, so nobody can be taken for these.
constexpr char kProposer[] = "system:bootstrap";
constexpr char kApprover[] = "system:operator";

struct First {
  const char* account_id;
  const char* display_name;
  options::v1::Role role;
};
constexpr First kFirst[] = {{"sysadmin", "系统管理员", options::v1::SYSTEM_ADMIN},
                            {"secadmin", "安全管理员", options::v1::SECURITY_ADMIN},
                            {"auditadmin", "审计管理员", options::v1::AUDIT_ADMIN}};

v1::Grant GrantFor(const First& first, absl::CivilDay today) {
  v1::Grant grant;
  grant.set_grant_id(crypto::EncodeId(ids::NewRecordNumber()));
  grant.set_account_id(first.account_id);
  grant.set_role(first.role);
  grant.set_end_date(standards::FormatDate(absl::CivilDay(today.year() + kGrantYears, today.month(), today.day())));
  grant.set_state(v1::Grant::APPROVED);
  grant.set_proposer(kProposer);
  grant.set_approver(kApprover);
  return grant;
}

absl::Status Insert(db::Tx& tx, const First& first, const std::string& hash, absl::Time now) {
  AccountRecord account;
  account.shown.set_account_id(first.account_id);
  account.shown.set_display_name(first.display_name);
  GiveFirstPassword(account, hash, now);
  RETURN_IF_ERROR(store::InsertAccount(tx, account, now));
  store::AddPassword(tx, first.account_id, hash, PasswordPolicy().history);
  store::InsertGrant(tx, GrantFor(first, DayInChina(now)));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<FirstAdministrator>> CreateFirstAdministrators(db::Database& database,
                                                                          PasswordHasher& hasher, absl::Time now) {
  std::vector<FirstAdministrator> made;
  std::vector<std::string> hashes;
  for (const First& first : kFirst) {
    made.push_back({first.account_id, first.role, NewReadableSecret()});
    ASSIGN_OR_RETURN(std::string hash, hasher.Hash(made.back().first_password, absl::InfiniteFuture()));
    hashes.push_back(std::move(hash));
  }
  RETURN_IF_ERROR(database.Write({}, [&](db::Tx& tx) -> absl::Status {
    if (store::LockAndFindAnyAccount(tx)) return status::Refuse(status::Reason::ALREADY_EXISTS);
    audit::v1::AuditRecord record;
    record.set_service("gateway");
    record.set_method("bangfu-gateway bootstrap");
    record.set_subject(kProposer);
    record.mutable_time()->set_seconds(absl::ToUnixSeconds(now));
    record.set_result("OK");
    rpc::Effects effects(record);
    for (size_t i = 0; i < made.size(); ++i) {
      RETURN_IF_ERROR(Insert(tx, kFirst[i], hashes[i], now));
      effects.ActOn(kFirst[i].account_id, 0);
    }
    return effects.Flush(tx);
  }));
  return made;
}

std::string ToJson(const std::vector<FirstAdministrator>& administrators) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const FirstAdministrator& administrator : administrators) {
    list.push_back({{"accountId", administrator.account_id},
                    {"role", options::v1::Role_Name(administrator.role)},
                    {"firstPassword", administrator.first_password}});
  }
  return nlohmann::ordered_json({{"administrators", list}}).dump(2);
}

}  // namespace bangfu::gateway
