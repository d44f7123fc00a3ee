// Accounts: what is stored of one, what its name may be, and when its password must be changed.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_ACCOUNT_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_ACCOUNT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "services/gateway/domain/lockout.h"
#include "services/gateway/domain/password_policy.h"

namespace bangfu::gateway {

// One account as it is stored: the message that is shown, without state and grants, and what is never shown.
struct AccountRecord {
  v1::Account shown;
  std::string identity_digest;  // keyed, of the person's identity number; only for a new account
  bool disabled = false;
  std::string password_hash;
  absl::Time password_changed_at;
  bool must_change = false;  // the password was given by an administrator
  std::string totp_secret;   // sealed; empty without a second factor
  std::string totp_pending;  // sealed; enrolled but not confirmed yet
  absl::Time totp_pending_at = absl::InfinitePast();
  int64_t totp_last_step = 0;  // the greatest step whose code was accepted
  std::string reset_proposer;  // empty: nobody proposed to reset the account
  absl::Time reset_proposed_at = absl::InfinitePast();
};

// How long a proposed reset can be approved.
inline constexpr absl::Duration kResetProposalLife = absl::Hours(24);

// How long a device that was enrolled can be confirmed.
inline constexpr absl::Duration kEnrolmentLife = absl::Minutes(10);

// The date in China, by which grants and clients begin and end.
absl::CivilDay DayInChina(absl::Time time);

// The instant at which that day is over in China.
absl::Time EndOfDayInChina(absl::CivilDay day);

// INVALID_FIELD unless the name is 3 to 40 of a-z, 0-9, hyphen and dot.
absl::Status CheckAccountName(absl::string_view name);
bool IsAccountName(absl::string_view name);

// The password was given by an administrator, or is older than the policy allows.
bool MustChangePassword(const AccountRecord& account, const PasswordPolicy& policy, absl::Time now);

// Gives the account a password that an administrator has seen, by its hash.
void GiveFirstPassword(AccountRecord& account, const std::string& hash, absl::Time now);

// SECOND_FACTOR_EXPIRED if a device was enrolled and not confirmed in time.
absl::Status CheckEnrolmentInTime(const AccountRecord& account, absl::Time now);

// Somebody proposed to reset the account, not too long ago.
bool IsResetProposed(const AccountRecord& account, absl::Time now);

// The account as it is shown: with its state and whether it has a second factor.
v1::Account Shown(const AccountRecord& account, const Failures& failures, const PasswordPolicy& policy, absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_ACCOUNT_H_
