#include "services/registration/store/history_store.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/status/macros.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration::store {
namespace {

using google::protobuf::Message;

// Superseded versions and those in force, whose body is NULL here because it stands in the tables of the records. A
// member's version belongs to the household where the person was then, and as the next one also to the household that
// the person left.
constexpr db::Statement kSelectChanges = {"record_version.list", R"sql(
  WITH people AS (
    SELECT record_id AS id FROM record_version WHERE shard = $1 AND household_id = $2 AND kind = 2
    UNION SELECT id FROM member WHERE shard = $1 AND household_id = $2
  ), versions AS (
    SELECT kind, record_id, version, household_id, known_from, valid_from, updated_by, update_method, body
    FROM record_version WHERE shard = $1 AND household_id = $2 AND kind <> 2
    UNION ALL
    SELECT kind, record_id, version, household_id, known_from, valid_from, updated_by, update_method, body
    FROM record_version WHERE shard = $1 AND kind = 2 AND record_id IN (SELECT id FROM people)
    UNION ALL
    SELECT 1, id, version, id, update_time, valid_from, updated_by, update_method, NULL
    FROM household WHERE shard = $1 AND id = $2
    UNION ALL
    SELECT 2, id, version, household_id, update_time, valid_from, updated_by, update_method, NULL
    FROM member WHERE shard = $1 AND id IN (SELECT id FROM people)
    UNION ALL
    SELECT 3, year, version, household_id, update_time, NULL, updated_by, update_method, NULL
    FROM income WHERE shard = $1 AND household_id = $2
    UNION ALL
    SELECT 4, year, version, household_id, update_time, NULL, updated_by, update_method, NULL
    FROM living_condition WHERE shard = $1 AND household_id = $2
  ), linked AS (
    SELECT kind, record_id, version, household_id, (extract(epoch FROM known_from) * 1000000)::bigint AS known_from,
           valid_from, updated_by, update_method, body,
           lag(body) OVER earlier AS body_before, lag(household_id) OVER earlier AS household_before
    FROM versions WINDOW earlier AS (PARTITION BY kind, record_id ORDER BY version)
  )
  SELECT kind, record_id, version, known_from, updated_by, update_method, body, body_before,
         valid_from::text
  FROM linked
  WHERE (household_id = $2 OR household_before = $2)
    AND (known_from, -kind, record_id, version) < ($3::bigint, $4::integer, $5::bigint, $6::integer)
  ORDER BY known_from DESC, -kind DESC, record_id DESC, version DESC
  LIMIT $7)sql"};

constexpr db::Statement kMemberAt = {"record_version.member_at", R"sql(
  SELECT version, body, valid_from::text FROM record_version
  WHERE shard = $1 AND kind = 2 AND record_id = $2 AND known_from <= $3::timestamptz AND valid_from <= $4::date
  ORDER BY version DESC LIMIT 1)sql"};

constexpr db::Statement kReportsAsKnownAt = {"record_version.reports_as_known_at", R"sql(
  SELECT record_id, version, body FROM record_version
  WHERE shard = $1 AND household_id = $2 AND kind = $3 AND known_from <= $4::timestamptz AND $4::timestamptz < known_to)sql"};

std::unique_ptr<Message> NewRecord(RecordKind kind) {
  switch (kind) {
    case RecordKind::kHousehold: return std::make_unique<v1::Household>();
    case RecordKind::kMember: return std::make_unique<v1::Member>();
    case RecordKind::kIncome: return std::make_unique<v1::Income>();
    case RecordKind::kLivingCondition: return std::make_unique<v1::LivingCondition>();
  }
  return nullptr;
}

// Records in force, by kind and number.
using Current = std::map<std::pair<RecordKind, int64_t>, std::unique_ptr<Message>>;

absl::StatusOr<Current> LoadCurrent(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& household,
                                    const std::vector<int64_t>& members) {
  Current current;
  const auto add = [&](RecordKind kind, int64_t number, const auto& record) {
    current[{kind, number}] = std::make_unique<std::decay_t<decltype(record)>>(record);
  };
  ASSIGN_OR_RETURN(const auto loaded, LoadHousehold(tx, sealer, household));
  if (loaded) add(RecordKind::kHousehold, household.number, *loaded);
  ASSIGN_OR_RETURN(const auto people, LoadMembers(tx, sealer, household.shard, members));
  for (const v1::Member& member : people) add(RecordKind::kMember, IdOf(member.member_id()).number, member);
  for (const v1::Income& income : ListIncomes(tx, household)) add(RecordKind::kIncome, income.year(), income);
  for (const v1::LivingCondition& living : ListLivingConditions(tx, household)) {
    add(RecordKind::kLivingCondition, living.year(), living);
  }
  return current;
}

// A superseded version; an empty message if there was none. Bodies of reports are bound to a year and not to a
// household: one that was copied from another household is told by what it says itself.
absl::StatusOr<std::unique_ptr<Message>> Open(const crypto::Sealer& sealer, const VersionKey& key,
                                              const ids::RecordId& household, const pqxx::field& body) {
  std::unique_ptr<Message> record = NewRecord(key.kind);
  if (body.is_null()) return record;
  RETURN_IF_ERROR(OpenVersion(sealer, key, db::BytesOf(body), record.get()));
  const auto* owner = record->GetDescriptor()->FindFieldByName("household_id");
  const bool own = record->GetReflection()->GetString(*record, owner) == household.ToString();
  if (!own && key.kind != RecordKind::kMember) return absl::DataLossError("record_version.body of another household");
  return record;
}

absl::StatusOr<RecordedChange> ReadChange(const pqxx::row& row, const crypto::Sealer& sealer,
                                          const ids::RecordId& household, Current& current) {
  const int32_t shard = household.shard;
  const VersionKey key{shard, static_cast<RecordKind>(row[0].as<int>()), row[1].as<int64_t>(), row[2].as<int64_t>()};
  const bool is_report = key.kind == RecordKind::kIncome || key.kind == RecordKind::kLivingCondition;
  RecordedChange change;
  change.kind = key.kind;
  change.record = is_report ? absl::StrCat(key.record) : ids::RecordId{shard, key.record}.ToString();
  SetTime(absl::FromUnixMicros(row[3].as<int64_t>()), &change.time);
  change.subject = row[4].as<std::string>();
  change.method = row[5].as<std::string>();
  if (!row[8].is_null()) change.valid_from = row[8].as<std::string>();
  ASSIGN_OR_RETURN(change.before, Open(sealer, {shard, key.kind, key.record, key.version - 1}, household, row[7]));
  if (row[6].is_null()) {
    change.after = std::move(current[{key.kind, key.record}]);
    if (change.after == nullptr) return absl::DataLossError("a version in force without its record");
  } else {
    ASSIGN_OR_RETURN(change.after, Open(sealer, key, household, row[6]));
  }
  return change;
}

// Those of the reports in force that were known at `time`, and what has been superseded since in place of the others. A
// report that is superseded between the two statements is found by both.
template <typename Report>
absl::StatusOr<std::vector<Report>> ReportsKnown(db::Tx& tx, const crypto::Sealer& sealer, RecordKind kind,
                                                 const ids::RecordId& household, std::optional<absl::Time> time,
                                                 std::vector<Report> in_force) {
  if (!time) return in_force;
  std::map<int32_t, Report, std::greater<>> known;  // by year
  for (const Report& report : in_force) {
    if (TimeOf(report.update_time()) <= *time) known[report.year()] = report;
  }
  for (const auto& row :
       tx.Run(kReportsAsKnownAt, household.shard, household.number, static_cast<int>(kind), TimeLiteral(*time))) {
    const VersionKey key{household.shard, kind, row[0].as<int64_t>(), row[1].as<int64_t>()};
    ASSIGN_OR_RETURN(const auto record, Open(sealer, key, household, row[2]));
    const auto& report = static_cast<const Report&>(*record);
    known.try_emplace(report.year(), report);
  }
  std::vector<Report> reports;
  for (const auto& [year, report] : known) reports.push_back(report);
  return reports;
}

}  // namespace

