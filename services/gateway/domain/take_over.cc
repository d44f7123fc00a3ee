#include "services/gateway/domain/take_over.h"

#include <algorithm>
#include <string>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/grant.h"

namespace bangfu::gateway {
namespace {

using options::v1::SECURITY_ADMIN;
using options::v1::SYSTEM_ADMIN;
using status::Refuse;

}  // namespace

absl::Status CheckResetByOne(absl::Span<const v1::Grant> held, absl::CivilDay today) {
  const bool has_rights =
      std::any_of(held.begin(), held.end(), [&](const v1::Grant& grant) { return IsLive(grant, today); });
  return has_rights ? Refuse(v1::RESET_NEEDS_TWO) : absl::OkStatus();
}

absl::StatusOr<AccountRecord> ProposeReset(AccountRecord account, absl::string_view proposer, absl::Time now) {
  if (account.shown.account_id() == proposer) return Refuse(v1::RESET_NEEDS_TWO);
  account.reset_proposer = std::string(proposer);
  account.reset_proposed_at = now;
  return account;
}

absl::StatusOr<AccountRecord> ApproveReset(AccountRecord account, absl::string_view approver, absl::Time now) {
  if (!IsResetProposed(account, now)) return Refuse(v1::RESET_NOT_PROPOSED);
  if (account.reset_proposer == approver || account.shown.account_id() == approver) return Refuse(v1::RESET_NEEDS_TWO);
  account.reset_proposer.clear();
  account.reset_proposed_at = absl::InfinitePast();
  account.totp_secret.clear();
  account.totp_pending.clear();
  return account;
}

absl::Status CheckMayEnable(const auth::Caller& caller, absl::Span<const v1::Grant> held, absl::CivilDay today) {
  const bool security = std::any_of(held.begin(), held.end(), [&](const v1::Grant& grant) {
    return grant.role() == SECURITY_ADMIN && IsLive(grant, today);
  });
  if (caller.HasRole({security ? SYSTEM_ADMIN : SECURITY_ADMIN})) return absl::OkStatus();
  return Refuse(v1::ENABLED_BY_OTHERS, {{"role", security ? "系统管理员" : "安全管理员"}});
}

}  // namespace bangfu::gateway
