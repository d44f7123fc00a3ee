// The lock after repeated failures. It goes by the name that was typed, whether there is such an account or not, so
// that it does not tell which names exist.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bangfu::gateway {

struct LockoutRule {
  int failures = 5;  // in a row, that lock the name
  absl::Duration duration = absl::Minutes(15);
};

// Failures in a row for one name.
struct Failures {
  int count = 0;
  absl::Time locked_until = absl::InfinitePast();
};

bool IsLocked(const Failures& failures, absl::Time now);

// ACCOUNT_LOCKED with the minutes left, rounded up.
absl::Status CheckNotLocked(const Failures& failures, absl::Time now);

// One failure more. Counting begins anew after a lock has run out.
Failures AfterFailure(const LockoutRule& rule, const Failures& before, absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_
