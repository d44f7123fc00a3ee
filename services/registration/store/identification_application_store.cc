#include "services/registration/store/identification_application_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {

using Application = v1::IdentificationApplication;

const char kApplicationColumns[] = R"sql(
  t.shard, t.id, t.shard, t.campaign_id, t.shard, t.household_id, t.area, h.head_name, h.member_count, t.applicant,
  t.applicant_name, t.channel, t.apply_date::text, t.standard, t.attribute, t.main_cause, t.other_causes, t.state,
  t.score_centi, t.excluded, t.entry_verdict, t.ranked, t.check_id, t.score_decision, t.entry_decision, t.procedure_id,
  t.note, t.recorder, t.version, (extract(epoch FROM t.create_time) * 1000000)::bigint,
  (extract(epoch FROM t.update_time) * 1000000)::bigint)sql";

namespace {

constexpr char kCheckTable[] = "home_check";

constexpr char kFrom[] =
    " FROM identification_application t JOIN household h ON h.shard = t.shard AND h.id = t.household_id ";

const std::string kSelectText = absl::StrCat("SELECT ", kApplicationColumns, kFrom, "WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"identification_application.select", kSelectText.c_str()};
const std::string kLockText = kSelectText + " FOR UPDATE OF t";
const db::Statement kLock = {"identification_application.lock", kLockText.c_str()};

constexpr db::Statement kInsert = {"identification_application.insert", R"sql(
  INSERT INTO identification_application (shard, id, area, campaign_id, household_id, applicant, applicant_name, channel,
                                          apply_date, standard, attribute, main_cause, other_causes, recorder,
                                          create_time, update_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::date, $10, $11, $12, $13, $14, $15::timestamptz, $15::timestamptz)
  ON CONFLICT (shard, household_id) WHERE state <= 4 DO NOTHING)sql"};

constexpr db::Statement kSaveChecked = {"identification_application.save_checked", R"sql(
  UPDATE identification_application
  SET state = 2, score_centi = $3, excluded = $4, entry_verdict = $5, ranked = $6, need_key = $7, first_tie = $8,
      second_tie = $9, check_id = $10, score_decision = $11, entry_decision = $12, version = version + 1,
      update_time = $13::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kSaveWithdrawn = {"identification_application.save_withdrawn", R"sql(
  UPDATE identification_application
  SET state = 7, ranked = ranked AND $5, note = $3, version = version + 1, update_time = $4::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

// What stands at the quota in the ranking of all of the campaign; nothing if there are no more than the quota.
const std::string kCandidatesText = absl::StrCat(R"sql(
  WITH line AS MATERIALIZED (
    SELECT need_key, first_tie, second_tie FROM identification_application
    WHERE shard = $1 AND campaign_id = $2 AND ranked AND $4::bigint > 0
    ORDER BY need_key, first_tie, second_tie, id OFFSET greatest($4::bigint - 1, 0) LIMIT 1)
  SELECT )sql",
                                                 kApplicationColumns, R"sql(,
         coalesce((SELECT (t.need_key, t.first_tie, t.second_tie) > (line.need_key, line.first_tie, line.second_tie)
                   FROM line), false))sql",
                                                 kFrom, R"sql(
  WHERE t.shard = $1 AND t.campaign_id = $2 AND t.area = $3 AND t.state <= 2 ORDER BY t.id FOR UPDATE OF t)sql");
const db::Statement kCandidates = {"identification_application.candidates", kCandidatesText.c_str()};

constexpr db::Statement kCountUnchecked = {"identification_application.count_unchecked", R"sql(
  SELECT count(*) FROM identification_application WHERE shard = $1 AND campaign_id = $2 AND state = 1)sql"};

constexpr db::Statement kScoresOfIncomplete = {"identification_application.scores_of_incomplete", R"sql(
  SELECT score_centi FROM identification_application
  WHERE shard = $1 AND campaign_id = $2 AND state = 2 AND NOT excluded AND entry_verdict = 'INCOMPLETE')sql"};

// States 3 to 6: in a list, decided by it, or refused when it was made.
constexpr db::Statement kHasLists = {"identification_application.has_lists", R"sql(
  SELECT EXISTS (SELECT FROM identification_application
                 WHERE shard = $1 AND campaign_id = $2 AND state BETWEEN 3 AND 6))sql"};

constexpr db::Statement kRefuse = {"identification_application.refuse", R"sql(
  UPDATE identification_application t
  SET state = 6, note = s.note, version = version + 1, update_time = $4::timestamptz
  FROM unnest($2::bigint[], $3::text[]) AS s(id, note) WHERE t.shard = $1 AND t.id = s.id)sql"};

constexpr db::Statement kPutInProcedure = {"identification_application.put_in_procedure", R"sql(
  UPDATE identification_application
  SET state = 3, procedure_id = $3, version = version + 1, update_time = $4::timestamptz
  WHERE shard = $1 AND id = ANY($2::bigint[]))sql"};

// A list that is withdrawn can be started again: its applications are checked, and no more.
constexpr db::Statement kSaveResults = {"identification_application.save_results", R"sql(
  UPDATE identification_application t
  SET state = s.state, note = s.note, version = version + 1, update_time = $6::timestamptz
  FROM unnest($3::bigint[], $4::smallint[], $5::text[]) AS s(household_id, state, note)
  WHERE t.shard = $1 AND t.procedure_id = $2 AND t.household_id = s.household_id AND t.state IN (3, 4))sql"};

constexpr db::Statement kSaveNotice = {"identification_application.save_notice", R"sql(
  UPDATE identification_application SET state = $3, version = version + 1, update_time = $4::timestamptz
  WHERE shard = $1 AND procedure_id = $2 AND state IN (3, 4) AND state <> $3)sql"};

const std::string kOfProcedureText =
    absl::StrCat("SELECT ", kApplicationColumns, kFrom, "WHERE t.shard = $1 AND t.procedure_id = $2 ORDER BY t.id");
const db::Statement kOfProcedure = {"identification_application.of_procedure", kOfProcedureText.c_str()};

const std::string kLatestText = absl::StrCat("SELECT ", kApplicationColumns, R"sql(, k.n
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS k(shard, household_id, n)
  CROSS JOIN LATERAL (
    SELECT * FROM identification_application a
    WHERE a.shard = k.shard AND a.household_id = k.household_id ORDER BY a.id DESC LIMIT 1) AS t
  JOIN household h ON h.shard = t.shard AND h.id = t.household_id)sql");
const db::Statement kLatest = {"identification_application.latest", kLatestText.c_str()};

// The hull of the ranges bounds the scan of the index.
const std::string kListText = absl::StrCat("SELECT ", kApplicationColumns, kFrom, R"sql(
  WHERE t.area >= $3 AND t.area < $4 AND (t.area, t.id) > ($5::bigint, $6::bigint)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE t.area >= low AND t.area < high)
    AND ($7::int = 0 OR t.state = $7))sql");
constexpr char kListOrder[] = " ORDER BY t.area, t.id LIMIT $8";
const std::string kListAllText = kListText + kListOrder;
const db::Statement kListAll = {"identification_application.list", kListAllText.c_str()};
const std::string kListCampaignText = absl::StrCat(kListText, " AND t.shard = $9 AND t.campaign_id = $10", kListOrder);
const db::Statement kListCampaign = {"identification_application.list_of_campaign", kListCampaignText.c_str()};

constexpr db::Statement kInsertCheck = {"home_check.insert", R"sql(
  INSERT INTO home_check (shard, id, application_id, recorder, record_time, body)
  VALUES ($1, $2, $3, $4, $5::timestamptz, $6::bytea))sql"};

constexpr db::Statement kListChecks = {"home_check.list", R"sql(
  SELECT shard, id, body FROM home_check WHERE shard = $1 AND application_id = $2 ORDER BY id DESC LIMIT $3)sql"};

std::optional<Application> First(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadApplication(rows[0]);
}

std::vector<Application> All(const pqxx::result& rows) {
  std::vector<Application> applications;
  for (const auto& row : rows) applications.push_back(ReadApplication(row));
  return applications;
}

void ReadStanding(RowReader* columns, int32_t shard, Application* application) {
  application->set_state(static_cast<Application::State>(columns->Number()));
  if (const auto score = columns->OptionalNumber()) application->set_score_centi(*score);
  application->set_excluded(columns->OptionalBoolean().value_or(false));
  application->set_entry_verdict(columns->Text());
  application->set_ranked(columns->OptionalBoolean().value_or(false));
  if (const auto check = columns->OptionalNumber()) application->set_check_id(ids::RecordId{shard, *check}.ToString());
  application->set_score_decision_id(columns->Text());
  application->set_entry_decision_id(columns->Text());
  application->set_procedure_id(columns->Text());
  application->set_note(columns->Text());
}

}  // namespace

