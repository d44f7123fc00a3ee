#include "services/registration/store/monitoring_list.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"
#include "services/registration/store/monitoring_row.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

// A case that is monitored (4) or in elimination (5) counts as monitored.
constexpr char kMonitored[] = "t.state IN (4, 5)";
constexpr char kUndecided[] = "t.state < 4";

constexpr db::Statement kInsertReview = {"monitoring_review.insert", R"sql(
  INSERT INTO monitoring_review (shard, id, case_id, review_date, result, note, reviewer, late)
  VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8))sql"};

constexpr db::Statement kReviews = {"monitoring_review.select", R"sql(
  SELECT shard, id, shard, case_id, review_date::text, result, note, reviewer, late
  FROM monitoring_review WHERE shard = $1 AND case_id = $2 ORDER BY review_date DESC, id DESC LIMIT 200)sql"};

constexpr db::Statement kInsertCampaign = {"monitoring_campaign.insert", R"sql(
  INSERT INTO monitoring_campaign (shard, id, area, title, from_date, to_date)
  VALUES ($1, $2, $3, $4, $5::date, $6::date))sql"};

constexpr db::Statement kCampaign = {"monitoring_campaign.select", R"sql(
  SELECT shard, id, area, title, from_date::text, to_date::text
  FROM monitoring_campaign WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kCampaigns = {"monitoring_campaign.list", R"sql(
  SELECT t.shard, t.id, t.area, t.title, t.from_date::text, t.to_date::text
  FROM unnest($1::bigint[], $2::bigint[]) AS r (low, high)
  JOIN monitoring_campaign t ON t.area >= r.low AND t.area < r.high ORDER BY t.id DESC LIMIT 200)sql"};

constexpr db::Statement kCountCampaign = {"monitoring_campaign.count", R"sql(
  SELECT count(*), count(last.result), count(*) FILTER (WHERE last.result = 3)
  FROM monitoring_case t
  LEFT JOIN LATERAL (
    SELECT result FROM monitoring_review r
    WHERE r.shard = t.shard AND r.case_id = t.id AND r.review_date BETWEEN $3::date AND $4::date
    ORDER BY r.review_date DESC, r.id DESC LIMIT 1) AS last ON true
  WHERE t.area >= $1 AND t.area < $2 AND t.state IN (4, 5))sql"};

// Conditions with their values bound as $1, $2 …
class Conditions {
 public:
  explicit Conditions(const std::vector<auth::AreaRange>& scope) {
    std::vector<std::string> ranges;
    for (const auth::AreaRange& range : scope) {
      const std::string low = Bind(absl::StrCat(range.low));
      ranges.push_back(absl::StrCat("(t.area >= ", low, " AND t.area < ", Bind(absl::StrCat(range.high)), ")"));
    }
    Add(ranges.empty() ? "false" : absl::StrCat("(", absl::StrJoin(ranges, " OR "), ")"));
  }

  std::string Bind(std::string value) {
    params_.push_back(std::move(value));
    return absl::StrCat("$", params_.size());
  }
  void Add(std::string condition) { parts_.push_back(std::move(condition)); }
  void AddIf(bool wanted, const std::string& condition) {
    if (wanted) Add(condition);
  }
  void Equal(const char* column, const std::string& value) {
    if (!value.empty()) Add(absl::StrCat(column, " = ", Bind(value)));
  }
  void OfRecord(const char* column, const std::string& record_id) {
    if (record_id.empty()) return;
    const ids::RecordId id = IdOf(record_id);
    Equal("t.shard", absl::StrCat(id.shard));
    Equal(column, absl::StrCat(id.number));
  }
  std::string Where() const { return absl::StrCat(" WHERE ", absl::StrJoin(parts_, " AND ")); }

  pqxx::result Select(db::Tx& tx, const std::string& select, const std::string& rest = "") const {
    return tx.RunText(absl::StrCat(select, Where(), rest), params_);
  }

 private:
  std::vector<std::string> parts_;
  std::vector<std::string> params_;
};

// A number of an enum, or empty for 0.
std::string Chosen(int value) { return value == 0 ? "" : absl::StrCat(value); }

template <typename Record>
MonitoringPage<Record> ReadPage(db::Tx& tx, const MonitoringQuery& query, const std::string& select,
                                Conditions conditions, Record (*read)(const pqxx::row&)) {
  const std::string area = conditions.Bind(absl::StrCat(query.after.area));
  conditions.Add(
      absl::StrCat("(t.area, t.id) > (", area, ", ", conditions.Bind(absl::StrCat(query.after.number)), ")"));
  MonitoringPage<Record> page;
  const auto rows = conditions.Select(tx, select, absl::StrCat(" ORDER BY t.area, t.id LIMIT ", query.limit + 1));
  for (const pqxx::row& row : rows) {
    if (static_cast<int>(page.records.size()) == query.limit) {
      page.more = true;
      break;
    }
    page.records.push_back(read(row));
    page.last = {row[row.size() - 2].template as<int64_t>(), row[row.size() - 1].template as<int64_t>()};
  }
  return page;
}

// Bound by its caller to `conditions`.
std::string Overdue(const MonitoringQuery& query, Conditions& conditions) {
  return absl::StrCat(kUndecided, " AND t.due_time <= ", conditions.Bind(TimeLiteral(query.now)), "::timestamptz");
}
std::string ReviewOverdue(const MonitoringQuery& query, Conditions& conditions) {
  return absl::StrCat(kMonitored, " AND t.next_review < ", conditions.Bind(query.today), "::date");
}

void AddCounts(const pqxx::result& rows, google::protobuf::RepeatedPtrField<v1::MonitoringCount>* counts) {
  for (const pqxx::row& row : rows) {
    v1::MonitoringCount& count = *counts->Add();
    count.set_key(row[0].as<std::string>());
    count.set_case_count(row[1].as<int64_t>());
    if (row.size() > 2) count.set_label(row[2].as<std::string>());
  }
}

v1::ReviewCampaign ReadCampaign(const pqxx::row& row) {
  RowReader reader(row);
  v1::ReviewCampaign campaign;
  campaign.set_campaign_id(reader.RecordId());
  campaign.set_area(reader.AreaCode());
  campaign.set_title(reader.Text());
  campaign.set_from_date(reader.Text());
  campaign.set_to_date(reader.Text());
  return campaign;
}

}  // namespace

