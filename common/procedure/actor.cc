#include "common/procedure/actor.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"

namespace bangfu::procedure {
namespace {

// How many codes an area of each level spans, from none to village.
constexpr std::array<int64_t, 6> kSpan = {1'000'000'000'000, 10'000'000'000, 100'000'000, 1'000'000, 1'000, 1};

void Split(int64_t low, int64_t high, int level, std::vector<LevelRange>* out) {
  if (low >= high || level > v1::VILLAGE) return;
  const int64_t span = kSpan[static_cast<size_t>(level)];
  const int64_t first = (low + span - 1) / span * span;
  const int64_t last = high / span * span;
  if (first >= last) return Split(low, high, level + 1, out);
  out->push_back({static_cast<v1::Level>(level), {first, last}});
  Split(low, first, level + 1, out);
  Split(last, high, level + 1, out);
}

std::string RoleName(int role) {
  switch (role) {
    case options::v1::SYSTEM_ADMIN: return "系统管理员";
    case options::v1::SECURITY_ADMIN: return "安全管理员";
    case options::v1::AUDIT_ADMIN: return "审计管理员";
    case options::v1::REGISTRAR: return "业务录入员";
    case options::v1::REVIEWER: return "业务审核员";
    case options::v1::VIEWER: return "查询员";
    case options::v1::HELPER: return "帮扶责任人";
    case options::v1::ASSESSOR: return "考核评估员";
    case options::v1::FUND_CLERK: return "资金经办";
    case options::v1::FUND_APPROVER: return "资金审批";
    case options::v1::AUDITOR: return "审计监督";
    case options::v1::DEPARTMENT: return "部门客户端";
    default: return "";
  }
}

}  // namespace

std::vector<LevelRange> ByLevel(const auth::AreaRange& range) {
  std::vector<LevelRange> parts;
  Split(range.low, range.high, v1::PROVINCE, &parts);
  return parts;
}

std::optional<Right> FindRight(const Actor& actor, const RoleList& roles, v1::Level level, bool or_above,
                               int64_t area) {
  for (const auth::Grant& grant : actor.grants) {
    if (std::find(roles.begin(), roles.end(), static_cast<int>(grant.role)) == roles.end()) continue;
    for (const auth::AreaRange& range : grant.areas) {
      for (const LevelRange& part : ByLevel(range)) {
        if (!part.range.Contains(area)) continue;
        if (part.level == level || (or_above && part.level < level)) return Right{grant.role, part.level};
      }
    }
  }
  return std::nullopt;
}

int64_t AreaAt(v1::Level level, int64_t area) {
  return area / kSpan[static_cast<size_t>(level)] * kSpan[static_cast<size_t>(level)];
}

std::string LevelName(v1::Level level) {
  const auto* value = v1::Level_descriptor()->FindValueByNumber(level);
  return value == nullptr ? "" : value->options().GetExtension(options::v1::label);
}

std::string RoleNames(const RoleList& roles) {
  return absl::StrJoin(roles, "、", [](std::string* out, int role) { *out += RoleName(role); });
}

}  // namespace bangfu::procedure
