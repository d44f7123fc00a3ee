#include "common/procedure/procedure_store.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/crypto/digest.h"
#include "common/standards/area_code.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {
namespace {

constexpr char kSelectText[] = R"sql(
  SELECT p.body, d.body FROM procedure p JOIN procedure_definition d ON d.digest = p.definition
  WHERE p.shard = $1 AND p.id = $2)sql";
constexpr db::Statement kSelect = {"procedure.select", kSelectText};
const std::string kLockText = std::string(kSelectText) + " FOR UPDATE OF p";
const db::Statement kLock = {"procedure.lock", kLockText.c_str()};

constexpr db::Statement kSelectSubjects = {"procedure_subject.select", R"sql(
  SELECT subject, state, step, note, excluded, ordinal FROM procedure_subject
  WHERE shard = $1 AND procedure_id = $2 AND ordinal > $3 AND ($4 = 0 OR state = $4) ORDER BY ordinal LIMIT $5)sql"};

constexpr db::Statement kInsertDefinition = {
    "procedure_definition.insert",
    "INSERT INTO procedure_definition (digest, body) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"};

constexpr db::Statement kInsert = {"procedure.insert", R"sql(
  INSERT INTO procedure (shard, id, kind, area, state, step, definition, version, body, todo, wait_until, due_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::int[], $11::timestamptz, $12::timestamptz))sql"};

// In order of subject, so that two lists with common subjects wait for each other instead of blocking one another.
constexpr db::Statement kInsertSubjects = {"procedure_subject.insert", R"sql(
  INSERT INTO procedure_subject (shard, procedure_id, ordinal, kind, subject, state, excluded)
  SELECT $1, $2, s.ordinal - 1, $3, s.subject, 1, s.excluded
  FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS s(subject, excluded, ordinal) ORDER BY s.subject
  ON CONFLICT (shard, kind, subject) WHERE state = 1 DO NOTHING)sql"};

constexpr db::Statement kSelectBusy = {"procedure_subject.select_busy", R"sql(
  SELECT min(subject) FROM procedure_subject
  WHERE shard = $1 AND kind = $2 AND state = 1 AND procedure_id <> $3 AND subject = ANY ($4::text[]))sql"};

