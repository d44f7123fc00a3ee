#include "services/gateway/domain/account.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {
namespace {

constexpr size_t kNameShortest = 3;
constexpr size_t kNameLongest = 40;

// China has one time zone and no summer time since 1992.
absl::TimeZone China() { return absl::FixedTimeZone(8 * 60 * 60); }

bool IsNameCharacter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.'; }

}  // namespace

absl::CivilDay DayInChina(absl::Time time) { return absl::ToCivilDay(time, China()); }

absl::Time EndOfDayInChina(absl::CivilDay day) { return absl::FromCivil(day + 1, China()); }

bool IsAccountName(absl::string_view name) {
  return name.size() >= kNameShortest && name.size() <= kNameLongest &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

absl::Status CheckAccountName(absl::string_view name) {
  if (IsAccountName(name)) return absl::OkStatus();
  return status::RefuseFields({{"account.account_id", "账号名: 请用 3 至 40 位小写字母、数字、连字符或点"}});
}

bool MustChangePassword(const AccountRecord& account, const PasswordPolicy& policy, absl::Time now) {
  return account.must_change || now >= account.password_changed_at + policy.longest_life;
}

void GiveFirstPassword(AccountRecord& account, const std::string& hash, absl::Time now) {
  account.password_hash = hash;
  account.password_changed_at = now;
  account.must_change = true;
}

absl::Status CheckEnrolmentInTime(const AccountRecord& account, absl::Time now) {
  const bool late = !account.totp_pending.empty() && now >= account.totp_pending_at + kEnrolmentLife;
  return late ? status::Refuse(v1::SECOND_FACTOR_EXPIRED) : absl::OkStatus();
}

bool IsResetProposed(const AccountRecord& account, absl::Time now) {
  return !account.reset_proposer.empty() && now < account.reset_proposed_at + kResetProposalLife;
}

v1::Account Shown(const AccountRecord& account, const Failures& failures, const PasswordPolicy& policy,
                  absl::Time now) {
  v1::Account shown = account.shown;
  shown.set_second_factor(!account.totp_secret.empty());
  if (IsResetProposed(account, now)) shown.set_reset_proposer(account.reset_proposer);
  if (account.disabled) {
    shown.set_state(v1::Account::DISABLED);
  } else if (IsLocked(failures, now)) {
    shown.set_state(v1::Account::LOCKED);
  } else if (MustChangePassword(account, policy, now)) {
    shown.set_state(v1::Account::PASSWORD_CHANGE_REQUIRED);
  } else {
    shown.set_state(v1::Account::ACTIVE);
  }
  return shown;
}

}  // namespace bangfu::gateway
