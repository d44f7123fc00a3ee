#include "services/registration/store/monitoring_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/monitoring_row.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr char kOfCase[] = R"sql( FROM monitoring_case t JOIN household h ON h.shard = t.shard AND h.id = t.household_id
  WHERE t.shard = $1 AND )sql";

const std::string kSelectText = absl::StrCat("SELECT ", kCaseColumns, kOfCase, "t.id = $2");
const db::Statement kSelect = {"monitoring_case.select", kSelectText.c_str()};

const std::string kLockText =
    absl::StrCat("SELECT ", kCaseColumns, kOfCase, "t.id = ANY($2::bigint[]) ORDER BY t.id FOR UPDATE OF t");
const db::Statement kLock = {"monitoring_case.lock", kLockText.c_str()};

const std::string kLockRunningText =
    absl::StrCat("SELECT ", kCaseColumns, kOfCase,
                 "t.household_id = ANY($2::bigint[]) AND t.state < 6 ORDER BY t.id FOR UPDATE OF t");
const db::Statement kLockRunning = {"monitoring_case.lock_running", kLockRunningText.c_str()};

constexpr db::Statement kInsert = {"monitoring_case.insert", R"sql(
  INSERT INTO monitoring_case (shard, id, household_id, area, state, monitor_group, triggers, emergency_open, checker,
                               monitor, due_time, next_review, version, body, update_time)
  SELECT shard, id, household_id, area, state, monitor_group, triggers, emergency_open, checker, monitor, due_time,
         next_review, 1, body, update_time
  FROM json_populate_recordset(NULL::monitoring_case, $1::json))sql"};

constexpr db::Statement kSave = {"monitoring_case.save", R"sql(
  WITH given AS (SELECT * FROM json_populate_recordset(NULL::monitoring_case, $2::json)),
  kept AS (
    INSERT INTO monitoring_case_version (shard, case_id, version, body, update_time)
    SELECT t.shard, t.id, t.version, t.body, t.update_time
    FROM monitoring_case t JOIN given ON given.id = t.id WHERE t.shard = $1
  )
  UPDATE monitoring_case t
  SET area = given.area, state = given.state, monitor_group = given.monitor_group, triggers = given.triggers,
      emergency_open = given.emergency_open, checker = given.checker, monitor = given.monitor,
      due_time = given.due_time, next_review = given.next_review, version = t.version + 1, body = given.body,
      update_time = given.update_time
  FROM given WHERE t.shard = $1 AND t.id = given.id)sql"};

constexpr db::Statement kVersions = {"monitoring_case_version.select", R"sql(
  SELECT body FROM monitoring_case_version WHERE shard = $1 AND case_id = $2 ORDER BY version DESC LIMIT 200)sql"};

constexpr db::Statement kReported = {"monitoring_clue.reported", R"sql(
  SELECT t.shard, t.household_id, t.source_key, t.shard, t.id
  FROM unnest($2::bigint[], $3::text[]) AS k (household_id, source_key)
  JOIN monitoring_clue t ON t.shard = $1 AND t.household_id = k.household_id AND t.source_key = k.source_key)sql"};

constexpr db::Statement kInsertClues = {"monitoring_clue.insert", R"sql(
  INSERT INTO monitoring_clue (shard, id, household_id, case_id, area, channel, source_key, state, triggers, body,
                               dismiss_reason)
  SELECT shard, id, household_id, case_id, area, channel, source_key, state, triggers, body, ''
  FROM json_populate_recordset(NULL::monitoring_clue, $1::json))sql"};

