#include "services/registration/store/area_reform_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr char kSelectText[] = R"sql(
  SELECT shard, id, area, rest_to, state, requester, (extract(epoch FROM create_time) * 1000000)::bigint
  FROM area_reform WHERE shard = $1 AND id = $2)sql";
constexpr db::Statement kSelect = {"area_reform.select", kSelectText};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE");
const db::Statement kLock = {"area_reform.lock", kLockText.c_str()};

constexpr db::Statement kInsert = {"area_reform.insert", R"sql(
  INSERT INTO area_reform (shard, id, area, rest_to, state, requester, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz))sql"};

constexpr db::Statement kInsertNamed = {"area_reform_household.insert_named", R"sql(
  INSERT INTO area_reform_household (shard, reform_id, household_id, to_area)
  SELECT $1, $2, household_id, to_area FROM unnest($3::bigint[], $4::bigint[]) AS n (household_id, to_area))sql"};

constexpr db::Statement kSetState = {"area_reform.set_state",
                                     "UPDATE area_reform SET state = $3 WHERE shard = $1 AND id = $2"};

constexpr db::Statement kAtWork = {"area_reform.at_work",
                                   "SELECT EXISTS (SELECT FROM area_reform WHERE area = $1 AND state IN (1, 3))"};

constexpr db::Statement kInVillage = {"area_reform.households_in", R"sql(
  SELECT id FROM household WHERE shard = $1 AND id = ANY($2::bigint[]) AND area = $3 AND state = 1)sql"};

constexpr db::Statement kCount = {"area_reform.count", R"sql(
  SELECT (SELECT count(*) FROM area_reform_household
          WHERE shard = $1 AND reform_id = $2 AND moved_version IS NOT NULL),
         (SELECT count(*) FROM household WHERE area = $3 AND state = 1),
         (SELECT count(*) FROM area_reform_household m JOIN household h ON h.shard = m.shard AND h.id = m.household_id
          WHERE m.shard = $1 AND m.reform_id = $2 AND h.version <> m.moved_version))sql"};

constexpr db::Statement kNext = {"area_reform.next", R"sql(
  SELECT h.id, coalesce(named.to_area, $4::bigint)
  FROM household h
  LEFT JOIN area_reform_household named
    ON named.shard = h.shard AND named.reform_id = $2 AND named.household_id = h.id
  WHERE h.area = $3 AND h.shard = $1 AND h.state = 1 AND h.id > $5 AND coalesce(named.to_area, $4::bigint) IS NOT NULL
  ORDER BY h.id LIMIT $6)sql"};

constexpr db::Statement kNextBack = {"area_reform.next_back", R"sql(
  SELECT household_id, moved_version FROM area_reform_household
  WHERE shard = $1 AND reform_id = $2 AND moved_version IS NOT NULL AND household_id > $3
  ORDER BY household_id LIMIT $4)sql"};

constexpr db::Statement kSaveMoved = {"area_reform_household.save", R"sql(
  INSERT INTO area_reform_household (shard, reform_id, household_id, to_area, moved_version)
  SELECT $1, $2, household_id, to_area, nullif(version, 0)
  FROM unnest($3::bigint[], $4::bigint[], $5::integer[]) AS m (household_id, to_area, version)
  ON CONFLICT (shard, reform_id, household_id) DO UPDATE
  SET to_area = EXCLUDED.to_area, moved_version = EXCLUDED.moved_version)sql"};

std::optional<AreaReformRecord> OneOf(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  AreaReformRecord reform;
  reform.id = {row[0].as<int32_t>(), row[1].as<int64_t>()};
  reform.area = row[2].as<int64_t>();
  if (!row[3].is_null()) reform.rest_to = row[3].as<int64_t>();
  reform.state = static_cast<v1::AreaReform::State>(row[4].as<int>());
  reform.requester = row[5].as<std::string>();
  reform.create_time = absl::FromUnixMicros(row[6].as<int64_t>());
  return reform;
}

