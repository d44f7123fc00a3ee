// Whether an attempt to sign in succeeds, and whether it counts as a guess.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_SIGN_IN_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_SIGN_IN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/gateway/domain/account.h"

namespace bangfu::gateway {

// What was brought, for a name that is not locked.
struct Attempt {
  const AccountRecord* account = nullptr;  // null: no such account
  bool password_fits = false;
  absl::string_view code;         // may be empty
  absl::string_view totp_secret;  // opened; empty without a second factor
  bool is_recovery_code = false;  // the code is one of the account's unused recovery codes
};

struct Verdict {
  absl::Status refusal;        // OK: signed in
  bool counts = false;         // a failure for the lock
  bool second_factor = false;  // one was shown
  int64_t totp_step = 0;       // the step of the accepted one-time code; 0: none, or a recovery code
  bool change_only = false;    // the password must be changed before anything else
};

// Refuses, in this order: SIGN_IN_FAILED for an unknown name as for a wrong password; ACCOUNT_DISABLED only to who
// knows the password; SECOND_FACTOR_REQUIRED without a code; SIGN_IN_FAILED for a wrong or used code. A recovery
// code is as good as a one-time code; using it up is the caller's part.
Verdict JudgeSignIn(const Attempt& attempt, const PasswordPolicy& policy, absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_SIGN_IN_H_
