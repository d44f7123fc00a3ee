#include "services/registration/store/quality_run_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"quality_run.insert", R"sql(
  INSERT INTO quality_run (shard, id, area, year, pack, date, policy_id, subject, create_time)
  VALUES ($1, $2, $3, $4, $5, $6::date, $7, $8, $9::timestamptz))sql"};

const std::string kColumns = R"sql(
  t.shard, t.id, t.area, t.year, t.pack, t.date::text, t.policy_id, t.subject, t.done_area, t.done_id, t.member_area,
  t.member_id, t.households_done, t.household_count, t.person_count, t.new_count, t.kept_count, t.fixed_count,
  (extract(epoch FROM t.create_time) * 1000000)::bigint, (extract(epoch FROM t.finish_time) * 1000000)::bigint)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, " FROM quality_run t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"quality_run.select", kSelectText.c_str()};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE");
const db::Statement kLock = {"quality_run.lock", kLockText.c_str()};

constexpr db::Statement kSave = {"quality_run.save", R"sql(
  UPDATE quality_run
  SET done_area = $3, done_id = $4, member_area = $5, member_id = $6, households_done = $7, household_count = $8,
      person_count = $9, new_count = $10, kept_count = $11, fixed_count = $12, finish_time = $13::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

const std::string kListText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM quality_run t
  WHERE ($3::bigint = 0 OR t.id < $3) AND EXISTS (
    SELECT FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE t.area >= s.low AND t.area < s.high)
  ORDER BY t.id DESC LIMIT $4)sql");
const db::Statement kList = {"quality_run.list", kListText.c_str()};

// Two that are started at the same moment are started one after the other.
constexpr db::Statement kExclude = {"quality_run.exclude",
                                    "SELECT pg_advisory_xact_lock(hashtext('bangfu.quality_run'))"};

// An area covers another if the other's code lies in it: its own range, or one of those above it.
constexpr db::Statement kAtWork = {"quality_run.at_work", R"sql(
  SELECT t.shard, t.id FROM operation o JOIN quality_run t ON t.shard = o.shard AND t.id = o.id
  WHERE o.kind = 'quality-run' AND o.state IN (1, 2)
    AND ((t.area >= $1 AND t.area < $2) OR t.area = ANY($3::bigint[]))
  ORDER BY t.id LIMIT 1)sql"};

const std::string kFinishedText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM quality_run t WHERE t.area = ANY($1::bigint[]) AND t.finish_time IS NOT NULL
  ORDER BY t.finish_time DESC, t.id DESC LIMIT 1)sql");
const db::Statement kFinished = {"quality_run.finished", kFinishedText.c_str()};

constexpr db::Statement kFindDate = {"quality_run.find_date", R"sql(
  SELECT date::text FROM quality_run WHERE area = ANY($1::bigint[]) AND policy_id = $2 AND year = $3
  ORDER BY finish_time DESC NULLS LAST, id DESC LIMIT 1)sql"};

constexpr db::Statement kAddTallies = {"quality_tally.add", R"sql(
  INSERT INTO quality_tally AS t (shard, run_shard, run_id, area, rule, household_count, issue_count, person_count,
                                  problem_household_count, stale_household_count, unconfirmed_days)
  SELECT shard, run_shard, run_id, area, rule, household_count, issue_count, person_count, problem_household_count,
         stale_household_count, unconfirmed_days
  FROM json_populate_recordset(NULL::quality_tally, $1::json)
  ON CONFLICT (shard, run_shard, run_id, area, rule) DO UPDATE
  SET household_count = t.household_count + EXCLUDED.household_count,
      issue_count = t.issue_count + EXCLUDED.issue_count, person_count = t.person_count + EXCLUDED.person_count,
      problem_household_count = t.problem_household_count + EXCLUDED.problem_household_count,
      stale_household_count = t.stale_household_count + EXCLUDED.stale_household_count,
      unconfirmed_days = t.unconfirmed_days + EXCLUDED.unconfirmed_days)sql"};

constexpr db::Statement kTallies = {"quality_tally.sum", R"sql(
  SELECT area / $5 * $5, rule, sum(household_count)::bigint, sum(issue_count)::bigint, sum(person_count)::bigint,
         sum(problem_household_count)::bigint, sum(stale_household_count)::bigint, sum(unconfirmed_days)::bigint
  FROM quality_tally WHERE run_shard = $1 AND run_id = $2 AND area >= $3 AND area < $4
  GROUP BY 1, 2 ORDER BY 1, 2)sql"};

QualityRunRecord ReadRun(const pqxx::row& row) {
  RowReader columns(row);
  QualityRunRecord run;
  run.id.shard = static_cast<int32_t>(columns.Number());
  run.id.number = columns.Number();
  run.area = columns.Number();
  run.year = static_cast<int>(columns.Number());
  run.pack = columns.Text();
  run.date = columns.Text();
  run.policy_id = columns.Text();
  run.subject = columns.Text();
  run.done.area = columns.Number();
  run.done.id = columns.Number();
  run.members_done.area = columns.Number();
  run.members_done.id = columns.Number();
  run.households_done = columns.OptionalBoolean().value_or(false);
  run.household_count = columns.Number();
  run.person_count = columns.Number();
  run.new_count = columns.Number();
  run.kept_count = columns.Number();
  run.fixed_count = columns.Number();
  run.create_time = absl::FromUnixMicros(columns.Number());
  if (const auto finished = columns.OptionalNumber()) run.finish_time = absl::FromUnixMicros(*finished);
  return run;
}

