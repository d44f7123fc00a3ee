#include "services/registration/store/area_tag_store.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kLoad = {"area_tag.load", R"sql(
  SELECT t.area, a.name, t.tag, t.valid_from::text, t.valid_to::text, t.source, t.recorder,
         (extract(epoch FROM t.update_time) * 1000000)::bigint
  FROM area_tag t JOIN area a ON a.code = t.area
  WHERE t.area = $1 AND t.tag = $2 AND (t.valid_to IS NULL OR t.valid_to > $3::date)
  ORDER BY t.valid_from)sql"};

constexpr db::Statement kInForce = {"area_tag.in_force", R"sql(
  SELECT t.area, a.name, t.tag, t.valid_from::text, t.valid_to::text, t.source, t.recorder,
         (extract(epoch FROM t.update_time) * 1000000)::bigint
  FROM area_tag t JOIN area a ON a.code = t.area
  WHERE t.area = ANY($1::bigint[]) AND t.valid_from <= $2::date AND (t.valid_to IS NULL OR t.valid_to > $2::date)
  ORDER BY t.area, t.tag)sql"};

constexpr db::Statement kSave = {"area_tag.save", R"sql(
  INSERT INTO area_tag (area, tag, valid_from, valid_to, source, recorder, update_time)
  VALUES ($1, $2, $3::date, $4::date, $5, $6, $7::timestamptz)
  ON CONFLICT (area, tag, valid_from) DO UPDATE
  SET valid_to = EXCLUDED.valid_to, recorder = EXCLUDED.recorder, update_time = EXCLUDED.update_time)sql"};

// The registered of an area as in register_summary.count: folded sums, and the changes not folded yet. $1 and $2 are
// the ranges of the scope.
constexpr db::Statement kList = {"area_tag.list", R"sql(
  SELECT t.area, a.name, t.tag, t.valid_from::text, t.valid_to::text, t.source, t.recorder,
         (extract(epoch FROM t.update_time) * 1000000)::bigint,
         coalesce(folded.households, 0) + coalesce(pending.households, 0),
         coalesce(folded.persons, 0) + coalesce(pending.persons, 0)
  FROM (
    SELECT t.* FROM area_tag t
    JOIN unnest($1::bigint[], $2::bigint[]) AS s (low, high) ON t.area >= s.low AND t.area < s.high
    WHERE ($3 = '' OR t.tag = $3) AND t.valid_from <= $4::date AND (t.valid_to IS NULL OR t.valid_to > $4::date)
      AND (t.area, t.tag) > ($5::bigint, $6)
    ORDER BY t.area, t.tag LIMIT $7) AS t
  JOIN area a ON a.code = t.area
  LEFT JOIN register_summary folded ON folded.area = t.area
  LEFT JOIN LATERAL (
    SELECT sum(households)::bigint AS households, sum(persons)::bigint AS persons FROM register_delta d
    WHERE d.area >= t.area AND d.area < t.area + (ARRAY[10000000000, 100000000, 1000000, 1000, 1])[a.level]) AS pending
    ON true
  ORDER BY t.area, t.tag)sql"};

v1::AreaTag ReadTag(const pqxx::row& row) {
  RowReader columns(row);
  v1::AreaTag tag;
  tag.set_area(columns.AreaCode());
  tag.set_area_name(columns.Text());
  tag.set_tag(columns.Text());
  tag.set_valid_from(columns.Text());
  tag.set_valid_to(columns.Text());
  tag.set_source(columns.Text());
  tag.set_recorder(columns.Text());
  columns.Time(tag.mutable_update_time());
  return tag;
}

}  // namespace

std::vector<v1::AreaTag> LoadTagsBeyond(db::Tx& tx, int64_t area, const std::string& tag, const std::string& day) {
  std::vector<v1::AreaTag> tags;
  for (const auto& row : tx.Run(kLoad, area, tag, day)) tags.push_back(ReadTag(row));
  return tags;
}

std::vector<v1::AreaTag> LoadTags(db::Tx& tx, const std::vector<int64_t>& areas, const std::string& day) {
  std::vector<v1::AreaTag> tags;
  for (const auto& row : tx.Run(kInForce, db::IntegerArray(areas), day)) tags.push_back(ReadTag(row));
  return tags;
}

void SaveTag(db::Tx& tx, const v1::AreaTag& tag) {
  tx.Run(kSave, standards::ParseAreaCode(tag.area()).value_or(0), tag.tag(), tag.valid_from(),
         TextOrNull(tag.valid_to()), tag.source(), tag.recorder(), TimeLiteral(TimeOf(tag.update_time())));
}

Page<v1::AreaTag> ListTags(db::Tx& tx, const AreaTagQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  Page<v1::AreaTag> page;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, query.tag, query.date, query.after_area,
                                query.after_tag, query.limit + 1)) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    v1::AreaTag& tag = page.records.emplace_back(ReadTag(row));
    tag.set_household_count(row[8].as<int64_t>());
    tag.set_person_count(row[9].as<int64_t>());
    page.last_key = {row[0].as<std::string>(), tag.tag()};
  }
  return page;
}

}  // namespace bangfu::registration::store
