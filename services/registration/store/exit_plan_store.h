// Rows of `exit_plan`, and the counts of what came out that plans are held against.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_EXIT_PLAN_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_EXIT_PLAN_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/exit_plan.pb.h"
#include "common/db/tx.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// What etags are made of.
std::string ExitPlanName(absl::string_view area, int32_t year);

// The plans of exactly these areas, in order of area and year.
std::vector<v1::ExitPlan> LoadExitPlans(db::Tx& tx, const std::vector<int64_t>& areas);

// Stamps the plan. False if it replaces another version.
bool SaveExitPlan(db::Tx& tx, const Author& author, v1::ExitPlan* plan);

// Filters of ListHouseholds that list what LoadExitProgress counts.
struct ProgressFilters {
  std::string exited, unstable, returned;
};
ProgressFilters FiltersOf(int32_t year);

// Plan and actual of the area and of those right below it, in order of code, the area itself first; one statement each
// for plans, households, villages and counties. AREA_NOT_FOUND.
absl::StatusOr<std::vector<v1::ExitProgressLine>> LoadExitProgress(db::Tx& tx, int64_t area, int32_t year);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_EXIT_PLAN_STORE_H_
