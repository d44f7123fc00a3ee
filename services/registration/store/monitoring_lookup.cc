#include "services/registration/store/monitoring_lookup.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kMembers = {"monitoring.members", R"sql(
  SELECT m.shard, m.id, h.id, h.area, h.type = 1, h.exit_flag = '1',
         EXISTS (SELECT FROM monitoring_case c
                 WHERE c.shard = h.shard AND c.household_id = h.id AND c.state IN (4, 5))
  FROM member m JOIN household h ON h.shard = m.shard AND h.id = m.household_id
  WHERE m.shard = $1 AND m.id = ANY($2::bigint[]) AND m.state = 1 AND h.state = 1)sql"};

constexpr db::Statement kIncomes = {"monitoring.incomes", R"sql(
  SELECT h.shard, h.id, h.area, i.net_per_capita_fen, p.net_per_capita_fen
  FROM household h
  JOIN income i ON i.shard = h.shard AND i.household_id = h.id AND i.year = $3
  LEFT JOIN income p ON p.shard = h.shard AND p.household_id = h.id AND p.year = $3 - 1
  WHERE h.area >= $1 AND h.area < $2 AND h.state = 1 AND (h.area, h.id) > ($4, $5)
  ORDER BY h.area, h.id LIMIT $6)sql"};

constexpr db::Statement kInsertRun = {"monitoring_run.insert", R"sql(
  INSERT INTO monitoring_run (shard, id, area, year, run_date) VALUES ($1, $2, $3, $4, $5::date))sql"};

constexpr db::Statement kRun = {"monitoring_run.select", R"sql(
  SELECT shard, id, area, year, compared, unruled, raised, repeated, complete, run_date::text, cursor_area, cursor_id
  FROM monitoring_run WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kSaveRun = {"monitoring_run.save", R"sql(
  UPDATE monitoring_run
  SET cursor_area = $3, cursor_id = $4, compared = $5, unruled = $6, raised = $7, repeated = $8, complete = $9
  WHERE shard = $1 AND id = $2)sql"};

}  // namespace

std::map<std::string, MemberHousehold> FindMemberHouseholds(db::Tx& tx, const std::vector<ids::RecordId>& members) {
  std::map<std::string, MemberHousehold> found;
  for (const auto& [shard, numbers] : NumbersByCounty(members)) {
    for (const pqxx::row& row : tx.Run(kMembers, shard, db::IntegerArray(numbers))) {
      RowReader reader(row);
      const std::string member = reader.RecordId();
      MemberHousehold& household = found[member];
      household.household = {shard, reader.Number()};
      household.area = reader.Number();
      household.reported.registered = reader.OptionalBoolean().value_or(false);
      household.reported.exited = reader.OptionalBoolean().value_or(false);
      household.reported.monitored = reader.OptionalBoolean().value_or(false);
    }
  }
  return found;
}

std::vector<ComparedIncome> NextIncomes(db::Tx& tx, int64_t area, int32_t year, const MonitoringKey& after, int limit) {
  std::vector<ComparedIncome> incomes;
  const auto rows = tx.Run(kIncomes, area, standards::RangeEndOf(area), year, after.area, after.number, limit);
  for (const pqxx::row& row : rows) {
    RowReader reader(row);
    ComparedIncome& income = incomes.emplace_back();
    const auto shard = static_cast<int32_t>(reader.Number());
    income.household = {shard, reader.Number()};
    income.area = reader.Number();
    income.per_capita_fen = reader.Number();
    income.previous_fen = reader.OptionalNumber();
  }
  return incomes;
}

void InsertRun(db::Tx& tx, const StoredRun& run) {
  const ids::RecordId id = IdOf(run.run.run_id());
  tx.Run(kInsertRun, id.shard, id.number, standards::ParseAreaCode(run.run.area()).value_or(0), run.run.year(),
         run.date);
}

std::optional<StoredRun> LoadRun(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kRun, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];  // outlives its reader
  RowReader reader(row);
  StoredRun stored;
  stored.run.set_run_id(reader.RecordId());
  stored.run.set_area(reader.AreaCode());
  stored.run.set_year(static_cast<int32_t>(reader.Number()));
  stored.run.set_compared_count(reader.Number());
  stored.run.set_unruled_count(reader.Number());
  stored.run.set_raised_count(reader.Number());
  stored.run.set_repeated_count(reader.Number());
  stored.run.set_complete(reader.OptionalBoolean().value_or(false));
  stored.date = reader.Text();
  stored.cursor.area = reader.Number();
  stored.cursor.number = reader.Number();
  return stored;
}

void SaveRun(db::Tx& tx, const StoredRun& stored) {
  const ids::RecordId id = IdOf(stored.run.run_id());
  tx.Run(kSaveRun, id.shard, id.number, stored.cursor.area, stored.cursor.number, stored.run.compared_count(),
         stored.run.unruled_count(), stored.run.raised_count(), stored.run.repeated_count(), stored.run.complete());
}

}  // namespace bangfu::registration::store
