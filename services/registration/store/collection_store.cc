#include "services/registration/store/collection_store.h"

#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/refusal.h"
#include "services/registration/domain/collection.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsertReopening = {"collection_reopening.insert", R"sql(
  INSERT INTO collection_reopening (shard, household_id, year, reopen_time, reason, last_day, reviewer)
  VALUES ($1, $2, $3, $4::timestamptz, $5, $6::date, $7))sql"};

constexpr db::Statement kReopenedUntil = {"collection_reopening.until", R"sql(
  SELECT coalesce(max(last_day)::text, '') FROM collection_reopening
  WHERE shard = $1 AND household_id = $2 AND year = $3)sql"};

// Counts by the area right below that a village lies in: $4 is the width of such an area's range of codes. The village
// itself, where the area is one.
constexpr db::Statement kCount = {"collection.count", R"sql(
  SELECT counted.part, coalesce(a.name, ''), households, done, begun
  FROM (
    SELECT t.area / $4::bigint * $4::bigint AS part, count(*) AS households,
           count(*) FILTER (WHERE i.year IS NOT NULL AND l.year IS NOT NULL) AS done,
           count(*) FILTER (WHERE i.year IS NOT NULL OR l.year IS NOT NULL) AS begun
    FROM household t
    LEFT JOIN income i ON i.shard = t.shard AND i.household_id = t.id AND i.year = $3
    LEFT JOIN living_condition l ON l.shard = t.shard AND l.household_id = t.id AND l.year = $3
    WHERE t.area >= $1 AND t.area < $2 AND t.state = 1 AND t.type = 1
    GROUP BY 1) AS counted
  LEFT JOIN area a ON a.code = counted.part
  ORDER BY 1)sql"};

constexpr db::Statement kAreaName = {"collection.area_name", "SELECT name FROM area WHERE code = $1"};

// $7 is the status, 0 for any: 1 neither report, 2 one of them, 3 both.
constexpr db::Statement kList = {"collection.list", R"sql(
  SELECT shard, id, area, head_name, has_income, has_living
  FROM (
    SELECT t.shard, t.id, t.area, t.head_name,
           EXISTS (SELECT FROM income i WHERE i.shard = t.shard AND i.household_id = t.id AND i.year = $3) AS has_income,
           EXISTS (SELECT FROM living_condition l
                   WHERE l.shard = t.shard AND l.household_id = t.id AND l.year = $3) AS has_living
    FROM household t
    WHERE t.area >= $1 AND t.area < $2 AND (t.area, t.id) > ($4::bigint, $5::bigint) AND t.state = 1 AND t.type = 1
    ORDER BY t.area, t.id) AS listed
  WHERE $7::integer = 0 OR 1 + has_income::integer + has_living::integer = $7
  ORDER BY area, id LIMIT $6)sql"};

// The width of the ranges of the areas right below one of that level; of a village its own.
int64_t WidthBelow(int64_t area) {
  switch (standards::LevelOf(area)) {
    case 0: return 10'000'000'000;
    case 1: return 100'000'000;
    case 2: return 1'000'000;
    case 3: return 1'000;
    default: return 1;
  }
}

void Add(const v1::CollectionCount& part, v1::CollectionCount* total) {
  total->set_household_count(total->household_count() + part.household_count());
  total->set_done_count(total->done_count() + part.done_count());
  total->set_pending_count(total->pending_count() + part.pending_count());
  total->set_not_begun_count(total->not_begun_count() + part.not_begun_count());
}

}  // namespace

void InsertReopening(db::Tx& tx, const v1::CollectionReopening& reopening) {
  const ids::RecordId household = IdOf(reopening.household_id());
  tx.Run(kInsertReopening, household.shard, household.number, reopening.year(), TimeLiteral(TimeOf(reopening.time())),
         reopening.reason(), reopening.last_day(), reopening.reviewer());
}

std::string ReopenedUntil(db::Tx& tx, const ids::RecordId& household, int32_t year) {
  return tx.Run(kReopenedUntil, household.shard, household.number, year)[0][0].as<std::string>();
}

absl::StatusOr<v1::CollectionProgress> CountCollections(db::Tx& tx, int64_t area, int32_t year) {
  const auto names = tx.Run(kAreaName, area);
  if (names.empty()) return status::Refuse(v1::AREA_NOT_FOUND, {{"area", standards::FormatAreaCode(area)}});
  v1::CollectionProgress progress;
  progress.set_year(year);
  v1::CollectionCount& total = *progress.mutable_total();
  total.set_area(standards::FormatAreaCode(area));
  total.set_area_name(names[0][0].as<std::string>());
  for (const auto& row : tx.Run(kCount, area, standards::RangeEndOf(area), year, WidthBelow(area))) {
    v1::CollectionCount part;
    part.set_area(standards::FormatAreaCode(row[0].as<int64_t>()));
    part.set_area_name(row[1].as<std::string>());
    part.set_household_count(row[2].as<int64_t>());
    part.set_done_count(row[3].as<int64_t>());
    part.set_pending_count(row[4].as<int64_t>() - part.done_count());
    part.set_not_begun_count(part.household_count() - row[4].as<int64_t>());
    Add(part, &total);
    if (row[0].as<int64_t>() != area) *progress.add_parts() = std::move(part);
  }
  return progress;
}

Page<v1::CollectionEntry> ListCollections(db::Tx& tx, const CollectionQuery& query) {
  Page<v1::CollectionEntry> page;
  for (const auto& row : tx.Run(kList, query.area, standards::RangeEndOf(query.area), query.year, query.after_area,
                                query.after_id, query.limit + 1, static_cast<int>(query.status))) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    RowReader columns(row);
    v1::CollectionEntry& entry = page.records.emplace_back();
    entry.set_household_id(columns.RecordId());
    entry.set_area(columns.AreaCode());
    entry.set_head_name(columns.Text());
    entry.set_income_recorded(columns.OptionalBoolean().value_or(false));
    entry.set_living_condition_recorded(columns.OptionalBoolean().value_or(false));
    entry.set_status(domain::StatusOf(entry.income_recorded(), entry.living_condition_recorded()));
    page.last_key = {row[2].as<std::string>(), row[1].as<std::string>()};
  }
  return page;
}

}  // namespace bangfu::registration::store
