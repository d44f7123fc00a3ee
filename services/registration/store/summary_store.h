// Counts of the register: sums by area of every level (register_summary) and changes that are not folded into them yet
// (register_delta), which every change of a household writes with it.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_SUMMARY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_SUMMARY_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/register_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"

namespace bangfu::registration::store {

// Counts of an area and of those right below it that are not all zero, in order of code. One statement, so that no
// change is seen half folded. AREA_NOT_FOUND.
absl::StatusOr<v1::RegisterStatistics> LoadStatistics(db::Tx& tx, int64_t area);

// What is on the register in areas, each of which is a whole area of some level.
struct RegisteredCounts {
  int64_t households = 0;
  int64_t persons = 0;
};
RegisteredCounts CountRegistered(db::Tx& tx, const std::vector<auth::AreaRange>& areas);

// Folds up to `limit` of the oldest changes into the sums of their village and of all areas above it, in one statement;
// gives their number.
int64_t FoldDeltas(db::Tx& tx, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_SUMMARY_STORE_H_