Application ReadApplication(const pqxx::row& row) {
  RowReader columns(row);
  Application application;
  application.set_application_id(columns.RecordId());
  application.set_campaign_id(columns.RecordId());
  application.set_household_id(columns.RecordId());
  application.set_area(columns.AreaCode());
  application.set_head_name(columns.Text());
  application.set_member_count(static_cast<int32_t>(columns.Number()));
  application.set_applicant(static_cast<Application::Applicant>(columns.Number()));
  application.set_applicant_name(columns.Text());
  application.set_channel(static_cast<Application::Channel>(columns.Number()));
  application.set_apply_date(columns.Text());
  application.set_standard(columns.Text());
  application.set_attribute(columns.Text());
  application.set_main_cause(columns.Text());
  for (absl::string_view cause : absl::StrSplit(columns.Text(), ',', absl::SkipEmpty())) {
    application.add_other_causes(std::string(cause));
  }
  ReadStanding(&columns, IdOf(application.application_id()).shard, &application);
  application.set_recorder(columns.Text());
  application.set_etag(api::EtagOf(application.application_id(), columns.Number()));
  columns.Time(application.mutable_create_time());
  columns.Time(application.mutable_update_time());
  return application;
}

std::optional<Application> LoadApplication(db::Tx& tx, const ids::RecordId& id) {
  return First(tx.Run(kSelect, id.shard, id.number));
}

