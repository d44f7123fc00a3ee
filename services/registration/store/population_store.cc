#include "services/registration/store/population_store.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/population.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using v1::PopulationChange;

constexpr db::Statement kAppend = {"population_change.append", R"sql(
  WITH new AS (
    SELECT * FROM json_populate_recordset(NULL::population_change, $1::json)
  ), kept AS (
    INSERT INTO population_change (shard, household_id, member_id, date, known_at, from_area, from_status, to_area,
                                   to_status, reason, count)
    SELECT shard, household_id, member_id, date, known_at, from_area, from_status, to_area, to_status, reason, count
    FROM new
  )
  INSERT INTO population_delta (date, known_at, from_area, from_status, to_area, to_status, reason, households, persons)
  SELECT date, known_at, from_area, from_status, to_area, to_status, reason,
         coalesce(sum(count) FILTER (WHERE member_id = 0), 0), coalesce(sum(count) FILTER (WHERE member_id <> 0), 0)
  FROM new GROUP BY date, known_at, from_area, from_status, to_area, to_status, reason)sql"};

constexpr db::Statement kLoad = {"population_change.load", R"sql(
  SELECT shard, household_id, member_id, date::text, from_area, from_status, to_area, to_status, reason, sum(count)
  FROM population_change
  WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND date >= $3::date
  GROUP BY shard, household_id, member_id, date, from_area, from_status, to_area, to_status, reason
  HAVING sum(count) <> 0
  ORDER BY household_id, member_id, date)sql"};

