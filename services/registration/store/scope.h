// Ranges of areas as statements take them.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_SCOPE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_SCOPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/auth/area_range.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// For `unnest($1::bigint[], $2::bigint[]) AS scope(low, high)`.
struct ScopeArrays {
  std::string lows, highs;
};

inline ScopeArrays ArraysOf(const std::vector<auth::AreaRange>& scope) {
  std::vector<int64_t> lows, highs;
  for (const auth::AreaRange& range : scope) {
    lows.push_back(range.low);
    highs.push_back(range.high);
  }
  return {db::IntegerArray(lows), db::IntegerArray(highs)};
}

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_SCOPE_H_
