#include "services/registration/store/match_list_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/copy_in.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"match_list.insert", R"sql(
  INSERT INTO match_list (shard, id, area, purpose, purpose_label, legal_basis, statutory, policy_id, kind, department,
                          as_of, retain_until, subject, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::date, $12::date, $13, $14::timestamptz))sql"};

constexpr char kColumns[] = R"sql(
  SELECT l.shard, l.id, l.area, l.area, l.purpose, l.kind, l.department, l.as_of, l.state, l.purpose_label,
         l.legal_basis, l.statutory, l.policy_id, p.parts, p.rows, p.wrong, l.subject,
         (extract(epoch FROM l.create_time) * 1000000)::bigint, l.retain_until
  FROM match_list l
  LEFT JOIN LATERAL (SELECT count(*) AS parts, coalesce(sum(row_count), 0)::bigint AS rows,
                            coalesce(sum(wrong_count), 0)::bigint AS wrong
                     FROM match_part p WHERE p.shard = l.shard AND p.list_id = l.id) p ON true)sql";

const std::string kSelectText = absl::StrCat(kColumns, " WHERE l.shard = $1 AND l.id = $2");
const db::Statement kSelect = {"match_list.select", kSelectText.c_str()};
constexpr db::Statement kShare = {"match_list.share", R"sql(
  SELECT FROM match_list WHERE shard = $1 AND id = $2 FOR SHARE)sql"};
constexpr db::Statement kLock = {"match_list.lock", R"sql(
  SELECT FROM match_list WHERE shard = $1 AND id = $2 FOR UPDATE)sql"};

const std::string kListText = absl::StrCat(kColumns, R"sql(
  WHERE ($3::bigint = 0 OR l.id < $3) AND ($4 = '' OR l.subject = $4)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE l.area >= s.low AND l.area < s.high)
  ORDER BY l.id DESC LIMIT $5)sql");
const db::Statement kList = {"match_list.list", kListText.c_str()};

constexpr db::Statement kSetState = {"match_list.set_state", R"sql(
  UPDATE match_list SET state = $3 WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kSelectParts = {"match_part.select", R"sql(
  SELECT part, content_digest, row_count, wrong_count FROM match_part WHERE shard = $1 AND list_id = $2)sql"};
constexpr db::Statement kInsertPart = {"match_part.insert", R"sql(
  INSERT INTO match_part (shard, list_id, part, content_digest, row_count, wrong_count)
  VALUES ($1, $2, $3, $4, $5, $6))sql"};

constexpr db::Statement kCountRows = {"match_row.count", R"sql(
  SELECT count(*) FROM match_row WHERE shard = $1 AND list_id = $2 AND part = $3)sql"};
constexpr db::Statement kDeleteOthers = {"match_part.delete_others", R"sql(
  WITH parts AS (DELETE FROM match_part WHERE shard = $1 AND list_id = $2 AND part <> $3),
       faults AS (DELETE FROM match_row_fault WHERE shard = $1 AND list_id = $2 AND part <> $3)
  DELETE FROM match_row WHERE shard = $1 AND list_id = $2 AND part <> $3)sql"};
constexpr db::Statement kDeleteStray = {"match_row.delete_stray", R"sql(
  WITH kept AS (SELECT part FROM match_part WHERE shard = $1 AND list_id = $2),
       faults AS (DELETE FROM match_row_fault WHERE shard = $1 AND list_id = $2 AND part NOT IN (SELECT part FROM kept))
  DELETE FROM match_row WHERE shard = $1 AND list_id = $2 AND part NOT IN (SELECT part FROM kept))sql"};

// A file that is still on its way has no part, and its faults are not shown.
constexpr db::Statement kListFaults = {"match_row_fault.list", R"sql(
  SELECT f.part, f.row_number, f.number, f.reason, f.column_label, f.detail
  FROM match_row_fault f JOIN match_part p ON p.shard = f.shard AND p.list_id = f.list_id AND p.part = f.part
  WHERE f.shard = $1 AND f.list_id = $2 AND (f.part, f.row_number, f.number) > ($3, $4, $5)
  ORDER BY f.part, f.row_number, f.number LIMIT $6)sql"};

constexpr db::Statement kNextDigests = {"match_row.next_digests", R"sql(
  SELECT DISTINCT digest FROM match_row WHERE shard = $1 AND list_id = $2 AND digest > $3
  ORDER BY digest LIMIT $4)sql"};
constexpr db::Statement kCountAll = {"match_row.count_all", R"sql(
  SELECT coalesce(sum(row_count), 0)::bigint FROM match_part WHERE shard = $1 AND list_id = $2)sql"};
constexpr db::Statement kFindListed = {"match_row.find_listed", R"sql(
  SELECT DISTINCT digest FROM match_row WHERE shard = $1 AND list_id = $2 AND digest = ANY($3::bytea[]))sql"};
constexpr db::Statement kSelectFacts = {"match_row.select_facts", R"sql(
  SELECT digest, part, row_number, facts FROM match_row
  WHERE shard = $1 AND list_id = $2 AND digest = ANY($3::bytea[]) ORDER BY digest, part, row_number)sql"};

// What a row's facts are bound to.
std::string RowName(const ids::RecordId& list, int64_t part, int64_t row) {
  return absl::StrCat(list.ToString(), ".", part, ".", row);
}

MatchListRecord ReadList(const pqxx::row& row) {
  RowReader reader(row);
  MatchListRecord record;
  v1::MatchList& list = record.shown;
  list.set_list_id(reader.RecordId());
  record.id = IdOf(list.list_id());
  record.area = reader.Number();
  list.set_area(reader.AreaCode());
  list.set_purpose(reader.Text());
  list.set_kind(static_cast<v1::MatchList::Kind>(reader.Number()));
  list.set_department(reader.Text());
  list.set_as_of(reader.Text());
  list.set_state(static_cast<v1::MatchList::State>(reader.Number()));
  list.set_purpose_label(reader.Text());
  list.set_legal_basis(reader.Text());
  list.set_statutory_basis_suffices(reader.OptionalBoolean().value_or(false));
  list.set_policy_id(reader.Text());
  list.set_part_count(reader.Number());
  list.set_row_count(reader.Number());
  list.set_wrong_count(reader.Number());
  list.set_subject(reader.Text());
  reader.Time(list.mutable_create_time());
  list.set_retain_until(reader.Text());
  return record;
}

}  // namespace