// In a city without counties the county's code is the city's: DISTINCT counts it once.
constexpr db::Statement kFold = {"population_delta.fold", R"sql(
  WITH taken AS (
    DELETE FROM population_delta
    WHERE id IN (SELECT id FROM population_delta ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id, date, (known_at AT TIME ZONE 'UTC')::date AS known_day, from_area, from_status, to_area, to_status,
              reason, households, persons
  ), at_level AS (
    SELECT taken.*, from_area / width * width AS above_from, to_area / width * width AS above_to
    FROM taken CROSS JOIN (VALUES (10000000000), (100000000), (1000000), (1000), (1)) AS level(width)
  ), spread AS (
    SELECT DISTINCT id, above_to AS area, date, known_day, to_status AS status, reason, households AS in_households,
           persons AS in_persons, 0 AS out_households, 0 AS out_persons
    FROM at_level WHERE to_status <> 0 AND NOT (from_status = to_status AND above_from = above_to)
    UNION ALL
    SELECT DISTINCT id, above_from, date, known_day, from_status, reason, 0, 0, households, persons
    FROM at_level WHERE from_status <> 0 AND NOT (from_status = to_status AND above_from = above_to)
  ), folded AS (
    INSERT INTO population_summary AS t (area, date, known_day, status, reason, in_households, in_persons,
                                         out_households, out_persons)
    SELECT area, date, known_day, status, reason, sum(in_households), sum(in_persons), sum(out_households),
           sum(out_persons)
    FROM spread GROUP BY area, date, known_day, status, reason ORDER BY area, date, known_day, status, reason
    ON CONFLICT (area, date, known_day, status, reason) DO UPDATE
    SET in_households = t.in_households + EXCLUDED.in_households, in_persons = t.in_persons + EXCLUDED.in_persons,
        out_households = t.out_households + EXCLUDED.out_households,
        out_persons = t.out_persons + EXCLUDED.out_persons
  )
  SELECT count(*) FROM taken)sql"};

// $1 area, up to before $2; the period $3 to $4; what was known until $5, in the day (UTC) that begins at $6. Sums of
// whole days are folded or pending; of the last day the ledger itself is read. The width of an area's range of codes by
// level as in register_summary.select.
constexpr db::Statement kFlow = {"population_summary.flow", R"sql(
  WITH wanted AS (
    SELECT code, name, code + (ARRAY[10000000000, 100000000, 1000000, 1000, 1])[level] AS code_end
    FROM area WHERE code = $1 OR parent = $1
  ), unfolded AS (
    SELECT date, from_area, from_status, to_area, to_status, reason, households, persons
    FROM population_delta
    WHERE known_at < $6::timestamptz AND date <= $4::date
      AND (from_area >= $1 AND from_area < $2 OR to_area >= $1 AND to_area < $2)
    UNION ALL
    SELECT date, from_area, from_status, to_area, to_status, reason,
           CASE WHEN member_id = 0 THEN count ELSE 0 END, CASE WHEN member_id = 0 THEN 0 ELSE count END
    FROM population_change
    WHERE known_at >= $6::timestamptz AND known_at <= $5::timestamptz AND date <= $4::date
      AND (from_area >= $1 AND from_area < $2 OR to_area >= $1 AND to_area < $2)
  ), inside AS (
    SELECT wanted.code, unfolded.*, from_status <> 0 AND from_area >= code AND from_area < code_end AS from_inside,
           to_status <> 0 AND to_area >= code AND to_area < code_end AS to_inside
    FROM wanted JOIN unfolded ON from_area >= code AND from_area < code_end OR to_area >= code AND to_area < code_end
  ), sums AS (
    SELECT code, date, status, reason, in_households, in_persons, out_households, out_persons
    FROM wanted JOIN population_summary ON area = code
    WHERE date <= $4::date AND known_day < ($6::timestamptz AT TIME ZONE 'UTC')::date
    UNION ALL
    SELECT code, date, to_status, reason, households, persons, 0, 0 FROM inside
    WHERE to_inside AND NOT (from_inside AND from_status = to_status)
    UNION ALL
    SELECT code, date, from_status, reason, 0, 0, households, persons FROM inside
    WHERE from_inside AND NOT (to_inside AND from_status = to_status)
  )
  SELECT wanted.code, name, coalesce(status, 0), coalesce(reason, ''),
         coalesce(sum(in_households - out_households) FILTER (WHERE date < $3::date), 0)::bigint,
         coalesce(sum(in_persons - out_persons) FILTER (WHERE date < $3::date), 0)::bigint,
         coalesce(sum(in_households) FILTER (WHERE date >= $3::date), 0)::bigint,
         coalesce(sum(in_persons) FILTER (WHERE date >= $3::date), 0)::bigint,
         coalesce(sum(out_households) FILTER (WHERE date >= $3::date), 0)::bigint,
         coalesce(sum(out_persons) FILTER (WHERE date >= $3::date), 0)::bigint
  FROM wanted LEFT JOIN sums USING (code)
  GROUP BY wanted.code, name, status, reason
  ORDER BY wanted.code, status, reason)sql"};

// The same predicates as those of the flow, which a contract of tests holds together. $1 and $2: area; the key ($3,
// $4); $5 status, $6 to $7 the period, $8 known until, $9 reason or '', $10 household (1), person (2) or both (0), $11
// limit.
std::string ListText(const char* side, const char* other) {
  return absl::StrCat(R"sql(
  SELECT shard, household_id, member_id, date::text, from_area, from_status, to_area, to_status, reason, count,
         (extract(epoch FROM known_at) * 1000000)::bigint, )sql",
                      side, R"sql(_area, id
  FROM population_change
  WHERE )sql",
                      side, "_area >= $1 AND ", side, "_area < $2 AND (", side, "_area, id) > ($3, $4) AND ", side,
                      "_status <> 0 AND ", side, R"sql(_status = $5
    AND NOT (from_status = to_status AND )sql",
                      other, "_area >= $1 AND ", other, R"sql(_area < $2)
    AND date >= $6::date AND date <= $7::date AND known_at <= $8::timestamptz AND ($9 = '' OR reason = $9)
    AND ($10 = 0 OR ($10 = 1) = (member_id = 0))
  ORDER BY )sql",
                      side, "_area, id LIMIT $11");
}
const std::string kListIncreasesText = ListText("to", "from");
const db::Statement kListIncreases = {"population_change.list_increases", kListIncreasesText.c_str()};
const std::string kListDecreasesText = ListText("from", "to");
const db::Statement kListDecreases = {"population_change.list_decreases", kListDecreasesText.c_str()};

int64_t NumberOf(const std::string& area) { return standards::ParseAreaCode(area).value_or(0); }

std::string CodeOrEmpty(const pqxx::field& field) {
  const auto code = field.as<int64_t>();
  return code == 0 ? "" : standards::FormatAreaCode(code);
}

