#include "common/auth/caller.h"

#include <algorithm>
#include <utility>

#include "common/status/refusal.h"

namespace bangfu::auth {
namespace {

bool IsOneOf(Role role, Roles roles) { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

}  // namespace

bool Caller::HasRole(Roles roles) const {
  return std::any_of(grants.begin(), grants.end(), [&](const Grant& grant) { return IsOneOf(grant.role, roles); });
}

absl::Status Caller::CheckRole(Roles roles) const {
  if (HasRole(roles)) return absl::OkStatus();
  const bool held = std::any_of(withheld.begin(), withheld.end(), [&](Role role) { return IsOneOf(role, roles); });
  return status::Refuse(held ? status::Reason::SECOND_FACTOR_NEEDED : status::Reason::PERMISSION_DENIED);
}

std::vector<AreaRange> Caller::ScopeFor(Roles roles) const {
  std::vector<AreaRange> ranges;
  for (const Grant& grant : grants) {
    if (IsOneOf(grant.role, roles)) ranges.insert(ranges.end(), grant.areas.begin(), grant.areas.end());
  }
  return Merge(std::move(ranges));
}

bool Caller::Reaches(Roles roles, int64_t area_code) const {
  for (const Grant& grant : grants) {
    if (!IsOneOf(grant.role, roles)) continue;
    for (const AreaRange& range : grant.areas) {
      if (range.Contains(area_code)) return true;
    }
  }
  return false;
}

bool Caller::Touches(Roles roles, const AreaRange& range) const {
  for (const AreaRange& reached : ScopeFor(roles)) {
    if (reached.low < range.high && range.low < reached.high) return true;
  }
  return false;
}

bool Caller::ReachesAll(Roles roles, const AreaRange& range) const {
  if (range.low >= range.high) return false;
  for (const AreaRange& reached : ScopeFor(roles)) {
    if (reached.low <= range.low && range.high <= reached.high) return true;
  }
  return false;
}

}  // namespace bangfu::auth
