#include "services/registration/domain/exit_plan.h"

#include "common/standards/area_code.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

namespace {

bool IsEmpty(const v1::ExitTargets& targets) {
  return targets.household_count() == 0 && targets.person_count() == 0 && targets.village_count() == 0 &&
         targets.county_count() == 0;
}

}  // namespace

absl::Status CheckExitPlan(const v1::ExitPlan& plan) {
  const v1::ExitTargets& targets = plan.targets();
  const int level = standards::LevelOf(standards::ParseAreaCode(plan.area()).value_or(0));
  std::vector<status::FieldError> errors;
  if (IsEmpty(targets)) errors.push_back({"plan.targets", "计划退出: 至少填写一项"});
  if (targets.person_count() < targets.household_count()) {
    errors.push_back({"plan.targets.person_count", "人数: 不能少于户数"});
  }
  if (level == standards::kVillageLevel && targets.village_count() > 1) {
    errors.push_back({"plan.targets.village_count", "贫困村数: 村级计划最多为 1"});
  }
  const int64_t most_counties = level > standards::kCountyLevel ? 0 : level == standards::kCountyLevel ? 1 : 10'000;
  if (targets.county_count() > most_counties) {
    errors.push_back({"plan.targets.county_count", "贫困县数: 超过该级区域可有的县数"});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

v1::ExitProgress ProgressOf(const std::vector<v1::ExitProgressLine>& lines) {
  v1::ExitProgress progress;
  v1::ExitTargets& planned = *progress.mutable_parts_planned();
  for (const v1::ExitProgressLine& line : lines) {
    if (!progress.has_total()) {
      *progress.mutable_total() = line;
      continue;
    }
    if (!line.has_planned() && IsEmpty(line.actual()) && line.returned_household_count() == 0) continue;
    *progress.add_parts() = line;
    const v1::ExitTargets& part = line.planned();
    planned.set_household_count(planned.household_count() + part.household_count());
    planned.set_person_count(planned.person_count() + part.person_count());
    planned.set_village_count(planned.village_count() + part.village_count());
    planned.set_county_count(planned.county_count() + part.county_count());
  }
  return progress;
}

}  // namespace bangfu::registration::domain
