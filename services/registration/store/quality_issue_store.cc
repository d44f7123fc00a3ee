#include "services/registration/store/quality_issue_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::QualityRecord;
using v1::QualityIssue;

const std::string kColumns = R"sql(
  t.shard, t.id, t.shard, t.household_id, t.rule, t.record, t.record_id, t.field, t.area, t.year, t.severity, t.owner,
  t.fix, t.found, t.expected, t.state, t.assignee, t.due_date::text, t.found_date::text, t.reopen_count, t.run_shard,
  t.run_id, t.waiver, t.version, (extract(epoch FROM t.check_time) * 1000000)::bigint,
  (extract(epoch FROM t.fix_time) * 1000000)::bigint, t.policy_id, t.waiver_by)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, " FROM quality_issue t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"quality_issue.select", kSelectText.c_str()};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE");
const db::Statement kLock = {"quality_issue.lock", kLockText.c_str()};

const std::string kLockOfText = absl::StrCat("SELECT ", kColumns, R"sql( FROM quality_issue t
  WHERE t.shard = $1 AND t.household_id = ANY($2::bigint[]) ORDER BY t.id FOR UPDATE)sql");
const db::Statement kLockOf = {"quality_issue.lock_of_households", kLockOfText.c_str()};

// Somebody who checks the household at the same moment may have been first.
constexpr db::Statement kInsert = {"quality_issue.insert", R"sql(
  INSERT INTO quality_issue (shard, id, household_id, rule, record, record_id, field, area, year, severity, owner, fix,
                             found, expected, due_date, found_date, policy_id, run_id, run_shard, check_time)
  SELECT shard, id, household_id, rule, record, record_id, field, area, year, severity, owner, fix, found, expected,
         due_date, found_date, policy_id, run_id, run_shard, now()
  FROM json_populate_recordset(NULL::quality_issue, $1::json)
  ON CONFLICT (shard, household_id, rule, record, record_id, field) DO NOTHING)sql"};

constexpr db::Statement kUpdate = {"quality_issue.update", R"sql(
  UPDATE quality_issue t
  SET area = n.area, year = n.year, severity = n.severity, owner = n.owner, fix = n.fix, found = n.found,
      expected = n.expected, state = n.state, assignee = n.assignee, due_date = n.due_date, found_date = n.found_date,
      policy_id = n.policy_id, run_id = n.run_id, run_shard = n.run_shard, waiver = n.waiver, waiver_by = n.waiver_by,
      reopen_count = n.reopen_count, check_time = now(),
      fix_time = CASE WHEN n.state <> 4 THEN NULL WHEN t.state = 4 THEN t.fix_time ELSE now() END,
      version = t.version + CASE WHEN (t.state, t.found, t.waiver, t.assignee) IS DISTINCT FROM
                                      (n.state, n.found, n.waiver, n.assignee) THEN 1 ELSE 0 END
  FROM json_populate_recordset(NULL::quality_issue, $1::json) AS n
  WHERE t.shard = n.shard AND t.id = n.id)sql"};

constexpr db::Statement kAssign = {"quality_issue.assign", R"sql(
  WITH assigned AS (
    UPDATE quality_issue
    SET assignee = $3, due_date = coalesce(nullif($4, '')::date, due_date), version = version + 1
    WHERE shard = $1 AND id = ANY($2::bigint[]) AND state IN (1, 2) RETURNING shard, id
  )
  INSERT INTO quality_note (shard, issue_id, id, kind, subject, time, body)
  SELECT shard, id, $5, 1, $6, $7::timestamptz, $3 FROM assigned)sql"};

constexpr db::Statement kAddNote = {"quality_note.insert", R"sql(
  INSERT INTO quality_note (shard, issue_id, id, kind, subject, time, body)
  VALUES ($1, $2, $3, $4, $5, $6::timestamptz, $7))sql"};

constexpr db::Statement kListNotes = {"quality_note.list", R"sql(
  SELECT kind, subject, (extract(epoch FROM time) * 1000000)::bigint, body
  FROM quality_note WHERE shard = $1 AND issue_id = $2 ORDER BY id DESC LIMIT $3)sql"};

constexpr db::Statement kFollow = {"quality_issue.follow", R"sql(
  UPDATE quality_issue t SET area = h.area FROM household h
  WHERE t.area >= $1 AND t.area < $2 AND t.state <> 4 AND h.shard = t.shard AND h.id = t.household_id AND h.state = 1
    AND h.area <> t.area)sql"};

