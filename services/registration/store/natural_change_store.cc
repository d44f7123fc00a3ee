#include "services/registration/store/natural_change_store.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

// Reasons 09, 10 and 11 of joining (moved within the county, split, merged) say that the person came from another
// household of the register, which is no increase; who moves stays present, so that no row of a person who left is of a
// move. Each of the two parts is a range of days of its index, and a page by itself.
// $1 and $2 the area, $3 and $4 the days, $5 the type, $6 the direction or 0, $7 the reason or '', then the key.
constexpr db::Statement kList = {"member.natural_changes", R"sql(
  (SELECT 1 AS direction, join_date::text AS day, join_reason AS reason, shard, id, name, shard AS household_shard,
          household_id, area
   FROM member
   WHERE join_date >= $3::date AND join_date <= $4::date AND area >= $1 AND area < $2 AND household_type = $5
     AND join_reason NOT IN ('09', '10', '11') AND $6::integer IN (0, 1) AND ($7 = '' OR join_reason = $7)
     AND join_date >= $8::date AND (join_date, 1, area, id) > ($8::date, $9::integer, $10::bigint, $11::bigint)
   ORDER BY join_date, area, id LIMIT $12)
  UNION ALL
  (SELECT 2, leave_date::text, leave_reason, shard, id, name, shard, household_id, area
   FROM member
   WHERE state = 2 AND leave_date >= $3::date AND leave_date <= $4::date AND area >= $1 AND area < $2
     AND household_type = $5 AND $6::integer IN (0, 2) AND ($7 = '' OR leave_reason = $7)
     AND leave_date >= $8::date AND (leave_date, 2, area, id) > ($8::date, $9::integer, $10::bigint, $11::bigint)
   ORDER BY leave_date, area, id LIMIT $12)
  ORDER BY 2, 1, 9, 5 LIMIT $12)sql"};

constexpr db::Statement kCount = {"member.count_natural_changes", R"sql(
  SELECT 1, join_reason, count(*) FROM member
  WHERE join_date >= $3::date AND join_date <= $4::date AND area >= $1 AND area < $2 AND household_type = $5
    AND join_reason NOT IN ('09', '10', '11')
  GROUP BY join_reason
  UNION ALL
  SELECT 2, leave_reason, count(*) FROM member
  WHERE state = 2 AND leave_date >= $3::date AND leave_date <= $4::date AND area >= $1 AND area < $2
    AND household_type = $5
  GROUP BY leave_reason
  ORDER BY 1, 2)sql"};

}  // namespace

Page<v1::NaturalChange> ListNaturalChanges(db::Tx& tx, const NaturalChangeQuery& query) {
  const std::vector<std::string> start = {query.first_day, "0", "0", "0"};
  const auto& from = query.after.size() == start.size() ? query.after : start;
  Page<v1::NaturalChange> page;
  for (const auto& row : tx.Run(kList, query.area, standards::RangeEndOf(query.area), query.first_day, query.last_day,
                                static_cast<int>(query.household_type), static_cast<int>(query.direction), query.reason,
                                from[0], from[1], from[2], from[3], query.limit + 1)) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    RowReader columns(row);
    v1::NaturalChange& change = page.records.emplace_back();
    change.set_direction(static_cast<v1::ChangeDirection>(columns.Number()));
    change.set_date(columns.Text());
    change.set_reason(columns.Text());
    change.set_member_id(columns.RecordId());
    change.set_name(columns.Text());
    change.set_household_id(columns.RecordId());
    change.set_area(columns.AreaCode());
    page.last_key = {change.date(), row[0].as<std::string>(), row[8].as<std::string>(), row[4].as<std::string>()};
  }
  return page;
}

std::vector<v1::NaturalChangeCount> CountNaturalChanges(db::Tx& tx, const NaturalChangeQuery& query) {
  std::vector<v1::NaturalChangeCount> counts;
  for (const auto& row : tx.Run(kCount, query.area, standards::RangeEndOf(query.area), query.first_day, query.last_day,
                                static_cast<int>(query.household_type))) {
    v1::NaturalChangeCount& count = counts.emplace_back();
    count.set_direction(static_cast<v1::ChangeDirection>(row[0].as<int>()));
    count.set_reason(row[1].as<std::string>());
    count.set_count(row[2].as<int64_t>());
  }
  return counts;
}

}  // namespace bangfu::registration::store
