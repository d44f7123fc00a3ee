// Rules of the area tree.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/area.pb.h"

namespace bangfu::registration::domain {

// Joins the names of a path.
inline constexpr absl::string_view kPathSeparator = " / ";

// Whether households may be registered to `code`, an area code of 12 digits, on the day `today`. `area` is what the
// register knows of it. AREA_NOT_A_VILLAGE, AREA_NOT_FOUND, AREA_ENDED.
absl::Status CheckVillage(absl::string_view code, const std::optional<v1::Area>& area, absl::string_view today);

// Whether an area may have the tag, an entry of AREA_TAG: deep poverty is said of counties (深度贫困旗县) and of
// villages (深度贫困嘎查村), each by a tag of its own. INVALID_FIELD.
absl::Status CheckTag(absl::string_view code, absl::string_view tag);

// What an import of areas does.
struct AreaPlan {
  // Areas as they will be, parents first, without those that stay as they are.
  std::vector<v1::Area> areas;
  // Codes of areas whose name changes: what lies in them gets another path.
  std::vector<int64_t> renamed;
  int created = 0;
  int updated = 0;
  int unchanged = 0;
};

// Completes `given` by level, parent, path and `initials` (pinyin by name) and compares it with `known`, which has the
// given areas and their parents as far as they are registered. INVALID_FIELD if an area is not in `root`, comes twice
// or ends before it begins; AREA_PARENT_MISSING.
absl::StatusOr<AreaPlan> PlanImport(int64_t root, const std::vector<v1::Area>& given,
                                    const std::map<int64_t, v1::Area>& known,
                                    std::string (*initials)(absl::string_view));

// The area when `successors` have taken over; its last day is before the earliest of them. `known` has those of them
// that are registered; `below` are the areas right below. AREA_ENDED, AREA_NOT_FOUND; AREA_HAS_CHILDREN if one of those
// below does not end with it; INVALID_FIELD if a successor is the area itself, comes twice, is of another level or not
// in force on its day, or if the area ends before it begins.
absl::StatusOr<v1::Area> End(v1::Area area, const std::vector<v1::AreaSuccessor>& successors,
                             const std::map<int64_t, v1::Area>& known, const std::vector<v1::Area>& below);

// The area as if it had not ended. `known` has its successors and the area above; `followed` says whether a household
// went from it into one of them. AREA_NOT_ENDED, AREA_PARENT_ENDED, AREA_END_IN_USE.
absl::StatusOr<v1::Area> Restore(v1::Area area, const std::map<int64_t, v1::Area>& known, bool followed);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_AREA_H_
