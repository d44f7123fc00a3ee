#include "services/registration/store/exit_case_store.h"

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsertProcedure = {"exit_procedure.insert", R"sql(
  INSERT INTO exit_procedure (shard, id, area, year, date, exit_flag) VALUES ($1, $2, $3, $4, $5::date, $6))sql"};

constexpr db::Statement kSelectProcedure = {"exit_procedure.select", R"sql(
  SELECT area, year, date::text, exit_flag FROM exit_procedure WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kInsertCases = {"exit_case.insert", R"sql(
  INSERT INTO exit_case (shard, procedure_id, household_id, inputs, decision_id)
  SELECT $1, $2, household_id, inputs, decision_id
  FROM unnest($3::bigint[], $4::bytea[], $5::bigint[]) AS new(household_id, inputs, decision_id))sql"};

constexpr db::Statement kSelectCases = {"exit_case.select", R"sql(
  SELECT shard, household_id, shard, decision_id, accepts, recognised, evidence, recorder,
         accepts_recorder, recognised_recorder, outcome, (extract(epoch FROM record_time) * 1000000)::bigint,
         inputs
  FROM exit_case WHERE shard = $1 AND procedure_id = $2 ORDER BY household_id)sql"};

constexpr db::Statement kListCases = {"exit_case.list", R"sql(
  SELECT shard, household_id, shard, decision_id, accepts, recognised, evidence, recorder,
         accepts_recorder, recognised_recorder, outcome, (extract(epoch FROM record_time) * 1000000)::bigint
  FROM exit_case WHERE shard = $1 AND procedure_id = $2 AND household_id > $3 ORDER BY household_id LIMIT $4)sql"};

constexpr db::Statement kSaveConsents = {"exit_case.save_consents", R"sql(
  WITH given AS (
    SELECT household_id, accepts, recognised, evidence FROM json_populate_recordset(NULL::exit_case, $3::json)
  ), saved AS (
    UPDATE exit_case AS t
    SET accepts = coalesce(given.accepts, t.accepts), recognised = coalesce(given.recognised, t.recognised),
        evidence = given.evidence, recorder = $4, record_time = $5::timestamptz,
        accepts_recorder = CASE WHEN coalesce(given.accepts, t.accepts) IS DISTINCT FROM t.accepts THEN $4
                                ELSE t.accepts_recorder END,
        recognised_recorder = CASE WHEN coalesce(given.recognised, t.recognised) IS DISTINCT FROM t.recognised THEN $4
                                   ELSE t.recognised_recorder END
    FROM given WHERE t.shard = $1 AND t.procedure_id = $2 AND t.household_id = given.household_id
    RETURNING t.shard, t.household_id, t.decision_id, t.accepts, t.recognised, t.evidence, t.recorder, t.record_time,
              t.accepts_recorder, t.recognised_recorder, t.outcome
  )
  SELECT shard, household_id, shard, decision_id, accepts, recognised, evidence, recorder,
         accepts_recorder, recognised_recorder, outcome, (extract(epoch FROM record_time) * 1000000)::bigint
  FROM saved ORDER BY household_id)sql"};

constexpr db::Statement kSaveOutcomes = {"exit_case.save_outcomes", R"sql(
  UPDATE exit_case AS t SET outcome = ended.outcome
  FROM (SELECT known.household_id, coalesce(given.outcome, $5::bigint) AS outcome
        FROM exit_case AS known
        LEFT JOIN unnest($3::bigint[], $4::bigint[]) AS given(household_id, outcome) USING (household_id)
        WHERE known.shard = $1 AND known.procedure_id = $2) AS ended
  WHERE t.shard = $1 AND t.procedure_id = $2 AND t.household_id = ended.household_id)sql"};

constexpr db::Statement kInsertJudgement = {"county_exit_judgement.insert", R"sql(
  INSERT INTO county_exit_judgement (shard, procedure_id, decision_id) VALUES ($1, $2, $3))sql"};

constexpr db::Statement kLastJudgement = {"county_exit_judgement.last", R"sql(
  SELECT decision_id FROM county_exit_judgement WHERE shard = $1 AND procedure_id = $2
  ORDER BY decision_id DESC LIMIT 1)sql"};

constexpr db::Statement kInsertExits = {"household_exit.insert", R"sql(
  INSERT INTO household_exit (shard, id, household_id, area, kind, year, body)
  SELECT shard, id, household_id, area, kind, year, body
  FROM json_populate_recordset(NULL::household_exit, $1::json))sql"};

constexpr db::Statement kListExits = {"household_exit.list", R"sql(
  SELECT body FROM household_exit
  WHERE (area, id) > ($3, $4) AND ($5::integer = 0 OR kind = $5) AND ($6::integer = 0 OR year = $6)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS scope(low, high)
                WHERE area >= scope.low AND area < scope.high)
    AND area >= (SELECT min(low) FROM unnest($1::bigint[]) AS first(low))
    AND area < (SELECT max(high) FROM unnest($2::bigint[]) AS last(high))
  ORDER BY area, id LIMIT $7)sql"};

