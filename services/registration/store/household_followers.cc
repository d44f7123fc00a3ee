#include "services/registration/store/household_followers.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

// $1 county, $2 households, $3 their villages. Each table has an index that begins with the county and the household.
constexpr db::Statement kFollow = {"household_followers.follow", R"sql(
  WITH moved AS (
    SELECT id, area FROM unnest($2::bigint[], $3::bigint[]) AS m(id, area)
  ), applications AS (
    UPDATE identification_application t SET area = moved.area FROM moved
    WHERE t.shard = $1 AND t.household_id = moved.id
  ), cases AS (
    UPDATE monitoring_case t SET area = moved.area FROM moved WHERE t.shard = $1 AND t.household_id = moved.id
  ), clues AS (
    UPDATE monitoring_clue t SET area = moved.area FROM moved WHERE t.shard = $1 AND t.household_id = moved.id
  ), issues AS (
    UPDATE quality_issue t SET area = moved.area FROM moved WHERE t.shard = $1 AND t.household_id = moved.id
  ), hits AS (
    UPDATE match_hit t SET area = moved.area FROM moved WHERE t.shard = $1 AND t.household_id = moved.id
  )
  UPDATE reconciliation_task t SET area = moved.area FROM moved
  WHERE t.shard = $1 AND t.household_id = moved.id AND NOT t.done)sql"};

}  // namespace

void FollowHouseholds(db::Tx& tx, int32_t shard, const std::vector<Revision<v1::Household>>& revisions) {
  std::vector<int64_t> households, villages;
  for (const auto& revision : revisions) {
    if (revision.before->area() == revision.after->area()) continue;
    households.push_back(IdOf(revision.after->household_id()).number);
    villages.push_back(standards::ParseAreaCode(revision.after->area()).value_or(0));
  }
  if (!households.empty()) tx.Run(kFollow, shard, db::IntegerArray(households), db::IntegerArray(villages));
}

}  // namespace bangfu::registration::store
