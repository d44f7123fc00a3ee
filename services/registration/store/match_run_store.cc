#include "services/registration/store/match_run_store.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"match_run.insert", R"sql(
  INSERT INTO match_run (shard, id, list_id, area, policy_id, subject, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz))sql"};

constexpr char kColumns[] = R"sql(
  SELECT r.shard, r.id, r.shard, r.list_id, r.area, r.area, l.purpose, r.policy_id, r.subject,
         (extract(epoch FROM r.create_time) * 1000000)::bigint, r.person_count, r.covered_count, r.unauthorised_count,
         r.hit_count, r.new_hit_count, r.after_area, r.after_id, r.after_digest
  FROM match_run r JOIN match_list l ON l.shard = r.shard AND l.id = r.list_id)sql";
constexpr int kAfterDigest = 17;

const std::string kSelectText = absl::StrCat(kColumns, " WHERE r.shard = $1 AND r.id = $2");
const db::Statement kSelect = {"match_run.select", kSelectText.c_str()};
const std::string kListText =
    absl::StrCat(kColumns, " WHERE r.shard = $1 AND r.list_id = $2 ORDER BY r.id DESC LIMIT $3");
const db::Statement kList = {"match_run.list", kListText.c_str()};

constexpr db::Statement kSave = {"match_run.save", R"sql(
  UPDATE match_run SET after_digest = $3, after_area = $4, after_id = $5, person_count = $6, covered_count = $7,
                       unauthorised_count = $8, hit_count = $9, new_hit_count = $10
  WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kMarkTold = {"match_run.mark_told", R"sql(
  UPDATE match_run SET told = true WHERE shard = $1 AND id = $2 AND NOT told)sql"};

// States 1 and 2 of an operation are queued and running.
constexpr db::Statement kIsRunning = {"match_run.is_running", R"sql(
  SELECT EXISTS (SELECT 1 FROM match_run r JOIN operation o ON o.shard = r.shard AND o.id = r.id
                 WHERE r.shard = $1 AND r.list_id = $2 AND o.state IN (1, 2)))sql"};

constexpr db::Statement kPersons = {"match_run.persons", R"sql(
  SELECT m.shard, m.id, m.household_id, m.area, m.household_type = 1, m.birth_date, m.id_digest
  FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
  JOIN member m ON m.shard = k.shard AND m.id = k.id
  WHERE m.state = 1 AND m.area >= $3 AND m.area < $4 ORDER BY m.area, m.id)sql"};
constexpr db::Statement kNextPersons = {"match_run.next_persons", R"sql(
  SELECT m.shard, m.id, m.household_id, m.area, m.household_type = 1, m.birth_date, m.id_digest
  FROM member m
  WHERE (m.area, m.id) > ($1, $2) AND m.area < $3 AND m.state = 1
  ORDER BY m.area, m.id LIMIT $4)sql"};

// Marked (4: purging) with the first of its rows, so that nobody compares what is left.
constexpr db::Statement kTakeEnded = {"match_list.take_ended", R"sql(
  UPDATE match_list SET state = 4 WHERE (shard, id) = (
    SELECT shard, id FROM match_list WHERE state <> 3 AND retain_until < $1::date
    ORDER BY retain_until LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING shard, id, area)sql"};
constexpr db::Statement kPurgeRows = {"match_row.purge", R"sql(
  WITH faults AS (DELETE FROM match_row_fault WHERE shard = $1 AND list_id = $2)
  DELETE FROM match_row WHERE shard = $1 AND list_id = $2
    AND (part, row_number) IN (SELECT part, row_number FROM match_row WHERE shard = $1 AND list_id = $2 LIMIT $3))sql"};
constexpr db::Statement kEndList = {"match_list.end", R"sql(
  UPDATE match_list SET state = 3 WHERE shard = $1 AND id = $2)sql"};
constexpr db::Statement kPurgeFacts = {"match_hit.purge", R"sql(
  UPDATE match_hit SET facts = NULL, version = version + 1
  WHERE facts IS NOT NULL AND (shard, id) IN (
    SELECT shard, id FROM match_hit WHERE facts IS NOT NULL AND retain_until < $1::date
    LIMIT $2 FOR UPDATE SKIP LOCKED))sql"};

MatchRunRecord ReadRun(const pqxx::row& row) {
  RowReader reader(row);
  MatchRunRecord record;
  v1::MatchRun& run = record.shown;
  run.set_run_id(reader.RecordId());
  run.set_list_id(reader.RecordId());
  record.id = IdOf(run.run_id());
  record.list = IdOf(run.list_id());
  record.area = reader.Number();
  run.set_area(reader.AreaCode());
  run.set_purpose(reader.Text());
  run.set_policy_id(reader.Text());
  run.set_subject(reader.Text());
  reader.Time(run.mutable_create_time());
  MatchProgress& progress = record.progress;
  progress.person_count = reader.Number();
  progress.covered_count = reader.Number();
  progress.unauthorised_count = reader.Number();
  progress.hit_count = reader.Number();
  progress.new_hit_count = reader.Number();
  progress.after_area = reader.Number();
  progress.after_id = reader.Number();
  progress.after_digest = db::BytesOf(row[kAfterDigest]);
  run.set_person_count(progress.person_count);
  run.set_covered_count(progress.covered_count);
  run.set_unauthorised_count(progress.unauthorised_count);
  run.set_hit_count(progress.hit_count);
  run.set_new_hit_count(progress.new_hit_count);
  return record;
}

std::vector<Person> ReadPersons(const pqxx::result& rows) {
  std::vector<Person> persons;
  for (const auto& row : rows) {
    Person person;
    person.id = {row[0].as<int32_t>(), row[1].as<int64_t>()};
    person.household_id = row[2].as<int64_t>();
    person.area = row[3].as<int64_t>();
    person.registered = row[4].as<bool>();
    person.birth_date = row[5].as<std::string>();
    person.digest = db::BytesOf(row[6]);
    persons.push_back(std::move(person));
  }
  return persons;
}

}  // namespace

void InsertMatchRun(db::Tx& tx, const MatchRunRecord& run) {
  tx.Run(kInsert, run.id.shard, run.id.number, run.list.number, run.area, run.shown.policy_id(), run.shown.subject(),
         TimeLiteral(TimeOf(run.shown.create_time())));
}

std::optional<MatchRunRecord> LoadMatchRun(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadRun(rows[0]);
}

void SaveProgress(db::Tx& tx, const ids::RecordId& id, const MatchProgress& progress) {
  tx.Run(kSave, id.shard, id.number, db::Bytes(progress.after_digest), progress.after_area, progress.after_id,
         progress.person_count, progress.covered_count, progress.unauthorised_count, progress.hit_count,
         progress.new_hit_count);
}

bool MarkTold(db::Tx& tx, const ids::RecordId& id) {
  return tx.Run(kMarkTold, id.shard, id.number).affected_rows() > 0;
}

std::vector<MatchRunRecord> ListMatchRuns(db::Tx& tx, const ids::RecordId& list, int limit) {
  std::vector<MatchRunRecord> runs;
  for (const auto& row : tx.Run(kList, list.shard, list.number, limit)) runs.push_back(ReadRun(row));
  return runs;
}

bool IsBeingCompared(db::Tx& tx, const ids::RecordId& list) {
  return tx.Run(kIsRunning, list.shard, list.number)[0][0].as<bool>();
}

std::vector<Person> LoadPersons(db::Tx& tx, absl::Span<const ids::RecordId> members, int64_t area) {
  const IdArrays arrays = ArraysOf(members);
  return ReadPersons(tx.Run(kPersons, arrays.shards, arrays.numbers, area, standards::RangeEndOf(area)));
}

std::vector<Person> NextPersons(db::Tx& tx, int64_t area, int64_t after_area, int64_t after_id, int limit) {
  if (after_area < area) {  // nothing yet: behind everybody of the code before
    after_area = area - 1;
    after_id = std::numeric_limits<int64_t>::max();
  }
  return ReadPersons(tx.Run(kNextPersons, after_area, after_id, standards::RangeEndOf(area), limit));
}

Purged PurgeMatching(db::Tx& tx, const std::string& today, int limit) {
  Purged purged;
  purged.facts = static_cast<int64_t>(tx.Run(kPurgeFacts, today, limit).affected_rows());
  const auto ended = tx.Run(kTakeEnded, today);
  if (ended.empty()) return purged;
  purged.list = {ended[0][0].as<int32_t>(), ended[0][1].as<int64_t>()};
  purged.area = ended[0][2].as<int64_t>();
  purged.rows = static_cast<int64_t>(tx.Run(kPurgeRows, purged.list.shard, purged.list.number, limit).affected_rows());
  if (purged.rows < limit) tx.Run(kEndList, purged.list.shard, purged.list.number);
  return purged;
}

}  // namespace bangfu::registration::store
