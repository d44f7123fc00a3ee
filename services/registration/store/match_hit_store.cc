#include "services/registration/store/match_hit_store.h"

#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "common/status/macros.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"match_hit.insert", R"sql(
  INSERT INTO match_hit (shard, id, area, list_shard, list_id, run_id, purpose, kind, household_id, member_id, absence,
                         severity, veto, policy_id, band, fact_count, facts, retain_until, due_date, update_time)
  SELECT shard, id, area, list_shard, list_id, run_id, purpose, kind, household_id, member_id, absence,
         severity, veto, policy_id, band, fact_count, facts, $2::date, due_date, $3::timestamptz
  FROM json_populate_recordset(NULL::match_hit, $1::json)
  ON CONFLICT (shard, list_id, member_id) DO NOTHING)sql"};

constexpr char kColumns[] = R"sql(
  SELECT h.shard, h.id, h.version, h.area, h.list_shard, h.list_id, h.list_shard, h.run_id, h.purpose, h.kind, h.shard,
         h.household_id, h.shard, h.member_id, m.name, h.absence, h.severity, h.veto, h.policy_id, h.band, h.fact_count,
         h.state, h.due_date, h.finding, h.explanation, h.verifier, h.visit_date, h.evidence_sha256, h.second_person,
         h.resolution, h.resolver, (extract(epoch FROM h.update_time) * 1000000)::bigint
  FROM match_hit h LEFT JOIN member m ON m.shard = h.shard AND m.id = h.member_id)sql";

const std::string kSelectText = absl::StrCat(kColumns, " WHERE h.shard = $1 AND h.id = $2");
const db::Statement kSelect = {"match_hit.select", kSelectText.c_str()};
const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE OF h");
const db::Statement kLock = {"match_hit.lock", kLockText.c_str()};

constexpr db::Statement kSelectFacts = {"match_hit.select_facts", R"sql(
  SELECT facts FROM match_hit WHERE shard = $1 AND id = $2 AND facts IS NOT NULL)sql"};

