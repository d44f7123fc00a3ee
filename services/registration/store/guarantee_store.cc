#include "services/registration/store/guarantee_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/exit_record.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

// Year 0 stands for all.
constexpr db::Statement kSelect = {"guarantee.select", R"sql(
  SELECT year, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM guarantee WHERE shard = $1 AND household_id = $2 AND ($3::integer = 0 OR year = $3) ORDER BY year DESC)sql"};

constexpr db::Statement kSelectMany = {"guarantee.select_many", R"sql(
  SELECT household_id, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM guarantee WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND year = $3)sql"};

// Lacks are few, and found by year and county; the household says in which village it is now.
constexpr db::Statement kGaps = {"guarantee.gaps", R"sql(
  SELECT g.shard, g.household_id, h.area, g.body, g.version, (extract(epoch FROM g.update_time) * 1000000)::bigint
  FROM unnest($1::bigint[], $2::bigint[]) AS scope(low, high)
  JOIN guarantee g ON g.year = $3 AND g.unmet <> 0 AND (g.unmet & $4) <> 0
    AND g.shard BETWEEN scope.low / 1000000 AND (scope.high - 1) / 1000000
  JOIN household h ON h.shard = g.shard AND h.id = g.household_id
  WHERE h.area >= scope.low AND h.area < scope.high AND h.state = 1 AND (g.shard, g.household_id) > ($5, $6)
  ORDER BY g.shard, g.household_id LIMIT $7)sql"};

const std::string kSaveText = SaveText("guarantee", "household_id", {"shard", "household_id", "year"},
                                       {"unmet", "body", "version", "updated_by", "update_time"});
const db::Statement kSave = {"guarantee.save", kSaveText.c_str()};

v1::GuaranteeRecord Read(const pqxx::row& row, int first, const std::string& household_id, int32_t year) {
  return ReadRecord<v1::GuaranteeRecord>(row, first, GuaranteeName(household_id, year));
}

}  // namespace

std::string GuaranteeName(absl::string_view household_id, int32_t year) {
  return absl::StrCat(ReportName(household_id, year), ".guarantees");
}

std::optional<v1::GuaranteeRecord> LoadGuarantees(db::Tx& tx, const ids::RecordId& household, int32_t year) {
  const auto rows = tx.Run(kSelect, household.shard, household.number, year);
  if (rows.empty()) return std::nullopt;
  return Read(rows[0], 1, household.ToString(), year);
}

std::vector<v1::GuaranteeRecord> ListGuarantees(db::Tx& tx, const ids::RecordId& household) {
  std::vector<v1::GuaranteeRecord> records;
  for (const auto& row : tx.Run(kSelect, household.shard, household.number, 0)) {
    records.push_back(Read(row, 1, household.ToString(), row[0].as<int32_t>()));
  }
  return records;
}

std::map<std::string, v1::GuaranteeRecord> LoadGuaranteesOf(db::Tx& tx, absl::Span<const ids::RecordId> households,
                                                            int32_t year) {
  std::map<std::string, v1::GuaranteeRecord> records;
  for (const auto& [shard, numbers] : NumbersByCounty(households)) {
    for (const auto& row : tx.Run(kSelectMany, shard, db::IntegerArray(numbers), year)) {
      const std::string id = ids::RecordId{shard, row[0].as<int64_t>()}.ToString();
      records.emplace(id, Read(row, 1, id, year));
    }
  }
  return records;
}

std::vector<v1::GuaranteeRecord> ListGuaranteeGaps(db::Tx& tx, const GapQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  const ids::RecordId after = query.after.value_or(ids::RecordId{});
  std::vector<v1::GuaranteeRecord> records;
  for (const auto& row :
       tx.Run(kGaps, scope.lows, scope.highs, query.year, query.items, after.shard, after.number, query.limit + 1)) {
    const std::string id = ids::RecordId{row[0].as<int32_t>(), row[1].as<int64_t>()}.ToString();
    records.push_back(Read(row, 3, id, query.year));
    records.back().set_area(standards::FormatAreaCode(row[2].as<int64_t>()));
  }
  return records;
}

bool SaveGuarantees(db::Tx& tx, const Author& author, int32_t unmet, v1::GuaranteeRecord* record) {
  const ids::RecordId household = IdOf(record->household_id());
  Stamp(GuaranteeName(record->household_id(), record->year()), author, record);
  JsonRows rows;
  {
    JsonRow row = rows.Add();
    row["shard"] = household.shard;
    row["household_id"] = household.number;
    row["year"] = record->year();
    row["unmet"] = unmet;
    PutBody(*record, author, &row);
  }
  return tx.Run(kSave, rows.Text()).size() == 1;
}

}  // namespace bangfu::registration::store
