// A small province for tests: two counties, a zone, and villages of every kind.
#ifndef BANGFU_DEPLOY_DEMO_AREAS_FOR_TESTS_H_
#define BANGFU_DEPLOY_DEMO_AREAS_FOR_TESTS_H_

#include <vector>

#include "absl/strings/str_cat.h"
#include "deploy/demo/areas.h"

namespace bangfu::demo {

inline std::vector<Area> AreasForTests() {
  std::vector<Area> areas = {{150000000000, "内蒙古自治区", AreaLevel::kProvince, 0}};
  areas.push_back({150500000000, "通辽市", AreaLevel::kCity, 150000000000});
  for (int64_t county : {150525, 150526, 150571}) {
    const int64_t code = county * 1'000'000;
    areas.push_back({code, county == 150571 ? "通辽经济技术开发区" : "扎鲁特旗", AreaLevel::kCounty, 150500000000,
                     county == 150571 ? AreaKind::kZone : AreaKind::kAdministrative});
    areas.push_back({code + 100'000, "鲁北镇", AreaLevel::kTownship, code});
    for (int i = 0; i < 40; ++i) {
      areas.push_back(
          {code + 100'200 + i, absl::StrCat(i, i % 2 == 0 ? "嘎查" : "村委会"), AreaLevel::kVillage, code + 100'000});
    }
    areas.push_back({code + 100'498, "虚拟社区", AreaLevel::kVillage, code + 100'000, AreaKind::kVirtual});
  }
  return areas;
}

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_AREAS_FOR_TESTS_H_