constexpr db::Statement kSave = {"match_hit.save", R"sql(
  UPDATE match_hit SET state = $3, finding = $4, explanation = $5, verifier = $6, visit_date = nullif($7, '')::date,
                       evidence_sha256 = $8, second_person = $9, resolution = $10, resolver = $11, version = $12,
                       update_time = $13::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

// What lists and counts have in common, so that a count is always that of its list. The first two parameters bound the
// scan of the index. States 1 and 4 wait for somebody.
constexpr char kOverdue[] = "h.state IN (1, 4) AND h.due_date < $12::date";
const std::string kWhere = absl::StrCat(R"sql(
  WHERE h.area >= $1 AND h.area < $2
    AND EXISTS (SELECT 1 FROM unnest($3::bigint[], $4::bigint[]) AS s(low, high) WHERE h.area >= s.low AND h.area < s.high)
    AND ($5::integer = 0 OR h.kind = $5) AND ($6::integer = 0 OR h.state = $6) AND ($7::integer = 0 OR h.severity = $7)
    AND ($8::bigint = 0 OR (h.list_shard = $9 AND h.list_id = $8))
    AND ($10::bigint = 0 OR (h.shard = $11 AND h.household_id = $10))
    AND (NOT $13::boolean OR )sql",
                                        kOverdue, ")");

const std::string kListText = absl::StrCat(kColumns, kWhere, R"sql(
    AND (h.area, h.id) > ($14, $15)
  ORDER BY h.area, h.id LIMIT $16)sql");
const db::Statement kList = {"match_hit.list", kListText.c_str()};

const std::string kCountText =
    absl::StrCat("SELECT h.kind, h.state, h.severity, count(*), count(*) FILTER (WHERE ", kOverdue,
                 ") FROM match_hit h", kWhere, " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
const db::Statement kCount = {"match_hit.count", kCountText.c_str()};

crypto::SealContext FactsOf(const std::string& hit_id) { return {kService, "match_hit", "facts", hit_id}; }

v1::MatchHit ReadHit(const pqxx::row& row) {
  RowReader reader(row);
  v1::MatchHit hit;
  hit.set_hit_id(reader.RecordId());
  hit.set_etag(api::EtagOf(hit.hit_id(), reader.Number()));
  hit.set_area(reader.AreaCode());
  hit.set_list_id(reader.RecordId());
  hit.set_run_id(reader.RecordId());
  hit.set_purpose(reader.Text());
  hit.set_kind(static_cast<v1::MatchList::Kind>(reader.Number()));
  hit.set_household_id(reader.RecordId());
  hit.set_member_id(reader.RecordId());
  hit.set_member_name(reader.Text());
  hit.set_absence(reader.OptionalBoolean().value_or(false));
  hit.set_severity(static_cast<v1::MatchingBand::Severity>(reader.Number()));
  hit.set_veto(reader.OptionalBoolean().value_or(false));
  hit.set_policy_id(reader.Text());
  hit.set_band(static_cast<int32_t>(reader.Number()));
  hit.set_fact_count(static_cast<int32_t>(reader.Number()));
  hit.set_state(static_cast<v1::MatchHit::State>(reader.Number()));
  hit.set_due_date(reader.Text());
  hit.set_finding(static_cast<v1::MatchHit::Finding>(reader.Number()));
  hit.set_explanation(reader.Text());
  hit.set_verifier(reader.Text());
  hit.set_visit_date(reader.Text());
  hit.set_evidence_sha256(reader.Text());
  hit.set_second_person(reader.Text());
  hit.set_resolution(static_cast<v1::MatchHit::Resolution>(reader.Number()));
  hit.set_resolver(reader.Text());
  reader.Time(hit.mutable_update_time());
  return hit;
}

std::optional<v1::MatchHit> FirstOf(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadHit(rows[0]);
}

}  // namespace

int64_t InsertHits(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<v1::MatchHit>& hits,
                   const std::string& retain_until, absl::Time time) {
  JsonRows rows;
  for (const v1::MatchHit& hit : hits) {
    const ids::RecordId id = IdOf(hit.hit_id()), list = IdOf(hit.list_id());
    v1::MatchHit facts;
    *facts.mutable_facts() = hit.facts();
    JsonRow row = rows.Add();
    row["shard"] = id.shard;
    row["id"] = id.number;
    row["area"] = hit.area();
    row["list_shard"] = list.shard;
    row["list_id"] = list.number;
    row["run_id"] = IdOf(hit.run_id()).number;
    row["purpose"] = hit.purpose();
    row["kind"] = static_cast<int>(hit.kind());
    row["household_id"] = IdOf(hit.household_id()).number;
    row["member_id"] = IdOf(hit.member_id()).number;
    row["absence"] = hit.absence();
    row["severity"] = static_cast<int>(hit.severity());
    row["veto"] = hit.veto();
    row["policy_id"] = hit.policy_id();
    row["band"] = hit.band();
    row["fact_count"] = hit.fact_count();
    if (hit.facts_size() > 0) row["facts"] = HexBytes(sealer.Seal(FactsOf(hit.hit_id()), facts.SerializeAsString()));
    row["due_date"] = hit.due_date();
  }
  return static_cast<int64_t>(tx.Run(kInsert, rows.Text(), retain_until, TimeLiteral(time)).affected_rows());
}

std::optional<v1::MatchHit> LoadHit(db::Tx& tx, const ids::RecordId& id) {
  return FirstOf(tx.Run(kSelect, id.shard, id.number));
}

std::optional<v1::MatchHit> LoadHitForUpdate(db::Tx& tx, const ids::RecordId& id) {
  return FirstOf(tx.Run(kLock, id.shard, id.number));
}

absl::StatusOr<std::vector<v1::MatchFact>> LoadHitFacts(db::Tx& tx, const crypto::Sealer& sealer,
                                                        const ids::RecordId& id) {
  const auto rows = tx.Run(kSelectFacts, id.shard, id.number);
  if (rows.empty()) return std::vector<v1::MatchFact>();
  ASSIGN_OR_RETURN(const std::string body, sealer.Open(FactsOf(id.ToString()), db::BytesOf(rows[0][0])));
  v1::MatchHit facts;
  if (!facts.ParseFromString(body)) return absl::DataLossError("match_hit.facts");
  return std::vector<v1::MatchFact>(facts.facts().begin(), facts.facts().end());
}

void SaveHit(db::Tx& tx, v1::MatchHit* hit, absl::Time time) {
  const ids::RecordId id = IdOf(hit->hit_id());
  const int64_t version = VersionOf(hit->etag()) + 1;
  tx.Run(kSave, id.shard, id.number, static_cast<int>(hit->state()), static_cast<int>(hit->finding()),
         hit->explanation(), hit->verifier(), hit->visit_date(), hit->evidence_sha256(), hit->second_person(),
         static_cast<int>(hit->resolution()), hit->resolver(), version, TimeLiteral(time));
  hit->set_etag(api::EtagOf(hit->hit_id(), version));
  SetTime(time, hit->mutable_update_time());
}

std::vector<v1::MatchHit> ListHits(db::Tx& tx, const HitFilter& filter, int64_t after_area, int64_t after_id,
                                   int limit) {
  const ScopeArrays ranges = ArraysOf(filter.areas);
  std::vector<v1::MatchHit> hits;
  for (const auto& row :
       tx.Run(kList, filter.areas.front().low, filter.areas.back().high, ranges.lows, ranges.highs, filter.kind,
              filter.state, filter.severity, filter.list.number, filter.list.shard, filter.household.number,
              filter.household.shard, filter.today, filter.overdue, after_area, after_id, limit)) {
    hits.push_back(ReadHit(row));
  }
  return hits;
}

std::vector<v1::MatchFigure> CountHits(db::Tx& tx, const HitFilter& filter) {
  const ScopeArrays ranges = ArraysOf(filter.areas);
  std::vector<v1::MatchFigure> figures;
  for (const auto& row : tx.Run(kCount, filter.areas.front().low, filter.areas.back().high, ranges.lows, ranges.highs,
                                filter.kind, filter.state, filter.severity, filter.list.number, filter.list.shard,
                                filter.household.number, filter.household.shard, filter.today, filter.overdue)) {
    v1::MatchFigure& figure = figures.emplace_back();
    figure.set_kind(static_cast<v1::MatchList::Kind>(row[0].as<int>()));
    figure.set_state(static_cast<v1::MatchHit::State>(row[1].as<int>()));
    figure.set_severity(static_cast<v1::MatchingBand::Severity>(row[2].as<int>()));
    figure.set_hit_count(row[3].as<int64_t>());
    figure.set_overdue_count(row[4].as<int64_t>());
  }
  return figures;
}

}  // namespace bangfu::registration::store