MonitoringPage<v1::MonitoringCase> ListCases(db::Tx& tx, const MonitoringQuery& query,
                                             const v1::ListCasesRequest& request,
                                             const std::optional<v1::ReviewCampaign>& campaign) {
  Conditions conditions(query.scope);
  conditions.Equal("t.state", Chosen(request.state()));
  conditions.Equal("t.monitor_group", request.group());
  conditions.OfRecord("t.household_id", request.household_id());
  conditions.AddIf(request.monitored(), kMonitored);
  conditions.AddIf(request.emergency_open(), "t.emergency_open");
  if (!request.trigger().empty())
    conditions.Add(absl::StrCat(conditions.Bind(request.trigger()), " = ANY(t.triggers)"));
  if (request.overdue()) conditions.Add(Overdue(query, conditions));
  if (request.review_overdue()) conditions.Add(ReviewOverdue(query, conditions));
  if (!request.assigned_to().empty()) {
    const std::string account = conditions.Bind(request.assigned_to());
    conditions.Add(absl::StrCat("(t.checker = ", account, " OR t.monitor = ", account, ")"));
  }
  if (campaign) {
    const int64_t area = standards::ParseAreaCode(campaign->area()).value_or(0);
    const std::string low = conditions.Bind(absl::StrCat(area));
    conditions.Add(absl::StrCat(kMonitored, " AND t.area >= ", low, " AND t.area < ",
                                conditions.Bind(absl::StrCat(standards::RangeEndOf(area)))));
    const std::string from = conditions.Bind(campaign->from_date());
    conditions.Add(
        absl::StrCat("NOT EXISTS (SELECT FROM monitoring_review r WHERE r.shard = t.shard AND r.case_id = t.id "
                     "AND r.review_date BETWEEN ",
                     from, "::date AND ", conditions.Bind(campaign->to_date()), "::date)"));
  }
  const std::string select = absl::StrCat("SELECT ", kCaseColumns, ", t.area, t.id FROM monitoring_case t ",
                                          "JOIN household h ON h.shard = t.shard AND h.id = t.household_id");
  return ReadPage<v1::MonitoringCase>(tx, query, select, std::move(conditions), ReadCase);
}

MonitoringPage<v1::MonitoringClue> ListClues(db::Tx& tx, const MonitoringQuery& query,
                                             const v1::ListCluesRequest& request) {
  Conditions conditions(query.scope);
  conditions.Equal("t.state", Chosen(request.state()));
  conditions.Equal("t.channel", Chosen(request.channel()));
  conditions.OfRecord("t.household_id", request.household_id());
  conditions.OfRecord("t.case_id", request.case_id());
  if (!request.trigger().empty())
    conditions.Add(absl::StrCat(conditions.Bind(request.trigger()), " = ANY(t.triggers)"));
  if (request.overdue()) {
    conditions.Add(absl::StrCat("t.state = 1 AND EXISTS (SELECT FROM monitoring_case c WHERE c.shard = t.shard ",
                                "AND c.id = t.case_id AND c.state < 4 AND c.due_time <= ",
                                conditions.Bind(TimeLiteral(query.now)), "::timestamptz)"));
  }
  const std::string select = absl::StrCat("SELECT ", kClueColumns, ", t.area, t.id FROM monitoring_clue t");
  return ReadPage<v1::MonitoringClue>(tx, query, select, std::move(conditions), ReadClue);
}