// Columns from shard to count.
PopulationChange ReadChange(const pqxx::row& row) {
  PopulationChange change;
  const auto shard = row[0].as<int32_t>();
  change.set_household_id(ids::RecordId{shard, row[1].as<int64_t>()}.ToString());
  if (const auto member = row[2].as<int64_t>(); member != 0) {
    change.set_member_id(ids::RecordId{shard, member}.ToString());
  }
  change.set_date(row[3].as<std::string>());
  change.set_from_area(CodeOrEmpty(row[4]));
  change.set_from_status(static_cast<PopulationChange::Status>(row[5].as<int>()));
  change.set_to_area(CodeOrEmpty(row[6]));
  change.set_to_status(static_cast<PopulationChange::Status>(row[7].as<int>()));
  change.set_reason(row[8].as<std::string>());
  change.set_count(row[9].as<int32_t>());
  return change;
}

// The beginning of the day, in UTC, of the instant until which something is known.
std::string KnownDay(const Instants& instants) {
  if (!instants.known_at) return "infinity";
  const absl::TimeZone utc = absl::UTCTimeZone();
  return TimeLiteral(absl::FromCivil(absl::ToCivilDay(*instants.known_at, utc), utc));
}

pqxx::result RunFlow(db::Tx& tx, int64_t area, const std::string& from_date, const std::string& to_date,
                     const Instants& instants) {
  return tx.Run(kFlow, area, standards::RangeEndOf(area), from_date, to_date, instants.KnownAt(), KnownDay(instants));
}

void AddFigure(const std::string& reason, int64_t households, int64_t persons,
               google::protobuf::RepeatedPtrField<v1::PopulationFigure>* figures) {
  if (households == 0 && persons == 0) return;
  v1::PopulationFigure* figure = figures->Add();
  figure->set_reason(reason);
  figure->set_household_count(households);
  figure->set_person_count(persons);
}

// Adds what one reason did to a balance.
void AddRow(const pqxx::row& row, v1::PopulationBalance* balance) {
  const auto number = [&](int column) { return row[column].as<int64_t>(); };
  balance->set_start_household_count(balance->start_household_count() + number(4));
  balance->set_start_person_count(balance->start_person_count() + number(5));
  balance->set_end_household_count(balance->end_household_count() + number(4) + number(6) - number(8));
  balance->set_end_person_count(balance->end_person_count() + number(5) + number(7) - number(9));
  AddFigure(row[3].as<std::string>(), number(6), number(7), balance->mutable_increases());
  AddFigure(row[3].as<std::string>(), number(8), number(9), balance->mutable_decreases());
}

bool IsEmpty(const v1::PopulationBalance& balance) {
  return balance.start_household_count() == 0 && balance.start_person_count() == 0 && balance.increases().empty() &&
         balance.decreases().empty();
}

void AddStock(PopulationChange::Status status, int64_t households, int64_t persons, v1::RegisterCounts* counts) {
  if (status < PopulationChange::IN_POVERTY) return;
  counts->set_household_count(counts->household_count() + households);
  counts->set_person_count(counts->person_count() + persons);
  if (status != PopulationChange::OUT_OF_POVERTY) return;
  counts->set_exited_household_count(counts->exited_household_count() + households);
  counts->set_exited_person_count(counts->exited_person_count() + persons);
}

// The first day behind those that count at the instants.
std::string DayBehind(const Instants& instants) {
  const auto day = standards::ParseDate(instants.as_of);
  return day ? standards::FormatDate(*day + 1) : "infinity";
}

absl::Status RefuseArea(int64_t area) {
  return status::Refuse(v1::AREA_NOT_FOUND, {{"area", standards::FormatAreaCode(area)}});
}

}  // namespace

void AppendPopulationChanges(db::Tx& tx, const std::vector<PopulationChange>& entries) {
  if (entries.empty()) return;
  JsonRows rows;
  for (const PopulationChange& entry : entries) {
    JsonRow row = rows.Add();
    const ids::RecordId household = IdOf(entry.household_id());
    row["shard"] = household.shard;
    row["household_id"] = household.number;
    row["member_id"] = entry.member_id().empty() ? int64_t{0} : IdOf(entry.member_id()).number;
    row["date"] = entry.date();
    row["known_at"] = TimeLiteral(TimeOf(entry.known_time()));
    row["from_area"] = NumberOf(entry.from_area());
    row["from_status"] = static_cast<int>(entry.from_status());
    row["to_area"] = NumberOf(entry.to_area());
    row["to_status"] = static_cast<int>(entry.to_status());
    row["reason"] = entry.reason();
    row["count"] = entry.count();
  }
  tx.Run(kAppend, rows.Text());
}

