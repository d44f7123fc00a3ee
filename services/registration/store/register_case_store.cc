#include "services/registration/store/register_case_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

const std::string kColumns = R"sql(
         t.shard, t.id, t.kind, t.shard, t.household_id, t.area, h.head_name, h.member_count, t.removal_reason,
         t.main_cause, t.note, t.state, t.procedure_id, t.opinion, t.recorder,
         (extract(epoch FROM t.create_time) * 1000000)::bigint, (extract(epoch FROM t.end_time) * 1000000)::bigint)sql";

const std::string kSelectText = absl::StrCat(
    "SELECT ", kColumns, " FROM register_case t JOIN household h ON h.shard = t.shard AND h.id = t.household_id");

const std::string kOfProcedureText =
    absl::StrCat(kSelectText, " WHERE t.shard = $1 AND t.procedure_id = $2 ORDER BY t.id");
const db::Statement kOfProcedure = {"register_case.of_procedure", kOfProcedureText.c_str()};

const std::string kLatestText = absl::StrCat("SELECT ", kColumns, R"sql(, k.n
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS k(shard, household_id, n)
  CROSS JOIN LATERAL (
    SELECT * FROM register_case c
    WHERE c.shard = k.shard AND c.household_id = k.household_id AND c.kind = $3 ORDER BY c.id DESC LIMIT 1) AS t
  JOIN household h ON h.shard = t.shard AND h.id = t.household_id)sql");
const db::Statement kLatest = {"register_case.latest", kLatestText.c_str()};

// The hull of the ranges bounds the scan of the index.
const std::string kListText = absl::StrCat(kSelectText, R"sql(
  WHERE t.area >= $3 AND t.area < $4 AND (t.area, t.id) > ($5::bigint, $6::bigint)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE t.area >= low AND t.area < high)
    AND ($7::int = 0 OR t.kind = $7) AND ($8::int = 0 OR t.state = $8)
  ORDER BY t.area, t.id LIMIT $9)sql");
const db::Statement kList = {"register_case.list", kListText.c_str()};

constexpr db::Statement kInsert = {"register_case.insert", R"sql(
  INSERT INTO register_case (shard, id, area, kind, household_id, removal_reason, main_cause, note, procedure_id,
                             recorder, create_time)
  SELECT shard, id, area, kind, household_id, removal_reason, main_cause, note, procedure_id, recorder, create_time
  FROM json_populate_recordset(NULL::register_case, $1::json))sql"};

constexpr db::Statement kSaveResults = {"register_case.save_results", R"sql(
  UPDATE register_case t SET state = s.state, opinion = s.opinion, end_time = $6::timestamptz
  FROM unnest($3::bigint[], $4::smallint[], $5::text[]) AS s(household_id, state, opinion)
  WHERE t.shard = $1 AND t.procedure_id = $2 AND t.household_id = s.household_id AND t.state = 1)sql"};

v1::RegisterCase Read(const pqxx::row& row) {
  RowReader columns(row);
  v1::RegisterCase one;
  one.set_case_id(columns.RecordId());
  one.set_kind(static_cast<v1::RegisterCase::Kind>(columns.Number()));
  one.set_household_id(columns.RecordId());
  one.set_area(columns.AreaCode());
  one.set_head_name(columns.Text());
  one.set_member_count(static_cast<int32_t>(columns.Number()));
  one.set_removal_reason(columns.Text());
  one.set_main_cause(columns.Text());
  one.set_note(columns.Text());
  one.set_state(static_cast<v1::RegisterCase::State>(columns.Number()));
  one.set_procedure_id(columns.Text());
  one.set_opinion(columns.Text());
  one.set_recorder(columns.Text());
  columns.Time(one.mutable_create_time());
  if (const auto ended = columns.OptionalNumber()) SetTime(absl::FromUnixMicros(*ended), one.mutable_end_time());
  return one;
}

std::vector<v1::RegisterCase> All(const pqxx::result& rows) {
  std::vector<v1::RegisterCase> cases;
  for (const auto& row : rows) cases.push_back(Read(row));
  return cases;
}

}  // namespace

void InsertCases(db::Tx& tx, const std::vector<v1::RegisterCase>& cases, const Author& author) {
  JsonRows rows;
  for (const v1::RegisterCase& one : cases) {
    const ids::RecordId id = IdOf(one.case_id());
    JsonRow row = rows.Add();
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["area"] = standards::ParseAreaCode(one.area()).value_or(0);
    row["kind"] = static_cast<int>(one.kind());
    row["household_id"] = IdOf(one.household_id()).number;
    row["removal_reason"] = one.removal_reason();
    row["main_cause"] = one.main_cause();
    row["note"] = one.note();
    row["procedure_id"] = one.procedure_id();
    row["recorder"] = author.subject;
    row["create_time"] = TimeLiteral(author.time);
  }
  tx.Run(kInsert, rows.Text());
}

std::vector<v1::RegisterCase> LoadCasesOf(db::Tx& tx, const ids::RecordId& procedure) {
  return All(tx.Run(kOfProcedure, procedure.shard, procedure.ToString()));
}

std::vector<std::optional<v1::RegisterCase>> LoadLatestCases(db::Tx& tx, v1::RegisterCase::Kind kind,
                                                             const std::vector<ids::RecordId>& households) {
  std::vector<std::optional<v1::RegisterCase>> latest(households.size());
  const IdArrays ids = ArraysOf(households);
  for (const auto& row : tx.Run(kLatest, ids.shards, ids.numbers, static_cast<int>(kind))) {
    latest[row[static_cast<int>(row.size()) - 1].as<int>() - 1] = Read(row);
  }
  return latest;
}

void SaveCaseResults(db::Tx& tx, const ids::RecordId& procedure, const CaseResult& result, absl::Time time) {
  if (result.households.empty()) return;
  tx.Run(kSaveResults, procedure.shard, procedure.ToString(), db::IntegerArray(result.households),
         db::IntegerArray(result.states), db::TextArray(result.opinions), TimeLiteral(time));
}

std::vector<v1::RegisterCase> ListCases(db::Tx& tx, const CaseQuery& query) {
  if (query.scope.empty()) return {};
  const ScopeArrays scope = ArraysOf(query.scope);
  return All(tx.Run(kList, scope.lows, scope.highs, query.scope.front().low, query.scope.back().high, query.after_area,
                    query.after_id, static_cast<int>(query.kind), static_cast<int>(query.state), query.limit));
}

}  // namespace bangfu::registration::store
