#include "services/gateway/domain/lockout.h"

#include <algorithm>
#include <string>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {

namespace {

Failures OneMore(int limit, absl::Duration duration, const Failures& before, absl::Time now) {
  const bool was_locked = before.locked_until != absl::InfinitePast();
  Failures after{was_locked ? 1 : before.count + 1};
  if (after.count >= limit) after.locked_until = now + duration;
  return after;
}

}  // namespace

bool IsLocked(const Failures& failures, absl::Time now) { return now < failures.locked_until; }

bool IsLocked(const NameFailures& failures, absl::Time now) {
  return IsLocked(failures.from_source, now) || IsLocked(failures.everywhere, now);
}

absl::Status CheckNotLocked(const NameFailures& failures, absl::Time now) {
  if (!IsLocked(failures, now)) return absl::OkStatus();
  const absl::Time until = std::max(failures.from_source.locked_until, failures.everywhere.locked_until);
  const int64_t minutes = absl::ToInt64Minutes(absl::Ceil(until - now, absl::Minutes(1)));
  return status::Refuse(v1::ACCOUNT_LOCKED, {{"minutes", std::to_string(minutes)}});
}

NameFailures AfterFailure(const LockoutRule& rule, const NameFailures& before, absl::Time now) {
  return {OneMore(rule.failures, rule.duration, before.from_source, now),
          OneMore(rule.failures_everywhere, rule.duration, before.everywhere, now)};
}

}  // namespace bangfu::gateway