v1::MonitoringStatistics CountCases(db::Tx& tx, const MonitoringQuery& query, int64_t parent) {
  v1::MonitoringStatistics counts;
  const Conditions all(query.scope);
  Conditions monitored = all;
  monitored.Add(kMonitored);
  const std::string from = " FROM monitoring_case t";
  AddCounts(all.Select(tx, "SELECT t.state, count(*)" + from, " GROUP BY 1 ORDER BY 1"), counts.mutable_by_state());
  AddCounts(monitored.Select(tx, "SELECT t.monitor_group, count(*)" + from, " GROUP BY 1 ORDER BY 1"),
            counts.mutable_by_group());
  AddCounts(monitored.Select(tx, "SELECT k.code, count(*)" + from + " CROSS JOIN unnest(t.triggers) AS k (code)",
                             " GROUP BY 1 ORDER BY 1"),
            counts.mutable_by_trigger());
  Conditions parts = monitored;
  const std::string above = parts.Bind(absl::StrCat(parent));
  AddCounts(parts.Select(tx,
                         absl::StrCat("SELECT a.code, count(*), a.name", from,
                                      " JOIN area a ON t.area >= a.code AND t.area < a.code + (ARRAY[10000000000, "
                                      "100000000, 1000000, 1000, 1])[a.level] AND a.parent = ",
                                      above),
                         " GROUP BY a.code, a.name ORDER BY a.code"),
            counts.mutable_by_area());
  Conditions flags = all;
  const std::string overdue = Overdue(query, flags), late = ReviewOverdue(query, flags);
  const auto row = flags.Select(
      tx, absl::StrCat("SELECT count(*) FILTER (WHERE ", overdue,
                       "), count(*) FILTER (WHERE t.emergency_open), count(*) FILTER (WHERE ", late, ")", from))[0];
  counts.set_overdue_count(row[0].as<int64_t>());
  counts.set_emergency_open_count(row[1].as<int64_t>());
  counts.set_review_overdue_count(row[2].as<int64_t>());
  return counts;
}

void InsertReview(db::Tx& tx, const v1::MonitoringReview& review) {
  const ids::RecordId id = IdOf(review.review_id());
  tx.Run(kInsertReview, id.shard, id.number, IdOf(review.case_id()).number, review.date(),
         static_cast<int>(review.result()), review.note(), review.reviewer(), review.late());
}

std::vector<v1::MonitoringReview> ListReviews(db::Tx& tx, const ids::RecordId& case_id) {
  std::vector<v1::MonitoringReview> reviews;
  for (const pqxx::row& row : tx.Run(kReviews, case_id.shard, case_id.number)) {
    RowReader reader(row);
    v1::MonitoringReview& review = reviews.emplace_back();
    review.set_review_id(reader.RecordId());
    review.set_case_id(reader.RecordId());
    review.set_date(reader.Text());
    review.set_result(static_cast<v1::MonitoringReview::Result>(reader.Number()));
    review.set_note(reader.Text());
    review.set_reviewer(reader.Text());
    review.set_late(reader.OptionalBoolean().value_or(false));
  }
  return reviews;
}

void InsertCampaign(db::Tx& tx, const v1::ReviewCampaign& campaign) {
  const ids::RecordId id = IdOf(campaign.campaign_id());
  tx.Run(kInsertCampaign, id.shard, id.number, standards::ParseAreaCode(campaign.area()).value_or(0), campaign.title(),
         campaign.from_date(), campaign.to_date());
}

std::optional<v1::ReviewCampaign> LoadCampaign(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kCampaign, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadCampaign(rows[0]);
}

std::vector<v1::ReviewCampaign> ListCampaigns(db::Tx& tx, const std::vector<auth::AreaRange>& scope) {
  const ScopeArrays arrays = ArraysOf(scope);
  std::vector<v1::ReviewCampaign> campaigns;
  for (const pqxx::row& row : tx.Run(kCampaigns, arrays.lows, arrays.highs)) {
    campaigns.push_back(ReadCampaign(row));
  }
  return campaigns;
}

void CountCampaign(db::Tx& tx, v1::ReviewCampaign* campaign) {
  const int64_t area = standards::ParseAreaCode(campaign->area()).value_or(0);
  const auto row =
      tx.Run(kCountCampaign, area, standards::RangeEndOf(area), campaign->from_date(), campaign->to_date())[0];
  campaign->set_monitored_count(row[0].as<int64_t>());
  campaign->set_reviewed_count(row[1].as<int64_t>());
  campaign->set_worsened_count(row[2].as<int64_t>());
}

}  // namespace bangfu::registration::store
