// The lock after repeated failures. It goes by the name that was typed, whether there is such an account or not, so
// that it does not tell which names exist; and first of all by where the attempts come from, so that whoever guesses
// somebody's password locks themselves out and not the owner. Only guesses from many places lock the name everywhere.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bangfu::gateway {

struct LockoutRule {
  int failures = 5;               // in a row from one source, that lock the name for it
  int failures_everywhere = 100;  // in a row from all sources together, that lock the name
  absl::Duration duration = absl::Minutes(15);
};

// Failures in a row.
struct Failures {
  int count = 0;
  absl::Time locked_until = absl::InfinitePast();
};

// Those for one name.
struct NameFailures {
  Failures from_source;
  Failures everywhere;

  bool any() const { return from_source.count > 0 || everywhere.count > 0; }
};

bool IsLocked(const Failures& failures, absl::Time now);
bool IsLocked(const NameFailures& failures, absl::Time now);

// ACCOUNT_LOCKED with the minutes left, rounded up.
absl::Status CheckNotLocked(const NameFailures& failures, absl::Time now);

// One failure more. Counting begins anew after a lock has run out.
NameFailures AfterFailure(const LockoutRule& rule, const NameFailures& before, absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_LOCKOUT_H_
