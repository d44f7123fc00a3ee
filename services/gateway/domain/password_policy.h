// What a password must be (GB/T 22239-2019 8.1.4.1 a).
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_PASSWORD_POLICY_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_PASSWORD_POLICY_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::gateway {

struct PasswordPolicy {
  int shortest = 10;  // characters, not bytes
  int history = 5;    // so many last passwords are not taken again
  absl::Duration longest_life = absl::Hours(24 * 90);
};

// PASSWORD_TOO_WEAK unless the password is long enough, has a letter and a digit of ASCII, and does not contain the
// account's name in any case.
absl::Status CheckPassword(const PasswordPolicy& policy, absl::string_view account_id, absl::string_view password);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_PASSWORD_POLICY_H_