std::optional<QualityRunRecord> First(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadRun(rows[0]);
}

// Rule 0 counts the village itself.
void AddRow(const ids::RecordId& run, int64_t area, int rule, const domain::QualityTally& tally, JsonRows* rows) {
  JsonRow row = rows->Add();
  row["shard"] = standards::CountyOf(area);
  row["run_shard"] = run.shard;
  row["run_id"] = run.number;
  row["area"] = area;
  row["rule"] = rule;
  const bool of_village = rule == 0;
  const auto found = tally.rules.find(rule);
  row["household_count"] = of_village ? tally.households : found->second.households;
  row["issue_count"] = of_village ? int64_t{0} : found->second.issues;
  row["person_count"] = of_village ? tally.persons : int64_t{0};
  row["problem_household_count"] = of_village ? tally.problem_households : int64_t{0};
  row["stale_household_count"] = of_village ? tally.stale_households : int64_t{0};
  row["unconfirmed_days"] = of_village ? tally.unconfirmed_days : int64_t{0};
}

}  // namespace

void InsertQualityRun(db::Tx& tx, const QualityRunRecord& run) {
  tx.Run(kInsert, run.id.shard, run.id.number, run.area, run.year, run.pack, run.date, run.policy_id, run.subject,
         TimeLiteral(run.create_time));
}

std::optional<QualityRunRecord> LoadQualityRun(db::Tx& tx, const ids::RecordId& id) {
  return First(tx.Run(kSelect, id.shard, id.number));
}

std::optional<QualityRunRecord> LoadQualityRunForUpdate(db::Tx& tx, const ids::RecordId& id) {
  return First(tx.Run(kLock, id.shard, id.number));
}

void SaveQualityRun(db::Tx& tx, const QualityRunRecord& run) {
  std::optional<std::string> finished;
  if (run.finish_time) finished = TimeLiteral(*run.finish_time);
  tx.Run(kSave, run.id.shard, run.id.number, run.done.area, run.done.id, run.members_done.area, run.members_done.id,
         run.households_done, run.household_count, run.person_count, run.new_count, run.kept_count, run.fixed_count,
         finished);
}

std::vector<QualityRunRecord> ListQualityRuns(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before,
                                              int limit) {
  const ScopeArrays scope = ArraysOf(areas);
  std::vector<QualityRunRecord> runs;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, before, limit)) {
    runs.push_back(ReadRun(row));
  }
  return runs;
}

std::optional<ids::RecordId> FindQualityRunAtWork(db::Tx& tx, int64_t area) {
  std::vector<int64_t> above;
  for (int64_t code = area; code != 0; code = standards::ParentOf(code)) above.push_back(code);
  tx.Run(kExclude);
  const auto range = auth::RangeOf(area);
  const auto rows = tx.Run(kAtWork, range.low, range.high, db::IntegerArray(above));
  if (rows.empty()) return std::nullopt;
  return ids::RecordId{rows[0][0].as<int32_t>(), rows[0][1].as<int64_t>()};
}

std::optional<QualityRunRecord> FindFinishedQualityRun(db::Tx& tx, const std::vector<int64_t>& areas) {
  return First(tx.Run(kFinished, db::IntegerArray(areas)));
}

std::optional<std::string> FindQualityRunDate(db::Tx& tx, const std::vector<int64_t>& areas,
                                              const std::string& policy_id, int year) {
  const auto rows = tx.Run(kFindDate, db::IntegerArray(areas), policy_id, year);
  if (rows.empty()) return std::nullopt;
  return rows[0][0].as<std::string>();
}

void AddTallies(db::Tx& tx, const ids::RecordId& run, const std::map<int64_t, domain::QualityTally>& villages) {
  if (villages.empty()) return;
  JsonRows rows;
  for (const auto& [area, tally] : villages) {
    AddRow(run, area, 0, tally, &rows);
    for (const auto& [rule, counted] : tally.rules) AddRow(run, area, rule, tally, &rows);
  }
  tx.Run(kAddTallies, rows.Text());
}

std::map<int64_t, domain::QualityTally> LoadTallies(db::Tx& tx, const ids::RecordId& run, const auth::AreaRange& range,
                                                    int64_t unit) {
  std::map<int64_t, domain::QualityTally> tallies;
  for (const auto& row : tx.Run(kTallies, run.shard, run.number, range.low, range.high, unit)) {
    domain::QualityTally& tally = tallies[row[0].as<int64_t>()];
    const int rule = row[1].as<int>();
    if (rule != 0) {
      tally.rules[rule] = {row[2].as<int64_t>(), row[3].as<int64_t>()};
      continue;
    }
    tally.households = row[2].as<int64_t>();
    tally.persons = row[4].as<int64_t>();
    tally.problem_households = row[5].as<int64_t>();
    tally.stale_households = row[6].as<int64_t>();
    tally.unconfirmed_days = row[7].as<int64_t>();
  }
  return tallies;
}

}  // namespace bangfu::registration::store
