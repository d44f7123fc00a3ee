#include "common/rpc/call.h"

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
  if (!caller_->Reaches(rule_.roles(), area)) return OutOfScope();
  if (full_view_ && !caller_->Reaches(rule_.reveal_roles(), area)) return Refuse(Reason::PERMISSION_DENIED);
  authorised_ = true;
  sees_health_ = sees_health_ && caller_->Reaches(kRegisterRoles, area);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<auth::AreaRange>> Call::ScopeIn(absl::string_view area) {
  const auth::Roles roles = full_view_ ? rule_.reveal_roles() : rule_.roles();
  std::vector<auth::AreaRange> scope = caller_->ScopeFor(roles);
  if (!area.empty()) {
    const auto code = standards::ParseAreaCode(area);
    if (!code || !caller_->ReachesAll(roles, auth::RangeOf(*code))) return OutOfScope();
    scope = {auth::RangeOf(*code)};
  }
  if (scope.empty()) return OutOfScope();
  authorised_ = true;
  for (const auth::AreaRange& range : scope) {
    sees_health_ = sees_health_ && caller_->ReachesAll(kRegisterRoles, range);
  }
  return scope;
}

absl::Status Call::OutOfScope() const {
  return Refuse(Reason::AREA_OUT_OF_SCOPE,
                {{"areas", auth::AreasText(caller_->ScopeFor(full_view_ ? rule_.reveal_roles() : rule_.roles()))}});
}

absl::Status Call::Missing(absl::string_view record_id, absl::Status not_found) {
  std::optional<int32_t> shard = ShardOf(record_id);
  if (!shard) return not_found;
  const int64_t home = static_cast<int64_t>(*shard) * 1'000'000;
  return caller_->ReachesAll(rule_.roles(), auth::RangeOf(home)) ? not_found : OutOfScope();
}

}  // namespace bangfu::rpc