constexpr db::Statement kUpdate = {"procedure.update", R"sql(
  UPDATE procedure SET state = $3, step = $4, version = $5, body = $6, todo = $7::int[], wait_until = $8::timestamptz,
         due_time = $9::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kUpdateSubjects = {"procedure_subject.update", R"sql(
  UPDATE procedure_subject t SET state = s.state, step = s.step, note = s.note
  FROM unnest($3::int[], $4::smallint[], $5::text[], $6::text[]) AS s(ordinal, state, step, note)
  WHERE t.shard = $1 AND t.procedure_id = $2 AND t.ordinal = s.ordinal)sql"};

constexpr db::Statement kInsertEntry = {
    "procedure_entry.insert",
    "INSERT INTO procedure_entry (shard, procedure_id, number, body) VALUES ($1, $2, $3, $4)"};

constexpr db::Statement kSelectEntries = {"procedure_entry.select", R"sql(
  SELECT body FROM procedure_entry WHERE shard = $1 AND procedure_id = $2 AND number > $3 ORDER BY number LIMIT $4)sql"};

constexpr db::Statement kInsertNotice = {
    "procedure_notice.insert",
    "INSERT INTO procedure_notice (shard, procedure_id, step, round, body) VALUES ($1, $2, $3, $4, $5)"};

constexpr db::Statement kSelectNotice = {
    "procedure_notice.select",
    "SELECT body FROM procedure_notice WHERE shard = $1 AND procedure_id = $2 AND step = $3 AND round = $4"};

constexpr db::Statement kList = {"procedure.list", R"sql(
  SELECT p.body, (extract(epoch FROM p.due_time) * 1000000)::bigint FROM procedure p
  WHERE ($4::bigint = 0 OR p.id < $4)
    AND EXISTS (SELECT 1 FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s(kind, low, high)
                WHERE p.kind = s.kind AND p.area >= s.low AND p.area < s.high)
    AND ($5::text = '' OR p.kind = $5) AND ($6::text = '' OR p.step = $6) AND ($7::int = 0 OR p.state = $7)
    AND ($8::text = '' OR EXISTS (SELECT 1 FROM procedure_subject t
                                  WHERE t.subject = $8 AND t.shard = p.shard AND t.procedure_id = p.id))
    AND (NOT $9::boolean OR (p.state = 1 AND p.due_time <= $10::timestamptz))
    AND (NOT $11::boolean
         OR (p.state = 1 AND (p.wait_until IS NULL OR p.wait_until <= $10::timestamptz)
             AND EXISTS (SELECT 1 FROM unnest($12::int[], $13::bigint[], $14::bigint[]) AS m(code, low, high)
                         WHERE m.code = ANY (p.todo) AND p.area >= m.low AND p.area < m.high)))
  ORDER BY p.id DESC LIMIT $15)sql"};

ids::RecordId IdOf(const Procedure& procedure) { return *ids::ParseRecordId(procedure.procedure_id()); }

std::string TimeLiteral(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

std::optional<std::string> TimeOrNull(const std::optional<absl::Time>& time) {
  if (!time) return std::nullopt;
  return TimeLiteral(*time);
}

// Subjects stand in rows of their own.
std::string BodyOf(const Procedure& procedure) {
  Procedure body = procedure;
  body.clear_subjects();
  return body.SerializeAsString();
}

Subject SubjectOf(const pqxx::row& row) {
  Subject subject;
  subject.set_subject_id(row[0].as<std::string>());
  subject.set_state(static_cast<Subject::State>(row[1].as<int>()));
  subject.set_step(row[2].as<std::string>());
  subject.set_note(row[3].as<std::string>());
  for (const auto account : absl::StrSplit(row[4].as<std::string>(), '\n', absl::SkipEmpty())) {
    subject.add_excluded_accounts(std::string(account));
  }
  return subject;
}

std::optional<StoredProcedure> Head(db::Tx& tx, const db::Statement& statement, const ids::RecordId& id) {
  auto rows = tx.Run(statement, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  StoredProcedure stored;
  stored.procedure.ParseFromString(db::BytesOf(rows[0][0]));
  stored.definition.ParseFromString(db::BytesOf(rows[0][1]));
  return stored;
}

std::optional<StoredProcedure> Whole(db::Tx& tx, const db::Statement& statement, const ids::RecordId& id) {
  auto stored = Head(tx, statement, id);
  if (!stored) return std::nullopt;
  for (const auto& row : tx.Run(kSelectSubjects, id.shard, id.number, -1, 0, kMostSubjects)) {
    *stored->procedure.add_subjects() = SubjectOf(row);
  }
  return stored;
}

}  // namespace

std::optional<StoredProcedure> LoadProcedure(db::Tx& tx, const ids::RecordId& id) { return Whole(tx, kSelect, id); }

std::optional<StoredProcedure> LoadProcedureHead(db::Tx& tx, const ids::RecordId& id) { return Head(tx, kSelect, id); }

std::optional<StoredProcedure> LockProcedure(db::Tx& tx, const ids::RecordId& id) { return Whole(tx, kLock, id); }

absl::Status InsertProcedure(db::Tx& tx, const StoredProcedure& begun, const Standing& standing) {
  const Procedure& procedure = begun.procedure;
  const ids::RecordId id = IdOf(procedure);
  const std::string definition = begun.definition.SerializeAsString();
  const std::string digest = crypto::Sha256(definition);
  tx.Run(kInsertDefinition, db::Bytes(digest), db::Bytes(definition));
  tx.Run(kInsert, id.shard, id.number, procedure.kind(), *standards::ParseAreaCode(procedure.area()),
         static_cast<int>(procedure.state()), procedure.step(), db::Bytes(digest), procedure.version(),
         db::Bytes(BodyOf(procedure)), db::IntegerArray(standing.todo), TimeOrNull(standing.wait_until),
         TimeOrNull(standing.due_time));
  std::vector<std::string> subjects, excluded;
  for (const Subject& subject : procedure.subjects()) {
    subjects.push_back(subject.subject_id());
    excluded.push_back(absl::StrJoin(subject.excluded_accounts(), "\n"));
  }
  const auto inserted =
      tx.Run(kInsertSubjects, id.shard, id.number, procedure.kind(), db::TextArray(subjects), db::TextArray(excluded));
  if (inserted.affected_rows() == subjects.size()) return absl::OkStatus();
  const auto busy = tx.Run(kSelectBusy, id.shard, procedure.kind(), id.number, db::TextArray(subjects));
  return status::Refuse(v1::SUBJECT_BUSY, {{"subject", busy[0][0].is_null() ? "" : busy[0][0].as<std::string>()}});
}

void SaveProcedure(db::Tx& tx, const Procedure& before, const Advanced& after, const Standing& standing) {
  const Procedure& procedure = after.procedure;
  const ids::RecordId id = IdOf(procedure);
  tx.Run(kUpdate, id.shard, id.number, static_cast<int>(procedure.state()), procedure.step(), procedure.version(),
         db::Bytes(BodyOf(procedure)), db::IntegerArray(standing.todo), TimeOrNull(standing.wait_until),
         TimeOrNull(standing.due_time));
  std::vector<int> ordinals, states;
  std::vector<std::string> steps, notes;
  for (int i = 0; i < procedure.subjects_size(); ++i) {
    const Subject& subject = procedure.subjects(i);
    if (subject.state() == before.subjects(i).state()) continue;
    ordinals.push_back(i);
    states.push_back(subject.state());
    steps.push_back(subject.step());
    notes.push_back(subject.note());
  }
  if (!ordinals.empty()) {
    tx.Run(kUpdateSubjects, id.shard, id.number, db::IntegerArray(ordinals), db::IntegerArray(states),
           db::TextArray(steps), db::TextArray(notes));
  }
  tx.Run(kInsertEntry, id.shard, id.number, after.entry.number(), db::Bytes(after.entry.SerializeAsString()));
}

void InsertNoticeText(db::Tx& tx, const ids::RecordId& id, const std::string& step, int round,
                      const v1::NoticeText& text) {
  tx.Run(kInsertNotice, id.shard, id.number, step, round, db::Bytes(text.SerializeAsString()));
}

std::optional<v1::NoticeText> LoadNoticeText(db::Tx& tx, const ids::RecordId& id, const std::string& step, int round) {
  auto rows = tx.Run(kSelectNotice, id.shard, id.number, step, round);
  if (rows.empty()) return std::nullopt;
  v1::NoticeText text;
  text.ParseFromString(db::BytesOf(rows[0][0]));
  return text;
}

std::vector<Procedure> ListProcedures(db::Tx& tx, const ProcedureQuery& query) {
  std::vector<std::string> kinds;
  std::vector<int64_t> lows, highs, my_lows, my_highs;
  std::vector<int> codes;
  for (const KindScope& scope : query.scope) {
    kinds.push_back(scope.kind);
    lows.push_back(scope.area.low);
    highs.push_back(scope.area.high);
  }
  for (const TodoScope& scope : query.mine.value_or(std::vector<TodoScope>())) {
    codes.push_back(scope.code);
    my_lows.push_back(scope.area.low);
    my_highs.push_back(scope.area.high);
  }
  std::vector<Procedure> procedures;
  for (const auto& row : tx.Run(kList, db::TextArray(kinds), db::IntegerArray(lows), db::IntegerArray(highs),
                                query.before, query.kind, query.step, static_cast<int>(query.state), query.subject_id,
                                query.overdue, TimeLiteral(query.now), query.mine.has_value(), db::IntegerArray(codes),
                                db::IntegerArray(my_lows), db::IntegerArray(my_highs), query.limit)) {
    Procedure& procedure = procedures.emplace_back();
    procedure.ParseFromString(db::BytesOf(row[0]));
    procedure.clear_steps();
    if (row[1].is_null()) continue;
    const absl::Time due = absl::FromUnixMicros(row[1].as<int64_t>());
    SetTime(due, procedure.mutable_due_time());
    procedure.set_overdue(query.now >= due);
  }
  return procedures;
}

std::vector<ListedSubject> ListSubjects(db::Tx& tx, const ids::RecordId& id, Subject::State state, int64_t after,
                                        int limit) {
  std::vector<ListedSubject> subjects;
  for (const auto& row : tx.Run(kSelectSubjects, id.shard, id.number, after, static_cast<int>(state), limit)) {
    subjects.push_back({SubjectOf(row), row[5].as<int>()});
  }
  return subjects;
}

std::vector<ProcedureEntry> ListEntries(db::Tx& tx, const ids::RecordId& id, int64_t after, int limit) {
  std::vector<ProcedureEntry> entries;
  for (const auto& row : tx.Run(kSelectEntries, id.shard, id.number, after, limit)) {
    entries.emplace_back().ParseFromString(db::BytesOf(row[0]));
  }
  return entries;
}

}  // namespace bangfu::procedure