void InsertMatchList(db::Tx& tx, const MatchListRecord& record) {
  const v1::MatchList& list = record.shown;
  tx.Run(kInsert, record.id.shard, record.id.number, record.area, list.purpose(), list.purpose_label(),
         list.legal_basis(), list.statutory_basis_suffices(), list.policy_id(), static_cast<int>(list.kind()),
         list.department(), list.as_of(), list.retain_until(), list.subject(), TimeLiteral(TimeOf(list.create_time())));
}

std::optional<MatchListRecord> LoadMatchList(db::Tx& tx, const ids::RecordId& id, ListLock lock) {
  if (lock == ListLock::kShare) tx.Run(kShare, id.shard, id.number);
  if (lock == ListLock::kUpdate) tx.Run(kLock, id.shard, id.number);
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadList(rows[0]);
}

void SetListState(db::Tx& tx, const ids::RecordId& id, v1::MatchList::State state) {
  tx.Run(kSetState, id.shard, id.number, static_cast<int>(state));
}

std::vector<MatchListRecord> ListMatchLists(db::Tx& tx, const std::vector<auth::AreaRange>& areas,
                                            const std::string& subject, int64_t before, int limit) {
  const ScopeArrays scope = ArraysOf(areas);
  std::vector<MatchListRecord> lists;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, before, subject, limit)) {
    lists.push_back(ReadList(row));
  }
  return lists;
}

std::vector<MatchPartRecord> LoadParts(db::Tx& tx, const ids::RecordId& list) {
  std::vector<MatchPartRecord> parts;
  for (const auto& row : tx.Run(kSelectParts, list.shard, list.number)) {
    parts.push_back({row[0].as<int64_t>(), db::BytesOf(row[1]), row[2].as<int64_t>(), row[3].as<int64_t>()});
  }
  return parts;
}

void InsertPart(db::Tx& tx, const ids::RecordId& list, const MatchPartRecord& part) {
  tx.Run(kInsertPart, list.shard, list.number, part.part, db::Bytes(part.content_digest), part.row_count,
         part.wrong_count);
}

