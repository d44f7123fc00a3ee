#include "services/gateway/domain/grant.h"

#include <map>
#include <utility>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/auth/area_range.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::gateway {
namespace {

using options::v1::Role;
using status::FieldError;
using status::Refuse;

bool IsOver(const v1::Grant& grant, absl::CivilDay today) {
  const auto end = standards::ParseDate(grant.end_date());
  return !end || *end < today;
}

absl::Status WrongState(std::string state) { return Refuse(v1::GRANT_WRONG_STATE, {{"state", std::move(state)}}); }

std::string LabelOf(v1::Grant::State state) {
  return v1::Grant::State_descriptor()->FindValueByNumber(state)->options().GetExtension(options::v1::label);
}

std::vector<FieldError> FaultsOf(const v1::Grant& wanted, absl::CivilDay today) {
  std::vector<FieldError> faults;
  if (wanted.role() == options::v1::DEPARTMENT) {
    faults.push_back({"grant.role", "角色: 部门客户端角色不能授予个人账号"});
  } else if (IsAdministrator(wanted.role()) && wanted.areas_size() > 0) {
    faults.push_back({"grant.areas", "授权区域: 管理员角色不分区域, 请勿填写"});
  } else if (!IsAdministrator(wanted.role()) && wanted.areas_size() == 0) {
    faults.push_back({"grant.areas", "授权区域: 请至少填写一个区域"});
  }
  for (const std::string& area : wanted.areas()) {
    if (!standards::ParseAreaCode(area)) faults.push_back({"grant.areas", "授权区域: 区域代码不正确"});
  }
  if (!wanted.end_date().empty() && IsOver(wanted, today)) {
    faults.push_back({"grant.end_date", "截止日期: 不能早于今天"});
  }
  return faults;
}

}  // namespace

bool IsAdministrator(Role role) {
  return role == options::v1::SYSTEM_ADMIN || role == options::v1::SECURITY_ADMIN || role == options::v1::AUDIT_ADMIN;
}

bool IsInForce(const v1::Grant& grant, absl::CivilDay today) {
  return grant.state() == v1::Grant::APPROVED && !IsOver(grant, today);
}

bool IsLive(const v1::Grant& grant, absl::CivilDay today) {
  return grant.state() != v1::Grant::REVOKED && !IsOver(grant, today);
}

absl::Status CheckSeparation(Role role, absl::Span<const v1::Grant> held, absl::CivilDay today) {
  for (const v1::Grant& other : held) {
    if (!IsLive(other, today) || other.role() == role) continue;
    if (IsAdministrator(role) || IsAdministrator(other.role())) return Refuse(v1::ADMINISTRATORS_SEPARATE);
    const bool makes = role == options::v1::FUND_CLERK || other.role() == options::v1::FUND_CLERK;
    const bool approves = role == options::v1::FUND_APPROVER || other.role() == options::v1::FUND_APPROVER;
    if (makes && approves) return Refuse(v1::FUND_ROLES_SEPARATE);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Grant> ProposeGrant(const v1::Grant& wanted, absl::Span<const v1::Grant> held, std::string grant_id,
                                       absl::string_view proposer, absl::CivilDay today) {
  if (std::vector<FieldError> faults = FaultsOf(wanted, today); !faults.empty()) return status::RefuseFields(faults);
  RETURN_IF_ERROR(CheckSeparation(wanted.role(), held, today));
  v1::Grant grant;
  grant.set_grant_id(std::move(grant_id));
  grant.set_account_id(wanted.account_id());
  grant.set_role(wanted.role());
  *grant.mutable_areas() = wanted.areas();
  const absl::CivilDay in_a_year(today.year() + 1, today.month(), today.day());
  grant.set_end_date(wanted.end_date().empty() ? standards::FormatDate(in_a_year) : wanted.end_date());
  grant.set_state(v1::Grant::PROPOSED);
  grant.set_proposer(std::string(proposer));
  return grant;
}

absl::StatusOr<v1::Grant> ApproveGrant(v1::Grant grant, absl::Span<const v1::Grant> held, absl::string_view approver,
                                       absl::CivilDay today) {
  if (grant.state() != v1::Grant::PROPOSED) return WrongState(LabelOf(grant.state()));
  if (IsOver(grant, today)) return WrongState("已到期");
  if (grant.proposer() == approver) return Refuse(v1::GRANT_SAME_PERSON);
  RETURN_IF_ERROR(CheckSeparation(grant.role(), held, today));
  grant.set_state(v1::Grant::APPROVED);
  grant.set_approver(std::string(approver));
  return grant;
}

absl::StatusOr<v1::Grant> RevokeGrant(v1::Grant grant) {
  if (grant.state() == v1::Grant::REVOKED) return WrongState(LabelOf(grant.state()));
  grant.set_state(v1::Grant::REVOKED);
  return grant;
}

std::vector<auth::Grant> TokenGrants(absl::Span<const v1::Grant> grants, absl::CivilDay today) {
  std::map<Role, std::vector<auth::AreaRange>> areas_of_roles;
  for (const v1::Grant& grant : grants) {
    if (!IsInForce(grant, today)) continue;
    std::vector<auth::AreaRange>& areas = areas_of_roles[grant.role()];
    for (const std::string& area : grant.areas()) {
      if (auto code = standards::ParseAreaCode(area)) areas.push_back(auth::RangeOf(*code));
    }
  }
  std::vector<auth::Grant> out;
  for (auto& [role, areas] : areas_of_roles) out.push_back({role, auth::Merge(std::move(areas))});
  return out;
}

}  // namespace bangfu::gateway