std::vector<PopulationChange> LoadPopulationChanges(db::Tx& tx, int32_t shard, const std::vector<int64_t>& households,
                                                    const std::string& day) {
  std::vector<PopulationChange> entries;
  for (const auto& row : tx.Run(kLoad, shard, db::IntegerArray(households), day)) {
    PopulationChange entry = ReadChange(row);
    const int times = std::abs(entry.count());
    entry.set_count(entry.count() > 0 ? 1 : -1);
    entries.insert(entries.end(), times, entry);
  }
  return entries;
}

int64_t FoldPopulation(db::Tx& tx, int limit) { return tx.Run(kFold, limit)[0][0].as<int64_t>(); }

absl::StatusOr<v1::PopulationFlow> LoadPopulationFlow(db::Tx& tx, int64_t area, const std::string& from_date,
                                                      const std::string& to_date, const Instants& instants) {
  const auto rows = RunFlow(tx, area, from_date, to_date, instants);
  if (rows.empty() || rows[0][0].as<int64_t>() != area) return RefuseArea(area);
  std::map<std::pair<int64_t, int>, v1::PopulationBalance> balances;  // by area and status
  for (const auto& row : rows) {
    const auto status = row[2].as<int>();
    if (status == PopulationChange::STATUS_UNSPECIFIED) continue;
    v1::PopulationBalance& balance = balances[{row[0].as<int64_t>(), status}];
    balance.set_area(standards::FormatAreaCode(row[0].as<int64_t>()));
    balance.set_area_name(row[1].as<std::string>());
    balance.set_status(static_cast<PopulationChange::Status>(status));
    balance.set_household_filter(domain::HouseholdFilterOf(balance.status()));
    balance.set_person_filter(domain::PersonFilterOf(balance.status()));
    AddRow(row, &balance);
  }
  v1::PopulationFlow flow;
  flow.set_from_date(from_date);
  flow.set_to_date(to_date);
  for (auto& [key, balance] : balances) {
    if (IsEmpty(balance)) continue;
    *(key.first == area ? flow.add_total() : flow.add_parts()) = std::move(balance);
  }
  return flow;
}

absl::StatusOr<v1::RegisterStatistics> LoadStatisticsAt(db::Tx& tx, int64_t area, const Instants& instants) {
  v1::RegisterStatistics statistics;
  std::map<int64_t, v1::RegisterCounts> by_area;
  for (const auto& row : RunFlow(tx, area, DayBehind(instants), instants.AsOf(), instants)) {
    v1::RegisterCounts& counts = by_area[row[0].as<int64_t>()];
    counts.set_area(standards::FormatAreaCode(row[0].as<int64_t>()));
    counts.set_area_name(row[1].as<std::string>());
    AddStock(static_cast<PopulationChange::Status>(row[2].as<int>()), row[4].as<int64_t>(), row[5].as<int64_t>(),
             &counts);
  }
  if (!by_area.contains(area)) return RefuseArea(area);
  for (auto& [code, counts] : by_area) {
    if (code == area) {
      *statistics.mutable_total() = std::move(counts);
    } else if (counts.household_count() != 0 || counts.person_count() != 0) {
      *statistics.add_parts() = std::move(counts);
    }
  }
  return statistics;
}

Page<PopulationChange> ListPopulationChanges(db::Tx& tx, const v1::ListPopulationChangesRequest& request,
                                             const std::vector<std::string>& after, int limit) {
  const int64_t area = NumberOf(request.area());
  Instants instants;
  if (request.has_as_known_at()) instants.known_at = TimeOf(request.as_known_at());
  const std::vector<std::string> start = {"0", "0"};
  const auto& key = after.size() == start.size() ? after : start;
  const bool increases = request.direction() == PopulationChange::INCREASE;
  Page<PopulationChange> page;
  for (const auto& row : tx.Run(increases ? kListIncreases : kListDecreases, area, standards::RangeEndOf(area), key[0],
                                key[1], static_cast<int>(request.status()), request.from_date(), request.to_date(),
                                instants.KnownAt(), request.reason(), static_cast<int>(request.subject()), limit + 1)) {
    page.more = static_cast<int>(page.records.size()) == limit;
    if (page.more) break;
    PopulationChange change = ReadChange(row);
    SetTime(absl::FromUnixMicros(row[10].as<int64_t>()), change.mutable_known_time());
    page.records.push_back(std::move(change));
    page.last_key = {row[11].as<std::string>(), row[12].as<std::string>()};
  }
  return page;
}

}  // namespace bangfu::registration::store
