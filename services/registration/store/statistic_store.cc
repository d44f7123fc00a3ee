#include "services/registration/store/statistic_store.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_cells.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kMark = {"statistic_due.mark", R"sql(
  INSERT INTO statistic_due (area, shard, household_id)
  SELECT area, shard, id FROM unnest($1::bigint[], $2::integer[], $3::bigint[]) AS m(area, shard, id))sql"};

constexpr db::Statement kMarkWhereTheyAre = {"statistic_due.mark_where_they_are", R"sql(
  INSERT INTO statistic_due (area, shard, household_id)
  SELECT t.area, t.shard, t.id
  FROM unnest($1::integer[], $2::bigint[]) AS m(shard, id) JOIN household t ON t.shard = m.shard AND t.id = m.id)sql"};

// Any number that no other lock of this database has. Held until the end of the transaction, and taken by a statement
// of its own: the folding behind it then sees whatever the folding before it wrote.
constexpr db::Statement kLockFolding = {"statistic_due.lock_folding", "SELECT pg_try_advisory_xact_lock(150526190019)"};

// In a city without counties the county's code is the city's: DISTINCT counts it once.
std::string FoldText() {
  return absl::StrCat(R"sql(
  WITH taken AS (
    DELETE FROM statistic_due WHERE id IN (SELECT id FROM statistic_due ORDER BY id LIMIT $1)
    RETURNING shard, household_id
  ), d AS MATERIALIZED (
    SELECT DISTINCT shard, household_id FROM taken
  ), old AS MATERIALIZED (
    SELECT t.area, t.status, u.cell, u.amount
    FROM d JOIN statistic_tally t USING (shard, household_id)
    CROSS JOIN LATERAL unnest(t.cells, t.amounts) AS u(cell, amount)
  ), new AS MATERIALIZED ()sql",
                      SelectCells(), R"sql(
  ), kept AS (
    INSERT INTO statistic_tally AS t (shard, household_id, area, status, cells, amounts)
    SELECT shard, household_id, area, status, array_agg(cell ORDER BY cell), array_agg(amount ORDER BY cell)
    FROM new GROUP BY shard, household_id, area, status
    ON CONFLICT (shard, household_id) DO UPDATE
    SET area = EXCLUDED.area, status = EXCLUDED.status, cells = EXCLUDED.cells, amounts = EXCLUDED.amounts
  ), gone AS (
    DELETE FROM statistic_tally t USING d
    WHERE t.shard = d.shard AND t.household_id = d.household_id
      AND NOT EXISTS (SELECT FROM new WHERE new.shard = d.shard AND new.household_id = d.household_id)
  ), change AS (
    SELECT area, status, cell, sum(amount) AS amount
    FROM (SELECT area, status, cell, amount FROM new UNION ALL SELECT area, status, cell, -amount FROM old) AS both_ways
    GROUP BY area, status, cell HAVING sum(amount) <> 0
  ), spread AS (
    SELECT DISTINCT change.area AS village, above.area, status, cell, amount
    FROM change CROSS JOIN LATERAL (VALUES
      (change.area / 10000000000 * 10000000000), (change.area / 100000000 * 100000000),
      (change.area / 1000000 * 1000000), (change.area / 1000 * 1000), (change.area)) AS above(area)
  ), folded AS (
    INSERT INTO statistic_sum AS t (area, cell, status, amount)
    SELECT area, cell, status, sum(amount) FROM spread GROUP BY area, cell, status ORDER BY area, cell, status
    ON CONFLICT (area, cell, status) DO UPDATE SET amount = t.amount + EXCLUDED.amount
  )
  SELECT count(*) FROM taken)sql");
}

// Made at first use, as the catalogue says what is counted.
const db::Statement& Fold() {
  static const auto& text = *new std::string(FoldText());
  static const db::Statement statement = {"statistic_due.fold", text.c_str()};
  return statement;
}

constexpr db::Statement kCountDue = {"statistic_due.count", R"sql(
  SELECT count(*) FROM (SELECT FROM statistic_due WHERE area >= $1 AND area < $2 LIMIT $3) AS counted)sql"};

constexpr db::Statement kSums = {"statistic_sum.select", R"sql(
  SELECT t.area, t.cell, t.status, t.amount
  FROM unnest($1::bigint[]) AS a(area)
  CROSS JOIN unnest($2::integer[], $3::integer[]) AS c(low, high)
  JOIN statistic_sum t ON t.area = a.area AND t.cell >= c.low AND t.cell < c.high)sql"};