const std::string kSelectClueText =
    absl::StrCat("SELECT ", kClueColumns, " FROM monitoring_clue t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelectClue = {"monitoring_clue.select", kSelectClueText.c_str()};

constexpr db::Statement kCountOpen = {"monitoring_clue.count_open", R"sql(
  SELECT count(*) FROM monitoring_clue WHERE shard = $1 AND case_id = ANY($2::bigint[]) AND state = 1)sql"};

const std::string kOpenText =
    absl::StrCat("SELECT ", kClueColumns, " FROM monitoring_clue t ",
                 "WHERE t.shard = $1 AND t.case_id = ANY($2::bigint[]) AND t.state = 1 ORDER BY t.id");
const db::Statement kOpen = {"monitoring_clue.open", kOpenText.c_str()};

constexpr db::Statement kDismiss = {"monitoring_clue.dismiss", R"sql(
  UPDATE monitoring_clue SET state = 2, dismiss_reason = $3 WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kEnd = {"monitoring_clue.end", R"sql(
  UPDATE monitoring_clue SET state = $3, dismiss_reason = $4
  WHERE shard = $1 AND id = ANY($2::bigint[]) AND state = 1)sql"};

constexpr db::Statement kLockHouseholds = {"monitoring.lock_households", R"sql(
  SELECT shard, id, area FROM household
  WHERE shard = $1 AND id = ANY($2::bigint[]) AND state = 1 ORDER BY id FOR UPDATE)sql"};

std::vector<v1::MonitoringCase> CasesOf(const pqxx::result& rows) {
  std::vector<v1::MonitoringCase> cases;
  for (const pqxx::row& row : rows) cases.push_back(ReadCase(row));
  return cases;
}

void WriteCase(const v1::MonitoringCase& monitored, JsonRow& row) {
  const ids::RecordId id = IdOf(monitored.case_id());
  v1::MonitoringCase kept = monitored;
  kept.clear_head_name();
  kept.clear_overdue();
  row["shard"] = id.shard;
  row["id"] = id.number;
  row["household_id"] = IdOf(monitored.household_id()).number;
  row["area"] = standards::ParseAreaCode(monitored.area()).value_or(0);
  row["state"] = static_cast<int>(monitored.state());
  row["monitor_group"] = monitored.group();
  row["triggers"] = db::TextArray({monitored.triggers().begin(), monitored.triggers().end()});
  row["emergency_open"] = monitored.emergency_open();
  row["checker"] = monitored.checker();
  row["monitor"] = monitored.monitor();
  row["due_time"] = TimeLiteral(TimeOf(monitored.due_time()));
  row["next_review"] = TextOrNull(monitored.next_review_date());
  row["body"] = HexBytes(kept.SerializeAsString());
  row["update_time"] = TimeLiteral(TimeOf(monitored.update_time()));
}

std::string RowsOf(absl::Span<const v1::MonitoringCase> cases) {
  JsonRows rows;
  for (const v1::MonitoringCase& monitored : cases) {
    JsonRow row = rows.Add();
    WriteCase(monitored, row);
  }
  return rows.Text();
}

}  // namespace

v1::MonitoringCase ReadCase(const pqxx::row& row) {
  v1::MonitoringCase monitored;
  monitored.ParseFromString(db::BytesOf(row[0]));
  monitored.set_area(standards::FormatAreaCode(row[1].as<int64_t>()));
  monitored.set_head_name(row[2].as<std::string>());
  return monitored;
}

v1::MonitoringClue ReadClue(const pqxx::row& row) {
  v1::MonitoringClue clue;
  clue.ParseFromString(db::BytesOf(row[0]));
  clue.set_state(static_cast<v1::MonitoringClue::State>(row[1].as<int>()));
  clue.set_dismiss_reason(row[2].as<std::string>());
  return clue;
}

std::optional<v1::MonitoringCase> LoadCase(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadCase(rows[0]);
}

std::optional<v1::MonitoringCase> LockCase(db::Tx& tx, const ids::RecordId& id) {
  auto cases = LockCases(tx, id.shard, {id.number});
  if (cases.empty()) return std::nullopt;
  return std::move(cases[0]);
}

std::vector<v1::MonitoringCase> LockCases(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids) {
  return CasesOf(tx.Run(kLock, shard, db::IntegerArray(ids)));
}

std::map<std::string, v1::MonitoringCase> LockRunningCases(db::Tx& tx, int32_t shard,
                                                           const std::vector<int64_t>& household_ids) {
  std::map<std::string, v1::MonitoringCase> cases;
  for (v1::MonitoringCase& monitored : CasesOf(tx.Run(kLockRunning, shard, db::IntegerArray(household_ids)))) {
    std::string household_id = monitored.household_id();
    cases.insert_or_assign(std::move(household_id), std::move(monitored));
  }
  return cases;
}

void InsertCases(db::Tx& tx, int32_t, absl::Span<const v1::MonitoringCase> cases) {
  if (!cases.empty()) tx.Run(kInsert, RowsOf(cases));
}

void SaveCases(db::Tx& tx, int32_t shard, absl::Span<const v1::MonitoringCase> cases) {
  if (!cases.empty()) tx.Run(kSave, shard, RowsOf(cases));
}

void SaveCase(db::Tx& tx, const v1::MonitoringCase& monitored) {
  SaveCases(tx, IdOf(monitored.case_id()).shard, {monitored});
}

std::vector<v1::MonitoringCase> ListCaseVersions(db::Tx& tx, const ids::RecordId& id) {
  std::vector<v1::MonitoringCase> versions;
  for (const pqxx::row& row : tx.Run(kVersions, id.shard, id.number)) {
    versions.emplace_back().ParseFromString(db::BytesOf(row[0]));
  }
  return versions;
}

std::map<std::pair<std::string, std::string>, std::string> FindReported(db::Tx& tx, int32_t shard,
                                                                        absl::Span<const NewClue> wanted) {
  std::vector<int64_t> households;
  std::vector<std::string> keys;
  for (const NewClue& one : wanted) {
    households.push_back(IdOf(one.clue.household_id()).number);
    keys.push_back(one.source_key);
  }
  std::map<std::pair<std::string, std::string>, std::string> reported;
  for (const pqxx::row& row : tx.Run(kReported, shard, db::IntegerArray(households), db::TextArray(keys))) {
    RowReader reader(row);
    std::string household = reader.RecordId(), key = reader.Text();
    reported.emplace(std::pair(std::move(household), std::move(key)), reader.RecordId());
  }
  return reported;
}

void InsertClues(db::Tx& tx, int32_t, absl::Span<const NewClue> clues) {
  if (clues.empty()) return;
  JsonRows rows;
  for (const NewClue& one : clues) {
    const ids::RecordId id = IdOf(one.clue.clue_id());
    JsonRow row = rows.Add();
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["household_id"] = IdOf(one.clue.household_id()).number;
    row["case_id"] = IdOf(one.clue.case_id()).number;
    row["area"] = standards::ParseAreaCode(one.clue.area()).value_or(0);
    row["channel"] = static_cast<int>(one.clue.channel());
    row["source_key"] = one.source_key;
    row["state"] = static_cast<int>(one.clue.state());
    row["triggers"] = db::TextArray({one.clue.triggers().begin(), one.clue.triggers().end()});
    row["body"] = HexBytes(one.clue.SerializeAsString());
  }
  tx.Run(kInsertClues, rows.Text());
}

std::optional<v1::MonitoringClue> LoadClue(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelectClue, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadClue(rows[0]);
}

int64_t CountOpenClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& case_ids) {
  return tx.Run(kCountOpen, shard, db::IntegerArray(case_ids))[0][0].as<int64_t>();
}

std::vector<v1::MonitoringClue> ListOpenClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& case_ids) {
  std::vector<v1::MonitoringClue> clues;
  for (const pqxx::row& row : tx.Run(kOpen, shard, db::IntegerArray(case_ids))) clues.push_back(ReadClue(row));
  return clues;
}

void DismissClue(db::Tx& tx, const ids::RecordId& id, const std::string& reason) {
  tx.Run(kDismiss, id.shard, id.number, reason);
}

void EndClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& clue_ids, v1::MonitoringClue::State state,
              const std::string& reason) {
  if (!clue_ids.empty()) tx.Run(kEnd, shard, db::IntegerArray(clue_ids), static_cast<int>(state), reason);
}

std::vector<ClueHousehold> LockActiveHouseholds(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids) {
  std::vector<ClueHousehold> households;
  for (const pqxx::row& row : tx.Run(kLockHouseholds, shard, db::IntegerArray(ids))) {
    RowReader reader(row);
    std::string id = reader.RecordId();
    households.push_back({std::move(id), reader.Number()});
  }
  return households;
}

}  // namespace bangfu::registration::store