std::vector<std::pair<int64_t, int64_t>> PairsOf(const pqxx::result& rows) {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  for (const auto& row : rows) pairs.emplace_back(row[0].as<int64_t>(), row[1].as<int64_t>());
  return pairs;
}

}  // namespace

void InsertReform(db::Tx& tx, const AreaReformRecord& reform,
                  const std::vector<std::pair<ids::RecordId, int64_t>>& named) {
  tx.Run(kInsert, reform.id.shard, reform.id.number, reform.area, reform.rest_to, static_cast<int>(reform.state),
         reform.requester, TimeLiteral(reform.create_time));
  std::vector<int64_t> households, areas;
  for (const auto& [household, area] : named) {
    households.push_back(household.number);
    areas.push_back(area);
  }
  if (named.empty()) return;
  tx.Run(kInsertNamed, reform.id.shard, reform.id.number, db::IntegerArray(households), db::IntegerArray(areas));
}

void SetReformState(db::Tx& tx, const ids::RecordId& id, v1::AreaReform::State state) {
  tx.Run(kSetState, id.shard, id.number, static_cast<int>(state));
}

std::optional<AreaReformRecord> LoadReform(db::Tx& tx, const ids::RecordId& id) {
  return OneOf(tx.Run(kSelect, id.shard, id.number));
}

std::optional<AreaReformRecord> LoadReformForUpdate(db::Tx& tx, const ids::RecordId& id) {
  return OneOf(tx.Run(kLock, id.shard, id.number));
}

std::set<int64_t> HouseholdsIn(db::Tx& tx, int64_t area, const std::vector<ids::RecordId>& households) {
  std::set<int64_t> there;
  for (const auto& [shard, numbers] : NumbersByCounty(households)) {
    for (const auto& row : tx.Run(kInVillage, shard, db::IntegerArray(numbers), area))
      there.insert(row[0].as<int64_t>());
  }
  return there;
}

bool HasReformAtWork(db::Tx& tx, int64_t area) { return tx.Run(kAtWork, area)[0][0].as<bool>(); }

v1::AreaReform DescribeReform(db::Tx& tx, const AreaReformRecord& reform) {
  v1::AreaReform shown;
  shown.set_reform_id(reform.id.ToString());
  shown.set_area(standards::FormatAreaCode(reform.area));
  shown.set_state(reform.state);
  const auto counts = tx.Run(kCount, reform.id.shard, reform.id.number, reform.area)[0];
  shown.set_moved_count(counts[0].as<int64_t>());
  shown.set_left_count(counts[1].as<int64_t>());
  shown.set_changed_count(counts[2].as<int64_t>());
  shown.set_requester(reform.requester);
  SetTime(reform.create_time, shown.mutable_create_time());
  return shown;
}

std::vector<std::pair<int64_t, int64_t>> NextToMove(db::Tx& tx, const AreaReformRecord& reform, int64_t after,
                                                    int limit) {
  return PairsOf(tx.Run(kNext, reform.id.shard, reform.id.number, reform.area, reform.rest_to, after, limit));
}

std::vector<std::pair<int64_t, int64_t>> NextToMoveBack(db::Tx& tx, const AreaReformRecord& reform, int64_t after,
                                                        int limit) {
  return PairsOf(tx.Run(kNextBack, reform.id.shard, reform.id.number, after, limit));
}

void SaveMoved(db::Tx& tx, const ids::RecordId& reform, const std::vector<MovedHousehold>& moved) {
  std::vector<int64_t> households, areas, versions;
  for (const MovedHousehold& one : moved) {
    households.push_back(one.household);
    areas.push_back(one.to_area);
    versions.push_back(one.version);
  }
  tx.Run(kSaveMoved, reform.shard, reform.number, db::IntegerArray(households), db::IntegerArray(areas),
         db::IntegerArray(versions));
}

}  // namespace bangfu::registration::store