void CopyMatchRows(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& list, int64_t part,
                   const std::vector<domain::TakenRow>& rows) {
  CopyIn right(tx, "match_row", {"shard", "list_id", "part", "row_number", "digest", "facts"});
  for (const domain::TakenRow& row : rows) {
    if (!row.faults.empty()) continue;
    right.Number(list.shard);
    right.Number(list.number);
    right.Number(part);
    right.Number(row.number);
    right.Bytes(IdentityDigest(sealer, row.id_number));
    right.Bytes(
        sealer.Seal({kService, "match_row", "facts", RowName(list, part, row.number)}, row.fact.SerializeAsString()));
    right.EndRow();
  }
  right.Complete();
  CopyIn wrong(tx, "match_row_fault",
               {"shard", "list_id", "part", "row_number", "number", "reason", "column_label", "detail"});
  for (const domain::TakenRow& row : rows) {
    for (size_t i = 0; i < row.faults.size(); ++i) {
      wrong.Number(list.shard);
      wrong.Number(list.number);
      wrong.Number(part);
      wrong.Number(row.number);
      wrong.Number(static_cast<int64_t>(i));
      wrong.Number(row.faults[i].reason);
      wrong.Text(row.faults[i].column_label);
      wrong.Text(row.faults[i].detail);
      wrong.EndRow();
    }
  }
  wrong.Complete();
}

int64_t CountMatchRows(db::Tx& tx, const ids::RecordId& list, int64_t part) {
  return tx.Run(kCountRows, list.shard, list.number, part)[0][0].as<int64_t>();
}

void DeleteOtherParts(db::Tx& tx, const ids::RecordId& list, int64_t part) {
  tx.Run(kDeleteOthers, list.shard, list.number, part);
}

void DeleteStrayRows(db::Tx& tx, const ids::RecordId& list) { tx.Run(kDeleteStray, list.shard, list.number); }

v1::MatchRowFault Describe(int64_t part, int64_t row, v1::MatchingReason reason, const std::string& column_label,
                           const std::string& detail) {
  const auto& value = *v1::MatchingReason_descriptor()->FindValueByNumber(reason);
  const absl::Status refusal = status::Refuse(reason, {{"column", column_label}, {"fault", detail}});
  v1::MatchRowFault fault;
  fault.set_part_number(part > kLastBatch ? 0 : part);
  fault.set_row(row);
  fault.set_column_label(column_label);
  fault.set_reason(value.name());
  fault.set_message(std::string(refusal.message()));
  fault.set_suggestion(value.options().GetExtension(options::v1::refusal).action());
  return fault;
}

RowFaultPage ListRowFaults(db::Tx& tx, const ids::RecordId& list, const RowFaultKey& after, int limit) {
  RowFaultPage page;
  for (const auto& row : tx.Run(kListFaults, list.shard, list.number, after.part, after.row, after.number, limit)) {
    page.last = {row[0].as<int64_t>(), row[1].as<int64_t>(), row[2].as<int>()};
    page.faults.push_back(Describe(page.last.part, page.last.row, static_cast<v1::MatchingReason>(row[3].as<int>()),
                                   row[4].as<std::string>(), row[5].as<std::string>()));
  }
  return page;
}

std::vector<std::string> NextDigests(db::Tx& tx, const ids::RecordId& list, const std::string& after, int limit) {
  std::vector<std::string> digests;
  for (const auto& row : tx.Run(kNextDigests, list.shard, list.number, db::Bytes(after), limit)) {
    digests.push_back(db::BytesOf(row[0]));
  }
  return digests;
}

int64_t CountRowsOf(db::Tx& tx, const ids::RecordId& list) {
  return tx.Run(kCountAll, list.shard, list.number)[0][0].as<int64_t>();
}

absl::flat_hash_set<std::string> FindListed(db::Tx& tx, const ids::RecordId& list,
                                            const std::vector<std::string>& digests) {
  absl::flat_hash_set<std::string> listed;
  for (const auto& row : tx.Run(kFindListed, list.shard, list.number, db::ByteaArray(digests))) {
    listed.insert(db::BytesOf(row[0]));
  }
  return listed;
}

absl::StatusOr<absl::flat_hash_map<std::string, std::vector<v1::MatchFact>>> LoadFacts(
    db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& list, const std::vector<std::string>& digests) {
  absl::flat_hash_map<std::string, std::vector<v1::MatchFact>> facts;
  for (const auto& row : tx.Run(kSelectFacts, list.shard, list.number, db::ByteaArray(digests))) {
    const std::string name = RowName(list, row[1].as<int64_t>(), row[2].as<int64_t>());
    ASSIGN_OR_RETURN(const std::string body, sealer.Open({kService, "match_row", "facts", name}, db::BytesOf(row[3])));
    v1::MatchFact fact;
    if (!fact.ParseFromString(body)) return absl::DataLossError("match_row.facts");
    facts[db::BytesOf(row[0])].push_back(std::move(fact));
  }
  return facts;
}

}  // namespace bangfu::registration::store
