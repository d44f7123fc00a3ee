#include "services/registration/store/identification_campaign_store.h"

#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

const std::string kColumns = R"sql(
  t.shard, t.id, t.area, t.title, t.start_date::text, t.end_date::text, t.year, t.quota, t.state, t.rubric, t.rules,
  t.line, t.definition, t.version, (extract(epoch FROM t.create_time) * 1000000)::bigint,
  (extract(epoch FROM t.close_time) * 1000000)::bigint)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, " FROM identification_campaign t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"identification_campaign.select", kSelectText.c_str()};
const std::string kShareText = kSelectText + " FOR SHARE";
const db::Statement kShare = {"identification_campaign.share", kShareText.c_str()};
const std::string kLockText = kSelectText + " FOR UPDATE";
const db::Statement kLock = {"identification_campaign.lock", kLockText.c_str()};

constexpr db::Statement kInsert = {"identification_campaign.insert", R"sql(
  INSERT INTO identification_campaign (shard, id, area, title, start_date, end_date, year, quota, rubric, rules, line,
                                       definition, created_by, create_time)
  VALUES ($1, $2, $3, $4, $5::date, $6::date, $7, $8, $9, $10, $11, $12, $13, $14::timestamptz))sql"};

constexpr db::Statement kClose = {"identification_campaign.close", R"sql(
  UPDATE identification_campaign SET state = 2, version = version + 1, close_time = $3::timestamptz
  WHERE shard = $1 AND id = $2)sql"};

// There are few campaigns: a province has some hundred a year.
const std::string kListText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM identification_campaign t
  WHERE (t.area = ANY($3::bigint[])
         OR EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE t.area >= low AND t.area < high))
    AND ($4::int = 0 OR t.state = $4) AND ($5::bigint = 0 OR t.id < $5)
  ORDER BY t.id DESC LIMIT $6)sql");
const db::Statement kList = {"identification_campaign.list", kListText.c_str()};

constexpr db::Statement kProgress = {"identification_application.progress", R"sql(
  SELECT state, count(*), count(*) FILTER (WHERE ranked), count(*) FILTER (WHERE excluded)
  FROM identification_application
  WHERE shard = $1 AND campaign_id = $2 AND area >= $3 AND area < $4 GROUP BY state)sql"};

StoredCampaign Read(const pqxx::row& row) {
  RowReader columns(row);
  StoredCampaign stored;
  v1::IdentificationCampaign& campaign = stored.campaign;
  campaign.set_campaign_id(columns.RecordId());
  campaign.set_area(columns.AreaCode());
  campaign.set_title(columns.Text());
  campaign.set_start_date(columns.Text());
  campaign.set_end_date(columns.Text());
  campaign.set_year(static_cast<int32_t>(columns.Number()));
  campaign.set_quota(static_cast<int32_t>(columns.Number()));
  campaign.set_state(static_cast<v1::IdentificationCampaign::State>(columns.Number()));
  stored.rubric = columns.Text();
  stored.rules = columns.Text();
  stored.line = columns.Text();
  stored.definition = columns.Text();
  campaign.set_etag(api::EtagOf(campaign.campaign_id(), columns.Number()));
  columns.Time(campaign.mutable_create_time());
  if (const auto closed = columns.OptionalNumber()) {
    SetTime(absl::FromUnixMicros(*closed), campaign.mutable_close_time());
  }
  return stored;
}

void AddCount(int state, int32_t count, v1::IdentificationProgress* progress) {
  using Application = v1::IdentificationApplication;
  switch (state) {
    case Application::APPLIED: progress->set_unchecked_count(count); break;
    case Application::CHECKED: progress->set_checked_count(count); break;
    case Application::IN_PROCEDURE: progress->set_in_procedure_count(count); break;
    case Application::IN_NOTICE: progress->set_in_notice_count(count); break;
    case Application::APPROVED: progress->set_approved_count(count); break;
    case Application::REFUSED: progress->set_refused_count(count); break;
    default: progress->set_withdrawn_count(count);
  }
}

}  // namespace

std::optional<StoredCampaign> LoadCampaign(db::Tx& tx, const ids::RecordId& id, RowLock lock) {
  const db::Statement& statement = lock == RowLock::kNone ? kSelect : lock == RowLock::kShare ? kShare : kLock;
  const auto rows = tx.Run(statement, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return Read(rows[0]);
}

void InsertCampaign(db::Tx& tx, const StoredCampaign& stored, const Author& author) {
  const v1::IdentificationCampaign& campaign = stored.campaign;
  const ids::RecordId id = IdOf(campaign.campaign_id());
  tx.Run(kInsert, id.shard, id.number, standards::ParseAreaCode(campaign.area()).value_or(0), campaign.title(),
         campaign.start_date(), TextOrNull(campaign.end_date()), campaign.year(), campaign.quota(), stored.rubric,
         stored.rules, stored.line, stored.definition, author.subject, TimeLiteral(author.time));
}

void CloseCampaign(db::Tx& tx, const ids::RecordId& id, absl::Time time) {
  tx.Run(kClose, id.shard, id.number, TimeLiteral(time));
}

std::vector<StoredCampaign> ListCampaigns(db::Tx& tx, const CampaignQuery& query) {
  const ScopeArrays scope = ArraysOf(query.scope);
  std::vector<StoredCampaign> campaigns;
  for (const auto& row : tx.Run(kList, scope.lows, scope.highs, db::IntegerArray(query.above),
                                static_cast<int>(query.state), query.before, query.limit)) {
    campaigns.push_back(Read(row));
  }
  return campaigns;
}

v1::IdentificationProgress CountProgress(db::Tx& tx, const ids::RecordId& campaign, int64_t area) {
  v1::IdentificationProgress progress;
  for (const auto& row : tx.Run(kProgress, campaign.shard, campaign.number, area, standards::RangeEndOf(area))) {
    const auto count = row[1].as<int32_t>();
    AddCount(row[0].as<int>(), count, &progress);
    progress.set_applied_count(progress.applied_count() + count);
    progress.set_ranked_count(progress.ranked_count() + row[2].as<int32_t>());
    progress.set_excluded_count(progress.excluded_count() + row[3].as<int32_t>());
  }
  return progress;
}

}  // namespace bangfu::registration::store
