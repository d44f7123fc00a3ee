#include "services/registration/store/summary_store.h"

#include <string>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/refusal.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

// The width of an area's range of codes by level: province 10^10, city 10^8, county 10^6, township 10^3, village 1.
constexpr db::Statement kSelect = {"register_summary.select", R"sql(
  WITH wanted AS (
    SELECT code, name, code + (ARRAY[10000000000, 100000000, 1000000, 1000, 1])[level] AS code_end
    FROM area WHERE code = $1 OR parent = $1
  ), pending AS (
    SELECT area, sum(households) AS households, sum(persons) AS persons, sum(exited_households) AS exited_households,
           sum(exited_persons) AS exited_persons
    FROM register_delta WHERE area >= $1 AND area < $2 GROUP BY area
  )
  SELECT wanted.code, wanted.name,
         (coalesce(folded.households, 0) + coalesce(sum(pending.households), 0))::bigint,
         (coalesce(folded.persons, 0) + coalesce(sum(pending.persons), 0))::bigint,
         (coalesce(folded.exited_households, 0) + coalesce(sum(pending.exited_households), 0))::bigint,
         (coalesce(folded.exited_persons, 0) + coalesce(sum(pending.exited_persons), 0))::bigint
  FROM wanted
  LEFT JOIN register_summary folded ON folded.area = wanted.code
  LEFT JOIN pending ON pending.area >= wanted.code AND pending.area < wanted.code_end
  GROUP BY wanted.code, wanted.name, folded.area
  ORDER BY wanted.code)sql"};

constexpr db::Statement kCount = {"register_summary.count", R"sql(
  WITH areas AS (SELECT low, high FROM unnest($1::bigint[], $2::bigint[]) AS a(low, high)),
  parts AS (
    SELECT households, persons FROM areas JOIN register_summary folded ON folded.area = areas.low
    UNION ALL
    SELECT households, persons FROM areas JOIN register_delta pending ON pending.area >= low AND pending.area < high
  )
  SELECT coalesce(sum(households), 0)::bigint, coalesce(sum(persons), 0)::bigint FROM parts)sql"};

// In a city without counties the county's code is the city's: DISTINCT counts it once.
constexpr db::Statement kFold = {"register_delta.fold", R"sql(
  WITH taken AS (
    DELETE FROM register_delta
    WHERE id IN (SELECT id FROM register_delta ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id, area, households, persons, exited_households, exited_persons
  ), spread AS (
    SELECT DISTINCT taken.id, above.area, households, persons, exited_households, exited_persons
    FROM taken CROSS JOIN LATERAL (VALUES
      (taken.area / 10000000000 * 10000000000), (taken.area / 100000000 * 100000000), (taken.area / 1000000 * 1000000),
      (taken.area / 1000 * 1000), (taken.area)) AS above(area)
  ), folded AS (
    INSERT INTO register_summary AS t (area, households, persons, exited_households, exited_persons)
    SELECT area, sum(households), sum(persons), sum(exited_households), sum(exited_persons)
    FROM spread GROUP BY area ORDER BY area
    ON CONFLICT (area) DO UPDATE
    SET households = t.households + EXCLUDED.households, persons = t.persons + EXCLUDED.persons,
        exited_households = t.exited_households + EXCLUDED.exited_households,
        exited_persons = t.exited_persons + EXCLUDED.exited_persons
  )
  SELECT count(*) FROM taken)sql"};

v1::RegisterCounts ReadCounts(const pqxx::row& row) {
  v1::RegisterCounts counts;
  counts.set_area(standards::FormatAreaCode(row[0].as<int64_t>()));
  counts.set_area_name(row[1].as<std::string>());
  counts.set_household_count(row[2].as<int64_t>());
  counts.set_person_count(row[3].as<int64_t>());
  counts.set_exited_household_count(row[4].as<int64_t>());
  counts.set_exited_person_count(row[5].as<int64_t>());
  return counts;
}

}  // namespace

absl::StatusOr<v1::RegisterStatistics> LoadStatistics(db::Tx& tx, int64_t area) {
  v1::RegisterStatistics statistics;
  for (const auto& row : tx.Run(kSelect, area, standards::RangeEndOf(area))) {
    v1::RegisterCounts counts = ReadCounts(row);
    if (row[0].as<int64_t>() == area) {
      *statistics.mutable_total() = std::move(counts);
    } else if (counts.household_count() != 0 || counts.person_count() != 0) {
      *statistics.add_parts() = std::move(counts);
    }
  }
  if (statistics.has_total()) return statistics;
  return status::Refuse(v1::AREA_NOT_FOUND, {{"area", standards::FormatAreaCode(area)}});
}

RegisteredCounts CountRegistered(db::Tx& tx, const std::vector<auth::AreaRange>& areas) {
  const ScopeArrays scope = ArraysOf(areas);
  const auto row = tx.Run(kCount, scope.lows, scope.highs)[0];
  return {row[0].as<int64_t>(), row[1].as<int64_t>()};
}

int64_t FoldDeltas(db::Tx& tx, int limit) { return tx.Run(kFold, limit)[0][0].as<int64_t>(); }

}  // namespace bangfu::registration::store
