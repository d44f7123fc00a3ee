// Rows of `area_reform` and `area_reform_household`.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_AREA_REFORM_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_AREA_REFORM_STORE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "bangfu/registration/v1/area_reform_service.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

struct AreaReformRecord {
  ids::RecordId id;
  int64_t area = 0;
  std::optional<int64_t> rest_to;  // nothing: those who are not named stay
  v1::AreaReform::State state = v1::AreaReform::STATE_UNSPECIFIED;
  std::string requester;
  absl::Time create_time;
};

// New, with the households that are named for a village.
void InsertReform(db::Tx& tx, const AreaReformRecord& reform,
                  const std::vector<std::pair<ids::RecordId, int64_t>>& named);
void SetReformState(db::Tx& tx, const ids::RecordId& id, v1::AreaReform::State state);

std::optional<AreaReformRecord> LoadReform(db::Tx& tx, const ids::RecordId& id);
// The same, locked until the end of the transaction.
std::optional<AreaReformRecord> LoadReformForUpdate(db::Tx& tx, const ids::RecordId& id);

// Those of the households, all of one county, that are on the register in the village, by their numbers.
std::set<int64_t> HouseholdsIn(db::Tx& tx, int64_t area, const std::vector<ids::RecordId>& households);

// Whether the area has one that is MOVING or UNDOING. The area is locked.
bool HasReformAtWork(db::Tx& tx, int64_t area);

// What is shown of it, with its counts as they are now.
v1::AreaReform DescribeReform(db::Tx& tx, const AreaReformRecord& reform);

// Up to `limit` households on the register that are in the old village and go somewhere, with where they go, in order
// of id; behind `after`. All types.
std::vector<std::pair<int64_t, int64_t>> NextToMove(db::Tx& tx, const AreaReformRecord& reform, int64_t after,
                                                    int limit);

// Up to `limit` households that it moved, in order of id; behind `after`; with the versions that the moves made.
std::vector<std::pair<int64_t, int64_t>> NextToMoveBack(db::Tx& tx, const AreaReformRecord& reform, int64_t after,
                                                        int limit);

// Keeps what was moved where, as which version; version 0 for what was moved back.
struct MovedHousehold {
  int64_t household = 0;
  int64_t to_area = 0;
  int64_t version = 0;
};
void SaveMoved(db::Tx& tx, const ids::RecordId& reform, const std::vector<MovedHousehold>& moved);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_AREA_REFORM_STORE_H_