absl::StatusOr<std::optional<v1::Member>> LoadSupersededMember(db::Tx& tx, const crypto::Sealer& sealer,
                                                               const ids::RecordId& id, const Instants& instants) {
  const auto rows = tx.Run(kMemberAt, id.shard, id.number, instants.KnownAt(), instants.AsOf());
  if (rows.empty()) return std::nullopt;
  const VersionKey key{id.shard, RecordKind::kMember, id.number, rows[0][0].as<int64_t>()};
  v1::Member known;
  RETURN_IF_ERROR(OpenVersion(sealer, key, db::BytesOf(rows[0][1]), &known));
  known.set_valid_from(rows[0][2].as<std::string>());
  return known;
}

absl::StatusOr<std::vector<v1::Income>> ListIncomesKnown(db::Tx& tx, const crypto::Sealer& sealer,
                                                         const ids::RecordId& household,
                                                         std::optional<absl::Time> time) {
  return ReportsKnown(tx, sealer, RecordKind::kIncome, household, time, ListIncomes(tx, household));
}

absl::StatusOr<std::vector<v1::LivingCondition>> ListLivingConditionsKnown(db::Tx& tx, const crypto::Sealer& sealer,
                                                                           const ids::RecordId& household,
                                                                           std::optional<absl::Time> time) {
  return ReportsKnown(tx, sealer, RecordKind::kLivingCondition, household, time, ListLivingConditions(tx, household));
}

absl::StatusOr<Page<RecordedChange>> ListChanges(db::Tx& tx, const crypto::Sealer& sealer,
                                                 const ids::RecordId& household, const std::vector<std::string>& after,
                                                 int limit) {
  // Later than everything.
  const std::vector<std::string> start = {absl::StrCat(INT64_MAX), "0", "0", "0"};
  const auto& from = after.size() == start.size() ? after : start;
  const auto rows =
      tx.Run(kSelectChanges, household.shard, household.number, from[0], from[1], from[2], from[3], limit + 1);
  std::vector<int64_t> members;
  for (const auto& row : rows) {
    const bool in_force = row[6].is_null();
    if (in_force && static_cast<RecordKind>(row[0].as<int>()) == RecordKind::kMember) {
      members.push_back(row[1].as<int64_t>());
    }
  }
  ASSIGN_OR_RETURN(Current current, LoadCurrent(tx, sealer, household, members));
  Page<RecordedChange> page;
  for (const auto& row : rows) {
    page.more = static_cast<int>(page.records.size()) == limit;
    if (page.more) break;
    ASSIGN_OR_RETURN(RecordedChange change, ReadChange(row, sealer, household, current));
    page.records.push_back(std::move(change));
    page.last_key = {row[3].as<std::string>(), absl::StrCat(-row[0].as<int>()), row[1].as<std::string>(),
                     row[2].as<std::string>()};
  }
  return page;
}

}  // namespace bangfu::registration::store