std::string DueDifferencesText() {
  return absl::StrCat(R"sql(
  WITH d AS MATERIALIZED (
    SELECT DISTINCT shard, household_id FROM statistic_due WHERE area >= $1 AND area < $2
  ), new AS ()sql",
                      SelectCells(), R"sql(
  ), both_ways AS (
    SELECT area, status, cell, amount FROM new
    UNION ALL
    SELECT t.area, t.status, u.cell, -u.amount
    FROM d JOIN statistic_tally t USING (shard, household_id)
    CROSS JOIN LATERAL unnest(t.cells, t.amounts) AS u(cell, amount)
  )
  SELECT area, cell, status, sum(amount)::bigint
  FROM both_ways JOIN unnest($3::integer[], $4::integer[]) AS c(low, high) ON cell >= c.low AND cell < c.high
  WHERE area >= $1 AND area < $2
  GROUP BY area, cell, status HAVING sum(amount) <> 0)sql");
}

const db::Statement& DueDifferences() {
  static const auto& text = *new std::string(DueDifferencesText());
  static const db::Statement statement = {"statistic_due.differences", text.c_str()};
  return statement;
}

// Three looks at an index each; one condition of all three would read the whole table.
constexpr db::Statement kAreas = {"statistic_sum.areas", R"sql(
  SELECT code, name, coalesce(parent, 0) FROM area WHERE code = ANY($1::bigint[])
  UNION
  SELECT code, name, coalesce(parent, 0) FROM area WHERE parent = ANY($1::bigint[])
  UNION
  SELECT below.code, below.name, below.parent FROM area beside JOIN area below ON below.parent = beside.code
  WHERE $2 AND beside.parent = $3
  ORDER BY 1)sql"};

struct CellArrays {
  std::string lows, highs;
};
CellArrays ArraysOf(absl::Span<const domain::CellRange> cells) {
  std::vector<int32_t> lows, highs;
  for (const domain::CellRange& range : cells) {
    lows.push_back(range.low);
    highs.push_back(range.high);
  }
  return {db::IntegerArray(lows), db::IntegerArray(highs)};
}

std::vector<domain::CellAmount> ReadAmounts(const pqxx::result& rows) {
  std::vector<domain::CellAmount> amounts;
  for (const auto& row : rows) {
    amounts.push_back({row[0].as<int64_t>(), row[1].as<int32_t>(), row[2].as<int>(), row[3].as<int64_t>()});
  }
  return amounts;
}

}  // namespace

void MarkDue(db::Tx& tx, absl::Span<const std::vector<domain::Family>* const> families) {
  std::set<std::pair<std::string, std::string>> marks;  // village and household
  for (const auto* some : families) {
    for (const domain::Family& family : *some) marks.insert({family.household.area(), family.household.household_id()});
  }
  if (marks.empty()) return;
  std::vector<int64_t> areas;
  std::vector<ids::RecordId> households;
  for (const auto& [area, household] : marks) {
    areas.push_back(standards::ParseAreaCode(area).value_or(0));
    households.push_back(IdOf(household));
  }
  const IdArrays arrays = store::ArraysOf(households);
  tx.Run(kMark, db::IntegerArray(areas), arrays.shards, arrays.numbers);
}

void MarkDue(db::Tx& tx, absl::Span<const ids::RecordId> households) {
  if (households.empty()) return;
  const IdArrays arrays = store::ArraysOf(households);
  tx.Run(kMarkWhereTheyAre, arrays.shards, arrays.numbers);
}

int64_t FoldDue(db::Tx& tx, int limit) {
  if (!tx.Run(kLockFolding)[0][0].as<bool>()) return 0;
  return tx.Run(Fold(), limit)[0][0].as<int64_t>();
}

int64_t CountDue(db::Tx& tx, const auth::AreaRange& area, int64_t limit) {
  return tx.Run(kCountDue, area.low, area.high, limit)[0][0].as<int64_t>();
}

std::vector<domain::CellAmount> LoadSums(db::Tx& tx, const std::vector<int64_t>& areas,
                                         absl::Span<const domain::CellRange> cells) {
  const CellArrays arrays = ArraysOf(cells);
  return ReadAmounts(tx.Run(kSums, db::IntegerArray(areas), arrays.lows, arrays.highs));
}

std::vector<domain::CellAmount> LoadDueDifferences(db::Tx& tx, const auth::AreaRange& area,
                                                   absl::Span<const domain::CellRange> cells) {
  const CellArrays arrays = ArraysOf(cells);
  return ReadAmounts(tx.Run(DueDifferences(), area.low, area.high, arrays.lows, arrays.highs));
}

std::vector<domain::ReportArea> LoadReportAreas(db::Tx& tx, const std::vector<int64_t>& codes, bool twice) {
  std::vector<domain::ReportArea> areas;
  for (const auto& row : tx.Run(kAreas, db::IntegerArray(codes), twice, codes.back())) {
    areas.push_back({row[0].as<int64_t>(), row[1].as<std::string>(), row[2].as<int64_t>()});
  }
  return areas;
}

}  // namespace bangfu::registration::store