constexpr db::Statement kFixGone = {"quality_issue.fix_gone", R"sql(
  WITH gone AS (
    SELECT t.shard, t.id, t.state FROM quality_issue t
    WHERE t.area >= $1 AND t.area < $2 AND t.state <> 4 AND (
      (t.rule = ANY($3::smallint[]) AND NOT EXISTS (
         SELECT FROM household h
         WHERE h.shard = t.shard AND h.id = t.household_id AND h.state = 1 AND (h.type = 1 OR h.monitor_type <> ''))) OR
      (t.rule = ANY($4::smallint[]) AND NOT EXISTS (
         SELECT FROM member m LEFT JOIN household h ON h.shard = m.shard AND h.id = m.household_id AND h.state = 1
         WHERE m.shard = t.shard AND m.id = t.record_id AND m.household_id = t.household_id AND m.state = 1
           AND h.id IS NULL)))
    ORDER BY t.area, t.id LIMIT $5
  ), fixed AS (
    UPDATE quality_issue t SET state = 4, fix_time = now(), check_time = now(), version = t.version + 1
    FROM gone WHERE t.shard = gone.shard AND t.id = gone.id
  )
  SELECT count(*), count(*) FILTER (WHERE state IN (1, 2)) FROM gone)sql"};

ListSource Source() {
  return {"quality_issue", kColumns, QualityIssueColumns(), &RegisteredCounts::households, "type"};
}

QualityRecord ReadIssue(const pqxx::row& row) {
  RowReader columns(row);
  QualityRecord record;
  QualityIssue& issue = record.issue;
  issue.set_issue_id(columns.RecordId());
  issue.set_household_id(columns.RecordId());
  issue.set_rule(static_cast<v1::QualityRule::Code>(columns.Number()));
  issue.set_record(static_cast<QualityIssue::Record>(columns.Number()));
  const int64_t number = columns.Number();
  if (issue.record() == QualityIssue::MEMBER) {
    issue.set_member_id(ids::RecordId{IdOf(issue.household_id()).shard, number}.ToString());
  }
  issue.set_field(columns.Text());
  issue.set_area(columns.AreaCode());
  issue.set_year(static_cast<int32_t>(columns.Number()));
  issue.set_severity(static_cast<v1::QualityRule::Severity>(columns.Number()));
  issue.set_owner(static_cast<v1::QualityRule::Owner>(columns.Number()));
  issue.set_fix(columns.Text());
  issue.set_found(columns.Text());
  issue.set_expected(columns.Text());
  issue.set_state(static_cast<QualityIssue::State>(columns.Number()));
  issue.set_assignee(columns.Text());
  issue.set_due_date(columns.Text());
  issue.set_found_date(columns.Text());
  issue.set_reopen_count(static_cast<int32_t>(columns.Number()));
  const auto run_shard = columns.OptionalNumber();
  const auto run_number = columns.OptionalNumber();
  if (run_shard && run_number) {
    issue.set_run_id(ids::RecordId{static_cast<int32_t>(*run_shard), *run_number}.ToString());
  }
  issue.set_waiver(columns.Text());
  issue.set_etag(api::EtagOf(issue.issue_id(), columns.Number()));
  columns.Time(issue.mutable_check_time());
  if (const auto fixed = columns.OptionalNumber()) SetTime(absl::FromUnixMicros(*fixed), issue.mutable_fix_time());
  record.policy_id = columns.Text();
  record.waiver_by = columns.Text();
  domain::Describe(&issue);
  return record;
}

// Household, member, or year of the household's report.
int64_t RecordNumber(const QualityIssue& issue) {
  switch (issue.record()) {
    case QualityIssue::MEMBER: return IdOf(issue.member_id()).number;
    case QualityIssue::INCOME:
    case QualityIssue::LIVING_CONDITION: return issue.year();
    default: return IdOf(issue.household_id()).number;
  }
}

void AddRow(const QualityRecord& record, int64_t id, JsonRows* rows) {
  const QualityIssue& issue = record.issue;
  const ids::RecordId household = IdOf(issue.household_id());
  JsonRow row = rows->Add();
  row["shard"] = household.shard;
  row["id"] = id;
  row["household_id"] = household.number;
  row["rule"] = static_cast<int>(issue.rule());
  row["record"] = static_cast<int>(issue.record());
  row["record_id"] = RecordNumber(issue);
  row["field"] = issue.field();
  row["area"] = issue.area();
  row["year"] = issue.year();
  row["severity"] = static_cast<int>(issue.severity());
  row["owner"] = static_cast<int>(issue.owner());
  row["fix"] = issue.fix();
  row["found"] = issue.found();
  row["expected"] = issue.expected();
  row["state"] = static_cast<int>(issue.state());
  row["assignee"] = issue.assignee();
  row["due_date"] = issue.due_date();
  row["found_date"] = issue.found_date();
  row["policy_id"] = record.policy_id;
  row["waiver"] = issue.waiver();
  row["waiver_by"] = record.waiver_by;
  row["reopen_count"] = issue.reopen_count();
  if (issue.run_id().empty()) return;
  row["run_id"] = IdOf(issue.run_id()).number;
  row["run_shard"] = IdOf(issue.run_id()).shard;
}

std::optional<QualityRecord> Load(db::Tx& tx, const db::Statement& statement, const ids::RecordId& id) {
  const auto rows = tx.Run(statement, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadIssue(rows[0]);
}

}  // namespace

