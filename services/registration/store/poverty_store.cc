#include "services/registration/store/poverty_store.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

// Ratios are summed in millionths of a person.
constexpr db::Statement kSum = {"income.sum_poverty", R"sql(
  SELECT a.area, count(*), sum(i.member_count)::bigint,
         count(*) FILTER (WHERE i.net_per_capita_fen < a.line),
         coalesce(sum(i.member_count) FILTER (WHERE i.net_per_capita_fen < a.line), 0)::bigint,
         sum(i.member_count * g.gap)::bigint,
         round(sum(i.member_count * g.gap::numeric / a.line * 1000000))::bigint,
         round(sum(i.member_count * (g.gap::numeric / a.line) ^ 2 * 1000000))::bigint
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS a(area, area_end, line)
  JOIN household h ON h.area >= a.area AND h.area < a.area_end AND h.state = 1 AND h.type = 1
  JOIN income i ON i.shard = h.shard AND i.household_id = h.id AND i.year = $4
  CROSS JOIN LATERAL (SELECT greatest(a.line - greatest(i.net_per_capita_fen, 0), 0) AS gap) AS g
  GROUP BY a.area)sql"};

constexpr db::Statement kPerHead = {"income.per_head", R"sql(
  SELECT i.shard, i.household_id, i.year, i.net_per_capita_fen
  FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
  JOIN income i ON i.shard = k.shard AND i.household_id = k.id
  ORDER BY i.shard, i.household_id, i.year)sql"};

}  // namespace

std::map<int64_t, domain::PovertySums> SumPoverty(db::Tx& tx, const std::vector<domain::LineOfArea>& lines,
                                                  int32_t year) {
  std::vector<int64_t> areas, ends, fen;
  for (const domain::LineOfArea& line : lines) {
    areas.push_back(line.area);
    ends.push_back(standards::RangeEndOf(line.area));
    fen.push_back(line.line_fen);
  }
  std::map<int64_t, domain::PovertySums> sums;
  for (const auto& row : tx.Run(kSum, db::IntegerArray(areas), db::IntegerArray(ends), db::IntegerArray(fen), year)) {
    sums[row[0].as<int64_t>()] = {row[1].as<int64_t>(), row[2].as<int64_t>(), row[3].as<int64_t>(),
                                  row[4].as<int64_t>(), row[5].as<int64_t>(), row[6].as<int64_t>(),
                                  row[7].as<int64_t>()};
  }
  return sums;
}

std::map<std::string, std::vector<YearlyIncome>> LoadIncomesPerHead(db::Tx& tx,
                                                                    absl::Span<const ids::RecordId> households) {
  std::map<std::string, std::vector<YearlyIncome>> incomes;
  const IdArrays arrays = ArraysOf(households);
  for (const auto& row : tx.Run(kPerHead, arrays.shards, arrays.numbers)) {
    const ids::RecordId household{row[0].as<int32_t>(), row[1].as<int64_t>()};
    incomes[household.ToString()].push_back({row[2].as<int32_t>(), row[3].as<int64_t>()});
  }
  return incomes;
}

}  // namespace bangfu::registration::store
