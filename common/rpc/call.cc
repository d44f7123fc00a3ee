#include "common/rpc/call.h"

#include <algorithm>

#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::rpc {

using status::Reason;
using status::Refuse;

namespace {

// Those who keep the register, read it or audit it.
constexpr options::v1::Role kRegisterRoles[] = {options::v1::REGISTRAR, options::v1::REVIEWER, options::v1::VIEWER,
                                                options::v1::AUDITOR};

}  // namespace

absl::Status Call::Authorise(int64_t area) {
  if (!caller_->Reaches(rule_.roles(), area)) return Refuse(Reason::PERMISSION_DENIED);
  if (full_view_ && !caller_->Reaches(rule_.reveal_roles(), area)) return Refuse(Reason::PERMISSION_DENIED);
  authorised_ = true;
  sees_health_ = sees_health_ && caller_->Reaches(kRegisterRoles, area);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<auth::AreaRange>> Call::ScopeIn(int64_t area) {
  const auth::AreaRange wanted = auth::RangeOf(area);
  std::vector<auth::AreaRange> scope;
  for (const auth::AreaRange& granted : caller_->ScopeFor(full_view_ ? rule_.reveal_roles() : rule_.roles())) {
    auth::AreaRange both{std::max(granted.low, wanted.low), std::min(granted.high, wanted.high)};
    if (both.low < both.high) scope.push_back(both);
  }
  if (scope.empty()) return Refuse(Reason::AREA_OUT_OF_SCOPE);
  authorised_ = true;
  for (const auth::AreaRange& range : scope) {
    sees_health_ = sees_health_ && caller_->ReachesAll(kRegisterRoles, range);
  }
  return scope;
}

absl::Status Call::Missing(absl::string_view record_id, absl::Status not_found) {
  std::optional<int32_t> shard = ShardOf(record_id);
  if (!shard) return not_found;
  const int64_t home = static_cast<int64_t>(*shard) * 1'000'000;
  return caller_->ReachesAll(rule_.roles(), auth::RangeOf(home)) ? not_found : Refuse(Reason::PERMISSION_DENIED);
}

}  // namespace bangfu::rpc
