#include "services/registration/domain/area.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"

namespace bangfu::registration::domain {
namespace {

// Of areas that stand in the way, so many are named.
constexpr int kMostNamed = 5;

// Entries of AREA_TAG.
constexpr absl::string_view kDeeplyPoorCounty = "01";
constexpr absl::string_view kDeeplyPoorVillage = "02";

using status::FieldError;
using status::Refuse;
using status::RefuseFields;

// Dates are YYYY-MM-DD, so their order is that of the texts.
bool IsValidOn(const v1::Area& area, absl::string_view day) {
  return area.valid_from() <= day && (area.valid_to().empty() || day < area.valid_to());
}

// Names the area and what took over.
absl::Status RefuseFor(const v1::Area& area, v1::Reason reason) {
  const std::string successors = absl::StrJoin(
      area.successors(), "、",
      [](std::string* out, const v1::AreaSuccessor& successor) { absl::StrAppend(out, successor.code()); });
  return Refuse(reason, {{"area", area.code()},
                         {"successors", successors.empty() ? "尚未登记, 请在区划目录中查找" : successors}});
}

// What is wrong with one that is to take over from `area`.
std::vector<FieldError> FaultsOf(const v1::Area& area, const v1::AreaSuccessor& given, const v1::Area& successor,
                                 const std::string& path) {
  std::vector<FieldError> faults;
  if (given.code() == area.code()) {
    faults.push_back({path + "code", "承继区划代码: 不能是本区划"});
  } else if (successor.level() != area.level()) {
    faults.push_back({path + "code", "承继区划代码: 应与本区划同级"});
  } else if (!IsValidOn(successor, given.effective_date())) {
    faults.push_back({path + "code", "承继区划代码: 在变更日期尚未生效或已失效"});
  }
  if (given.effective_date() <= area.valid_from()) {
    faults.push_back({path + "effective_date", "变更日期: 应晚于本区划的生效日期"});
  }
  return faults;
}

std::vector<FieldError> FaultsOf(int64_t root, const std::vector<v1::Area>& given) {
  std::vector<FieldError> faults;
  std::set<int64_t> seen;
  for (size_t i = 0; i < given.size(); ++i) {
    const v1::Area& area = given[i];
    const std::string path = absl::StrCat("areas[", i, "].");
    const int64_t code = standards::ParseAreaCode(area.code()).value_or(0);
    if (!standards::IsWithin(code, root)) faults.push_back({path + "code", "区域代码: 不在所在区域内"});
    if (!seen.insert(code).second) faults.push_back({path + "code", "区域代码: 重复"});
    if (!area.valid_to().empty() && area.valid_to() <= area.valid_from()) {
      faults.push_back({path + "valid_to", "失效日期: 应晚于生效日期"});
    }
  }
  return faults;
}

// AREA_HAS_CHILDREN with the first of those that are in force on the day, or will be, and their number.
absl::Status CheckNoneBelow(const v1::Area& area, const std::vector<v1::Area>& below, absl::string_view day) {
  std::vector<std::string> named;
  int count = 0;
  for (const v1::Area& child : below) {
    if (!child.valid_to().empty() && child.valid_to() <= day) continue;
    if (++count <= kMostNamed) named.push_back(absl::StrCat(child.name(), " (", child.code(), ")"));
  }
  if (count == 0) return absl::OkStatus();
  return Refuse(v1::AREA_HAS_CHILDREN,
                {{"area", area.code()},
                 {"count", absl::StrCat(count)},
                 {"children", absl::StrCat(absl::StrJoin(named, "、"), count > kMostNamed ? " 等" : "")}});
}

bool SameContent(v1::Area a, v1::Area b) {
  a.clear_successors();
  b.clear_successors();
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

}  // namespace

absl::Status CheckVillage(absl::string_view code, const std::optional<v1::Area>& area, absl::string_view today) {
  const auto parsed = standards::ParseAreaCode(code);
  if (!parsed || standards::LevelOf(*parsed) != standards::kVillageLevel) {
    return Refuse(v1::AREA_NOT_A_VILLAGE, {{"area", std::string(code)}});
  }
  if (!area) return Refuse(v1::AREA_NOT_FOUND, {{"area", std::string(code)}});
  return IsValidOn(*area, today) ? absl::OkStatus() : RefuseFor(*area, v1::AREA_ENDED);
}

absl::Status CheckTag(absl::string_view code, absl::string_view tag) {
  const int level = standards::LevelOf(standards::ParseAreaCode(code).value_or(0));
  if (tag == kDeeplyPoorCounty && level != standards::kCountyLevel) {
    return RefuseFields({{"tag", "标记: 深度贫困旗县只用于旗县"}});
  }
  if (tag == kDeeplyPoorVillage && level != standards::kVillageLevel) {
    return RefuseFields({{"tag", "标记: 深度贫困嘎查村只用于嘎查村"}});
  }
  return absl::OkStatus();
}

absl::StatusOr<AreaPlan> PlanImport(int64_t root, const std::vector<v1::Area>& given,
                                    const std::map<int64_t, v1::Area>& known,
                                    std::string (*initials)(absl::string_view)) {
  if (auto faults = FaultsOf(root, given); !faults.empty()) return RefuseFields(faults);
  // In order of code a parent comes before what lies in it.
  std::map<int64_t, v1::Area> tree = known;
  std::map<int64_t, v1::Area> sorted;
  for (const v1::Area& area : given) sorted[*standards::ParseAreaCode(area.code())] = area;
  AreaPlan plan;
  for (auto& [code, area] : sorted) {
    area.set_level(static_cast<v1::Area::Level>(standards::LevelOf(code)));
    area.set_pinyin_initials(initials(area.name()));
    area.set_path(area.name());
    area.clear_parent();
    area.clear_successors();
    area.clear_predecessors();
    if (const int64_t parent = standards::ParentOf(code); parent != 0) {
      auto above = tree.find(parent);
      if (above == tree.end()) return Refuse(v1::AREA_PARENT_MISSING, {{"area", area.code()}});
      area.set_parent(above->second.code());
      area.set_path(absl::StrCat(above->second.path(), kPathSeparator, area.name()));
    }
    auto before = known.find(code);
    // A list that says nothing of an end takes none back: what ended an area was decided by itself.
    if (before != known.end() && area.valid_to().empty()) area.set_valid_to(before->second.valid_to());
    if (before != known.end() && SameContent(before->second, area)) {
      ++plan.unchanged;
      continue;
    }
    ++(before == known.end() ? plan.created : plan.updated);
    if (before != known.end() && before->second.name() != area.name()) plan.renamed.push_back(code);
    tree[code] = area;
    plan.areas.push_back(area);
  }
  return plan;
}

absl::StatusOr<v1::Area> End(v1::Area area, const std::vector<v1::AreaSuccessor>& successors,
                             const std::map<int64_t, v1::Area>& known, const std::vector<v1::Area>& below) {
  if (!area.valid_to().empty()) return RefuseFor(area, v1::AREA_ENDED);
  std::vector<FieldError> faults;
  std::set<std::string> seen;
  std::string earliest = successors.front().effective_date();
  for (size_t i = 0; i < successors.size(); ++i) {
    const v1::AreaSuccessor& given = successors[i];
    const std::string path = absl::StrCat("successors[", i, "].");
    const auto successor = known.find(*standards::ParseAreaCode(given.code()));
    if (successor == known.end()) return Refuse(v1::AREA_NOT_FOUND, {{"area", given.code()}});
    for (FieldError& fault : FaultsOf(area, given, successor->second, path)) faults.push_back(std::move(fault));
    if (!seen.insert(given.code()).second) faults.push_back({path + "code", "承继区划代码: 重复"});
    earliest = std::min(earliest, given.effective_date());
    *area.add_successors() = given;
  }
  if (!faults.empty()) return RefuseFields(faults);
  RETURN_IF_ERROR(CheckNoneBelow(area, below, earliest));
  area.set_valid_to(earliest);
  return area;
}

absl::StatusOr<v1::Area> Restore(v1::Area area, const std::map<int64_t, v1::Area>& known, bool followed) {
  if (area.valid_to().empty()) return Refuse(v1::AREA_NOT_ENDED, {{"area", area.code()}});
  const bool ended = std::any_of(area.successors().begin(), area.successors().end(), [&](const auto& successor) {
    const auto found = known.find(*standards::ParseAreaCode(successor.code()));
    return found != known.end() && !found->second.valid_to().empty();
  });
  if (followed || ended) return RefuseFor(area, v1::AREA_END_IN_USE);
  const auto parent = known.find(standards::ParseAreaCode(area.parent()).value_or(0));
  if (parent != known.end() && !parent->second.valid_to().empty()) {
    return Refuse(v1::AREA_PARENT_ENDED, {{"area", area.code()}, {"parent", area.parent()}});
  }
  area.clear_valid_to();
  area.clear_successors();
  return area;
}

}  // namespace bangfu::registration::domain