v1::ExitCase ReadCase(const pqxx::row& row) {
  RowReader columns(row);
  v1::ExitCase shown;
  shown.set_household_id(columns.RecordId());
  shown.set_decision_id(columns.RecordId());
  if (const auto accepts = columns.OptionalBoolean()) shown.set_accepts(*accepts);
  if (const auto recognised = columns.OptionalBoolean()) shown.set_recognised(*recognised);
  shown.set_evidence(columns.Text());
  shown.set_recorder(columns.Text());
  shown.set_accepts_recorder(columns.Text());
  shown.set_recognised_recorder(columns.Text());
  shown.set_outcome(static_cast<v1::ExitCase::Outcome>(columns.Number()));
  if (!shown.recorder().empty()) columns.Time(shown.mutable_record_time());
  return shown;
}

}  // namespace

void InsertExitProcedure(db::Tx& tx, const ExitProcedure& procedure, const std::vector<StoredExitCase>& cases) {
  tx.Run(kInsertProcedure, procedure.id.shard, procedure.id.number, procedure.area, procedure.year, procedure.date,
         procedure.exit_flag);
  std::vector<int64_t> households, decisions;
  std::vector<std::string> inputs;
  for (const StoredExitCase& one : cases) {
    households.push_back(IdOf(one.shown.household_id()).number);
    decisions.push_back(IdOf(one.shown.decision_id()).number);
    inputs.push_back(one.inputs.SerializeAsString());
  }
  tx.Run(kInsertCases, procedure.id.shard, procedure.id.number, db::IntegerArray(households), db::ByteaArray(inputs),
         db::IntegerArray(decisions));
}

std::optional<ExitProcedure> LoadExitProcedure(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelectProcedure, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ExitProcedure{id, rows[0][0].as<int64_t>(), rows[0][1].as<int32_t>(), rows[0][2].as<std::string>(),
                       rows[0][3].as<std::string>()};
}

std::vector<StoredExitCase> LoadExitCases(db::Tx& tx, const ids::RecordId& procedure) {
  std::vector<StoredExitCase> cases;
  for (const auto& row : tx.Run(kSelectCases, procedure.shard, procedure.number)) {
    StoredExitCase one{ReadCase(row), {}};
    one.inputs.ParseFromString(db::BytesOf(row[12]));
    cases.push_back(std::move(one));
  }
  return cases;
}

std::vector<v1::ExitCase> ListExitCases(db::Tx& tx, const ids::RecordId& procedure, int64_t after, int limit) {
  std::vector<v1::ExitCase> cases;
  for (const auto& row : tx.Run(kListCases, procedure.shard, procedure.number, after, limit + 1)) {
    cases.push_back(ReadCase(row));
  }
  return cases;
}

std::vector<v1::ExitCase> SaveConsents(db::Tx& tx, const ids::RecordId& procedure, const Author& author,
                                       const std::vector<v1::ExitConsent>& consents) {
  JsonRows rows;
  for (const v1::ExitConsent& consent : consents) {
    JsonRow row = rows.Add();
    row["household_id"] = IdOf(consent.household_id()).number;
    if (consent.has_accepts()) row["accepts"] = consent.accepts();
    if (consent.has_recognised()) row["recognised"] = consent.recognised();
    row["evidence"] = consent.evidence();
  }
  std::vector<v1::ExitCase> cases;
  for (const auto& row : tx.Run(kSaveConsents, procedure.shard, procedure.number, rows.Text(), author.subject,
                                TimeLiteral(author.time))) {
    cases.push_back(ReadCase(row));
  }
  return cases;
}

void SaveOutcomes(db::Tx& tx, const ids::RecordId& procedure, const ExitOutcomes& outcomes) {
  std::vector<int64_t> households, values;
  for (const auto& [household, outcome] : outcomes) {
    households.push_back(IdOf(household).number);
    values.push_back(outcome);
  }
  tx.Run(kSaveOutcomes, procedure.shard, procedure.number, db::IntegerArray(households), db::IntegerArray(values),
         static_cast<int64_t>(v1::ExitCase::NOT_APPROVED));
}

void InsertCountyJudgement(db::Tx& tx, const ids::RecordId& procedure, const ids::RecordId& decision) {
  tx.Run(kInsertJudgement, procedure.shard, procedure.number, decision.number);
}

std::optional<ids::RecordId> LastCountyJudgement(db::Tx& tx, const ids::RecordId& procedure) {
  const auto rows = tx.Run(kLastJudgement, procedure.shard, procedure.number);
  if (rows.empty()) return std::nullopt;
  return ids::RecordId{procedure.shard, rows[0][0].as<int64_t>()};
}

void InsertHouseholdExits(db::Tx& tx, const std::vector<v1::HouseholdExitEntry>& entries) {
  JsonRows rows;
  for (const v1::HouseholdExitEntry& entry : entries) {
    const ids::RecordId id = IdOf(entry.entry_id());
    JsonRow row = rows.Add();
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["household_id"] = IdOf(entry.household_id()).number;
    row["area"] = standards::ParseAreaCode(entry.area()).value_or(0);
    row["kind"] = static_cast<int>(entry.kind());
    row["year"] = entry.year();
    row["body"] = HexBytes(entry.SerializeAsString());
  }
  tx.Run(kInsertExits, rows.Text());
}

std::vector<v1::HouseholdExitEntry> ListHouseholdExits(db::Tx& tx, const HouseholdExitQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  std::vector<v1::HouseholdExitEntry> entries;
  for (const auto& row : tx.Run(kListExits, scope.lows, scope.highs, query.after_area, query.after_id,
                                static_cast<int>(query.kind), query.year, query.limit + 1)) {
    entries.emplace_back().ParseFromString(db::BytesOf(row[0]));
  }
  return entries;
}

}  // namespace bangfu::registration::store
