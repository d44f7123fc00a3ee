#include "services/gateway/domain/lockout.h"

#include <string>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {

bool IsLocked(const Failures& failures, absl::Time now) { return now < failures.locked_until; }

absl::Status CheckNotLocked(const Failures& failures, absl::Time now) {
  if (!IsLocked(failures, now)) return absl::OkStatus();
  const int64_t minutes = absl::ToInt64Minutes(absl::Ceil(failures.locked_until - now, absl::Minutes(1)));
  return status::Refuse(v1::ACCOUNT_LOCKED, {{"minutes", std::to_string(minutes)}});
}

Failures AfterFailure(const LockoutRule& rule, const Failures& before, absl::Time now) {
  const bool was_locked = before.locked_until != absl::InfinitePast();
  Failures after{was_locked ? 1 : before.count + 1};
  if (after.count >= rule.failures) after.locked_until = now + rule.duration;
  return after;
}

}  // namespace bangfu::gateway
