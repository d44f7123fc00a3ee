#include "services/gateway/domain/take_over.h"

#include <utility>
#include <vector>

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

using namespace options::v1;  // the names of roles
using status::ReasonOf;

const absl::Time kNow = absl::FromCivil(absl::CivilSecond(2026, 3, 2, 9, 0, 0), absl::FixedTimeZone(8 * 3600));
const absl::CivilDay kToday(2026, 3, 2);

v1::Grant GrantOf(Role role, v1::Grant::State state = v1::Grant::APPROVED, const char* end_date = "2027-01-01") {
  v1::Grant grant;
  grant.set_role(role);
  grant.set_state(state);
  grant.set_end_date(end_date);
  return grant;
}

AccountRecord AccountOf(const char* account_id) {
  AccountRecord account;
  account.shown.set_account_id(account_id);
  account.totp_secret = "sealed";
  account.totp_pending = "sealed, too";
  return account;
}

TEST(TakeOverTest, OneAdministratorResetsOnlyWhatHasNoRights) {
  const std::pair<std::vector<v1::Grant>, bool> cases[] = {
      {{}, true},
      {{GrantOf(REGISTRAR), GrantOf(FUND_APPROVER)}, false},
      {{GrantOf(SYSTEM_ADMIN)}, false},
      {{GrantOf(SECURITY_ADMIN)}, false},
      {{GrantOf(AUDIT_ADMIN)}, false},
      {{GrantOf(SECURITY_ADMIN, v1::Grant::PROPOSED)}, false},
      {{GrantOf(SECURITY_ADMIN, v1::Grant::APPROVED, "2026-03-01")}, true},
      {{GrantOf(SECURITY_ADMIN, v1::Grant::REVOKED)}, true},
  };
  for (const auto& [held, allowed] : cases) {
    EXPECT_EQ(ReasonOf(CheckResetByOne(held, kToday)), allowed ? "" : "RESET_NEEDS_TWO") << held.size();
  }
}

TEST(TakeOverTest, AResetTakesTwoOthersWithinADay) {
  EXPECT_EQ(ReasonOf(ProposeReset(AccountOf("secadmin"), "secadmin", kNow).status()), "RESET_NEEDS_TWO");
  const AccountRecord proposed = *ProposeReset(AccountOf("secadmin"), "sysadmin", kNow);
  EXPECT_EQ(proposed.totp_secret, "sealed");
  EXPECT_EQ(Shown(proposed, {}, {}, kNow).reset_proposer(), "sysadmin");

  EXPECT_EQ(ReasonOf(ApproveReset(proposed, "sysadmin", kNow).status()), "RESET_NEEDS_TWO");
  EXPECT_EQ(ReasonOf(ApproveReset(proposed, "secadmin", kNow).status()), "RESET_NEEDS_TWO");
  EXPECT_EQ(ReasonOf(ApproveReset(AccountOf("secadmin"), "auditadmin", kNow).status()), "RESET_NOT_PROPOSED");
  const absl::Time late = kNow + kResetProposalLife;
  EXPECT_EQ(ReasonOf(ApproveReset(proposed, "auditadmin", late).status()), "RESET_NOT_PROPOSED");
  EXPECT_EQ(Shown(proposed, {}, {}, late).reset_proposer(), "");

  const AccountRecord approved = *ApproveReset(proposed, "auditadmin", late - absl::Seconds(1));
  EXPECT_EQ(approved.totp_secret, "");
  EXPECT_EQ(approved.totp_pending, "");
  EXPECT_EQ(ReasonOf(ApproveReset(approved, "auditadmin", kNow).status()), "RESET_NOT_PROPOSED");
}

TEST(TakeOverTest, SecurityEnablesAllButItself) {
  auth::Caller system, security;
  system.grants = {{SYSTEM_ADMIN, {}}};
  security.grants = {{SECURITY_ADMIN, {}}};
  for (const std::vector<v1::Grant>& held :
       {std::vector<v1::Grant>(), {GrantOf(REGISTRAR)}, {GrantOf(SYSTEM_ADMIN)}, {GrantOf(AUDIT_ADMIN)}}) {
    EXPECT_TRUE(CheckMayEnable(security, held, kToday).ok());
    EXPECT_EQ(ReasonOf(CheckMayEnable(system, held, kToday)), "ENABLED_BY_OTHERS");
  }
  const std::vector<v1::Grant> held = {GrantOf(SECURITY_ADMIN)};
  EXPECT_TRUE(CheckMayEnable(system, held, kToday).ok());
  const absl::Status refused = CheckMayEnable(security, held, kToday);
  EXPECT_EQ(ReasonOf(refused), "ENABLED_BY_OTHERS");
  EXPECT_EQ(status::ErrorInfoOf(refused).metadata().at("role"), "系统管理员");
}

}  // namespace
}  // namespace bangfu::gateway
