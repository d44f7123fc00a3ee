#include "services/registration/store/import_written.h"

#include <string>
#include <vector>

#include "services/registration/store/statistic_store.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"import_written.insert", R"sql(
  INSERT INTO import_written (shard, import_id, record_shard, household_id)
  SELECT $1, $2, w.shard, w.id FROM unnest($3::integer[], $4::bigint[]) AS w(shard, id)
  ON CONFLICT DO NOTHING)sql"};

constexpr db::Statement kHas = {"import_written.has", R"sql(
  SELECT 1 FROM import_written WHERE shard = $1 AND import_id = $2 LIMIT 1)sql"};

constexpr db::Statement kVillages = {"import_written.villages", R"sql(
  SELECT shard, id, area FROM unnest($1::integer[], $2::bigint[]) AS w(shard, id) JOIN household USING (shard, id))sql"};

struct HouseholdArrays {
  std::string shards, numbers;
};
HouseholdArrays ArraysOf(const RowsByHousehold& written) {
  std::vector<int32_t> shards;
  std::vector<int64_t> numbers;
  for (const auto& [household, rows] : written) {
    shards.push_back(household.first);
    numbers.push_back(household.second);
  }
  return {db::IntegerArray(shards), db::IntegerArray(numbers)};
}

}  // namespace

void InsertWritten(db::Tx& tx, const ids::RecordId& import, const RowsByHousehold& written) {
  const HouseholdArrays households = ArraysOf(written);
  tx.Run(kInsert, import.shard, import.number, households.shards, households.numbers);
  std::vector<ids::RecordId> due;
  for (const auto& [household, rows] : written) due.push_back({household.first, household.second});
  MarkDue(tx, due);
}

bool HasWritten(db::Tx& tx, const ids::RecordId& import) { return !tx.Run(kHas, import.shard, import.number).empty(); }

absl::btree_map<std::pair<int32_t, int64_t>, int64_t> LoadVillagesOf(db::Tx& tx, const RowsByHousehold& written) {
  const HouseholdArrays households = ArraysOf(written);
  absl::btree_map<std::pair<int32_t, int64_t>, int64_t> villages;
  for (const auto& row : tx.Run(kVillages, households.shards, households.numbers)) {
    villages[{row[0].as<int32_t>(), row[1].as<int64_t>()}] = row[2].as<int64_t>();
  }
  return villages;
}

}  // namespace bangfu::registration::store