std::optional<Application> LockApplication(db::Tx& tx, const ids::RecordId& id) {
  return First(tx.Run(kLock, id.shard, id.number));
}

bool InsertApplication(db::Tx& tx, const Application& application, const Author& author) {
  const ids::RecordId id = IdOf(application.application_id());
  const auto inserted = tx.Run(
      kInsert, id.shard, id.number, standards::ParseAreaCode(application.area()).value_or(0),
      IdOf(application.campaign_id()).number, IdOf(application.household_id()).number,
      static_cast<int>(application.applicant()), application.applicant_name(), static_cast<int>(application.channel()),
      application.apply_date(), application.standard(), application.attribute(), application.main_cause(),
      absl::StrJoin(application.other_causes(), ","), author.subject, TimeLiteral(author.time));
  return inserted.affected_rows() == 1;
}

void SaveChecked(db::Tx& tx, const CheckedApplication& checked, absl::Time time) {
  const Application& application = checked.application;
  const ids::RecordId id = IdOf(application.application_id());
  tx.Run(kSaveChecked, id.shard, id.number, application.score_centi(), application.excluded(),
         application.entry_verdict(), application.ranked(), checked.need_key, checked.first_tie, checked.second_tie,
         IdOf(application.check_id()).number, application.score_decision_id(), application.entry_decision_id(),
         TimeLiteral(time));
}

void SaveWithdrawn(db::Tx& tx, const ids::RecordId& id, const std::string& note, bool keeps_place, absl::Time time) {
  tx.Run(kSaveWithdrawn, id.shard, id.number, note, TimeLiteral(time), keeps_place);
}

std::vector<Candidate> LockCandidates(db::Tx& tx, const ids::RecordId& campaign, int64_t village, int32_t quota) {
  std::vector<Candidate> candidates;
  for (const auto& row : tx.Run(kCandidates, campaign.shard, campaign.number, village, quota)) {
    candidates.push_back({ReadApplication(row), row[static_cast<int>(row.size()) - 1].as<bool>()});
  }
  return candidates;
}

int64_t CountUnchecked(db::Tx& tx, const ids::RecordId& campaign) {
  return tx.Run(kCountUnchecked, campaign.shard, campaign.number)[0][0].as<int64_t>();
}

