#include "services/registration/domain/area_reform.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;
using status::Refuse;

absl::string_view CountyOf(absl::string_view code) { return code.substr(0, 6); }

absl::Status CheckSuccessor(const v1::Area& area, const std::string& to_area) {
  std::vector<std::string> successors;
  for (const v1::AreaSuccessor& successor : area.successors()) successors.push_back(successor.code());
  if (std::find(successors.begin(), successors.end(), to_area) == successors.end()) {
    return Refuse(v1::AREA_REFORM_NO_SUCCESSOR, {{"area", to_area}, {"successors", absl::StrJoin(successors, "、")}});
  }
  if (CountyOf(to_area) == CountyOf(area.code())) return absl::OkStatus();
  return Refuse(v1::AREA_REFORM_ACROSS_COUNTIES, {{"area", to_area}});
}

}  // namespace

absl::StatusOr<std::string> PlanReform(const v1::Area& area, const v1::StartAreaReformRequest& request,
                                       absl::string_view today) {
  if (area.level() != v1::Area::VILLAGE) return Refuse(v1::AREA_NOT_A_VILLAGE, {{"area", area.code()}});
  if (area.valid_to().empty() || area.valid_to() > today || area.successors().empty()) {
    return Refuse(v1::AREA_NOT_REPLACED, {{"area", area.code()}});
  }
  std::string rest_to = request.rest_to();
  if (rest_to.empty() && area.successors_size() == 1) rest_to = area.successors(0).code();
  if (!rest_to.empty()) RETURN_IF_ERROR(CheckSuccessor(area, rest_to));
  std::vector<FieldError> faults;
  std::set<std::string> named;
  for (int i = 0; i < request.assignments_size(); ++i) {
    const v1::ReformAssignment& assignment = request.assignments(i);
    RETURN_IF_ERROR(CheckSuccessor(area, assignment.to_area()));
    for (int j = 0; j < assignment.household_ids_size(); ++j) {
      const std::string path = absl::StrCat("assignments[", i, "].household_ids[", j, "]");
      const std::string& id = assignment.household_ids(j);
      if (CountyOf(id) != CountyOf(area.code())) faults.push_back({path, "户标识: 不是本县的户"});
      if (!named.insert(id).second) faults.push_back({path, "户标识: 重复"});
    }
  }
  if (rest_to.empty() && named.empty()) faults.push_back({"rest_to", "其余去向: 有多个承继区划时, 请指定去向"});
  if (!faults.empty()) return status::RefuseFields(faults);
  return rest_to;
}

Family MoveTo(Family family, const std::string& area) {
  family.household.set_area(area);
  for (v1::Member& member : family.members) member.set_area(area);
  return family;
}

}  // namespace bangfu::registration::domain