const api::ColumnMap& QualityIssueColumns() {
  using Column = api::Column;
  static const auto& columns = *new api::ColumnMap(
      api::Labelled({{"rule", {"t.rule", Column::kEnumeration, v1::QualityRule::Code_descriptor()}},
                     {"severity", {"t.severity", Column::kEnumeration, v1::QualityRule::Severity_descriptor()}},
                     {"state", {"t.state", Column::kEnumeration, QualityIssue::State_descriptor()}},
                     {"record", {"t.record", Column::kEnumeration, QualityIssue::Record_descriptor()}},
                     {"owner", {"t.owner", Column::kEnumeration, v1::QualityRule::Owner_descriptor()}},
                     {"assignee", {"t.assignee", Column::kText}},
                     {"due_date", {"t.due_date", Column::kDate}},
                     {"found_date", {"t.found_date", Column::kDate}}},
                    *QualityIssue::descriptor()));
  return columns;
}

std::optional<QualityRecord> LoadIssue(db::Tx& tx, const ids::RecordId& id) { return Load(tx, kSelect, id); }
std::optional<QualityRecord> LoadIssueForUpdate(db::Tx& tx, const ids::RecordId& id) { return Load(tx, kLock, id); }

std::vector<QualityRecord> LoadIssuesForUpdate(db::Tx& tx, const std::vector<ids::RecordId>& households) {
  std::vector<QualityRecord> records;
  for (const auto& [shard, numbers] : NumbersByCounty(households)) {
    for (const auto& row : tx.Run(kLockOf, shard, db::IntegerArray(numbers))) records.push_back(ReadIssue(row));
  }
  return records;
}

absl::StatusOr<Page<QualityIssue>> ListIssues(db::Tx& tx, const ListQuery& query) {
  ASSIGN_OR_RETURN(const pqxx::result rows, RunList(tx, Source(), query));
  Page<QualityIssue> page;
  page.more = static_cast<int>(rows.size()) > query.limit;
  const int shown = page.more ? query.limit : static_cast<int>(rows.size());
  for (int i = 0; i < shown; ++i) page.records.push_back(ReadIssue(rows[i]).issue);
  if (shown > 0) page.last_key = KeyOf(rows[shown - 1], query);
  return page;
}

absl::StatusOr<Total> CountIssues(db::Tx& tx, const ListQuery& query) { return CountList(tx, Source(), query); }

void SaveChange(db::Tx& tx, const domain::QualityChange& change) {
  if (!change.added.empty()) {
    JsonRows rows;
    for (const QualityRecord& record : change.added) AddRow(record, ids::NewRecordNumber(), &rows);
    tx.Run(kInsert, rows.Text());
  }
  if (change.changed.empty()) return;
  JsonRows rows;
  for (const QualityRecord& record : change.changed) AddRow(record, IdOf(record.issue.issue_id()).number, &rows);
  tx.Run(kUpdate, rows.Text());
}

void SaveIssue(db::Tx& tx, QualityRecord* record) {
  JsonRows rows;
  AddRow(*record, IdOf(record->issue.issue_id()).number, &rows);
  tx.Run(kUpdate, rows.Text());
  *record = *LoadIssue(tx, IdOf(record->issue.issue_id()));
}

int64_t AssignIssues(db::Tx& tx, const std::vector<ids::RecordId>& issues, const std::string& assignee,
                     const std::string& due_date, const Author& author) {
  int64_t assigned = 0;
  for (const auto& [shard, numbers] : NumbersByCounty(issues)) {
    assigned += static_cast<int64_t>(tx.Run(kAssign, shard, db::IntegerArray(numbers), assignee, due_date,
                                            ids::NewRecordNumber(), author.subject, TimeLiteral(author.time))
                                         .affected_rows());
  }
  return assigned;
}

void AddNote(db::Tx& tx, const ids::RecordId& issue, v1::QualityNote::Kind kind, const std::string& text,
             const Author& author) {
  tx.Run(kAddNote, issue.shard, issue.number, ids::NewRecordNumber(), static_cast<int>(kind), author.subject,
         TimeLiteral(author.time), text);
}

std::vector<v1::QualityNote> ListNotes(db::Tx& tx, const ids::RecordId& issue, int limit) {
  std::vector<v1::QualityNote> notes;
  for (const auto& row : tx.Run(kListNotes, issue.shard, issue.number, limit)) {
    RowReader columns(row);
    v1::QualityNote& note = notes.emplace_back();
    note.set_kind(static_cast<v1::QualityNote::Kind>(columns.Number()));
    note.set_subject(columns.Text());
    columns.Time(note.mutable_time());
    note.set_text(columns.Text());
  }
  std::reverse(notes.begin(), notes.end());
  return notes;
}

void FollowHouseholds(db::Tx& tx, const auth::AreaRange& range) { tx.Run(kFollow, range.low, range.high); }

GoneIssues FixGone(db::Tx& tx, const auth::AreaRange& range, const std::set<int>& rules,
                   const std::set<int>& table_rules, int limit) {
  const auto row =
      tx.Run(kFixGone, range.low, range.high, db::IntegerArray(rules), db::IntegerArray(table_rules), limit)[0];
  return {row[1].as<int64_t>(), row[0].as<int64_t>() == limit};
}

}  // namespace bangfu::registration::store