std::vector<int64_t> ScoresOfIncomplete(db::Tx& tx, const ids::RecordId& campaign) {
  std::vector<int64_t> scores;
  for (const auto& row : tx.Run(kScoresOfIncomplete, campaign.shard, campaign.number)) {
    scores.push_back(row[0].as<int64_t>());
  }
  return scores;
}

bool HasLists(db::Tx& tx, const ids::RecordId& campaign) {
  return tx.Run(kHasLists, campaign.shard, campaign.number)[0][0].as<bool>();
}

void RefuseApplications(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids,
                        const std::vector<std::string>& notes, absl::Time time) {
  if (ids.empty()) return;
  tx.Run(kRefuse, shard, db::IntegerArray(ids), db::TextArray(notes), TimeLiteral(time));
}

void PutInProcedure(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids, const std::string& procedure_id,
                    absl::Time time) {
  tx.Run(kPutInProcedure, shard, db::IntegerArray(ids), procedure_id, TimeLiteral(time));
}

void SaveResults(db::Tx& tx, const ids::RecordId& procedure, const ProcedureResult& result, absl::Time time) {
  if (result.households.empty()) return;
  tx.Run(kSaveResults, procedure.shard, procedure.ToString(), db::IntegerArray(result.households),
         db::IntegerArray(result.states), db::TextArray(result.notes), TimeLiteral(time));
}

void SaveNotice(db::Tx& tx, const ids::RecordId& procedure, bool in_notice, absl::Time time) {
  tx.Run(kSaveNotice, procedure.shard, procedure.ToString(),
         static_cast<int>(in_notice ? Application::IN_NOTICE : Application::IN_PROCEDURE), TimeLiteral(time));
}

std::vector<Application> LoadApplicationsOf(db::Tx& tx, const ids::RecordId& procedure) {
  return All(tx.Run(kOfProcedure, procedure.shard, procedure.ToString()));
}

std::vector<std::optional<Application>> LoadLatestApplications(db::Tx& tx,
                                                               const std::vector<ids::RecordId>& households) {
  std::vector<std::optional<Application>> latest(households.size());
  const IdArrays ids = ArraysOf(households);
  for (const auto& row : tx.Run(kLatest, ids.shards, ids.numbers)) {
    latest[row[static_cast<int>(row.size()) - 1].as<int>() - 1] = ReadApplication(row);
  }
  return latest;
}

std::vector<Application> ListApplications(db::Tx& tx, const ApplicationQuery& query) {
  if (query.scope.empty()) return {};
  const ScopeArrays scope = ArraysOf(query.scope);
  const int64_t low = query.scope.front().low, high = query.scope.back().high;
  const int state = query.state;
  if (!query.campaign) {
    return All(
        tx.Run(kListAll, scope.lows, scope.highs, low, high, query.after_area, query.after_id, state, query.limit));
  }
  return All(tx.Run(kListCampaign, scope.lows, scope.highs, low, high, query.after_area, query.after_id, state,
                    query.limit, query.campaign->shard, query.campaign->number));
}

void InsertHomeCheck(db::Tx& tx, const crypto::Sealer& sealer, const v1::HomeCheck& check, const Author& author) {
  const ids::RecordId id = IdOf(check.check_id());
  tx.Run(kInsertCheck, id.shard, id.number, IdOf(check.application_id()).number, author.subject,
         TimeLiteral(author.time),
         SealedOrNull(sealer, kCheckTable, "body", check.check_id(), check.SerializeAsString()));
}

absl::StatusOr<std::vector<v1::HomeCheck>> ListHomeChecks(db::Tx& tx, const crypto::Sealer& sealer,
                                                          const ids::RecordId& application, int limit) {
  std::vector<v1::HomeCheck> checks;
  for (const auto& row : tx.Run(kListChecks, application.shard, application.number, limit)) {
    RowReader columns(row, sealer);
    const std::string id = columns.RecordId();
    const std::string body = columns.Sealed(kCheckTable, "body", id);
    if (!columns.status().ok()) return columns.status();
    if (!checks.emplace_back().ParseFromString(body)) return absl::DataLossError("a check at home");
  }
  return checks;
}

}  // namespace bangfu::registration::store
