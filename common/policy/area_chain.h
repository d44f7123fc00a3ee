// The areas in which a rule for an area is looked for. Pure.
#ifndef BANGFU_COMMON_POLICY_AREA_CHAIN_H_
#define BANGFU_COMMON_POLICY_AREA_CHAIN_H_

#include <cstdint>
#include <vector>

#include "common/auth/area_range.h"
#include "common/standards/area_code.h"

namespace bangfu::policy {

// The whole country, as public area data code it. A person who may make national documents is granted this area.
inline constexpr int64_t kCountry = 100'000'000'000;

// 0 country, 1 province … 5 village.
inline int LevelOf(int64_t area) { return area == kCountry ? 0 : standards::LevelOf(area); }

// The area itself, then what it lies in, up to the country.
inline std::vector<int64_t> ChainOf(int64_t area) {
  std::vector<int64_t> chain;
  for (; area != 0 && area != kCountry; area = standards::ParentOf(area)) chain.push_back(area);
  chain.push_back(kCountry);
  return chain;
}

// The codes of an area with all in it; of the country or of no area (0): all.
inline auth::AreaRange CodesIn(int64_t area) { return auth::RangeOf(area == kCountry ? 0 : area); }

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_AREA_CHAIN_H_
