#include "services/registration/store/household_store.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/household_followers.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr char kTable[] = "household";

const std::string kColumns = R"sql(
  t.shard, t.id, t.area, t.national_id, t.head_name, t.standard, t.attribute, t.main_cause, t.other_causes,
  t.cause_note, t.exit_flag, t.exit_year, t.phone, t.bank_name, t.bank_account, t.martyr_family, t.member_count, t.state,
  t.archive_reason, t.type,
  t.identify_date::text, t.buffer_end_date::text, t.monitor_type, t.risk_eliminated, t.valid_from::text, t.version,
  (extract(epoch FROM t.create_time) * 1000000)::bigint, (extract(epoch FROM t.update_time) * 1000000)::bigint)sql";

const std::string kSelectText = absl::StrCat("SELECT ", kColumns, " FROM household t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"household.select", kSelectText.c_str()};

const std::string kLockText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM household t WHERE t.shard = $1 AND t.id = ANY($2::bigint[]) ORDER BY t.id FOR UPDATE)sql");
const db::Statement kLock = {"household.lock", kLockText.c_str()};

// The last two columns are the id of each that is there, and whether it was free.
const std::string kLockFreeText = absl::StrCat("WITH t AS (", kLockText, R"sql( SKIP LOCKED)
  SELECT t.*, there.id, t.id IS NOT NULL
  FROM household there LEFT JOIN t ON t.id = there.id
  WHERE there.shard = $1 AND there.id = ANY($2::bigint[]))sql");
const db::Statement kLockFree = {"household.lock_free", kLockFreeText.c_str()};

// The last column is the place among those wanted.
const std::string kSelectManyText = absl::StrCat("SELECT ", kColumns, R"sql(, k.n
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS k (shard, id, n)
  JOIN household t ON t.shard = k.shard AND t.id = k.id)sql");
const db::Statement kSelectMany = {"household.select_many", kSelectManyText.c_str()};

constexpr db::Statement kSelectAt = {"household.select_at", R"sql(
  SELECT k.n, v.version, v.body, v.valid_from::text
  FROM unnest($1::integer[], $2::bigint[], $3::timestamptz[], $4::date[])
    WITH ORDINALITY AS k (shard, id, known_at, as_of, n)
  CROSS JOIN LATERAL (
    SELECT version, body, valid_from FROM record_version
    WHERE shard = k.shard AND household_id = k.id AND kind = 1 AND record_id = k.id AND known_from <= k.known_at
      AND valid_from <= k.as_of
    ORDER BY version DESC LIMIT 1) AS v)sql"};

constexpr db::Statement kNumbersInUse = {"household.numbers_in_use", R"sql(
  SELECT k.id FROM unnest($2::bigint[], $3::text[]) AS k (id, national_id)
  WHERE EXISTS (SELECT 1 FROM household t
                WHERE t.shard = $1 AND t.national_id = k.national_id AND t.state = 1 AND t.id <> k.id))sql"};

// Counts are those of households on the register; exit_flag 1 says that they are out of poverty.
constexpr db::Statement kInsert = {"household.insert", R"sql(
  WITH inserted AS (
    INSERT INTO household (shard, id, area, national_id, head_name, standard, attribute, main_cause, other_causes,
                           cause_note, exit_flag, exit_year, phone, bank_name, bank_account, martyr_family,
                           member_count, state, archive_reason, type, identify_date, buffer_end_date, monitor_type,
                           risk_eliminated, valid_from, version, import_id, updated_by, update_method, create_time,
                           update_time)
    SELECT shard, id, area, national_id, head_name, standard, attribute, main_cause, other_causes,
           cause_note, exit_flag, exit_year, phone, bank_name, bank_account, martyr_family, member_count,
           state, archive_reason, type, identify_date, buffer_end_date, monitor_type, risk_eliminated, valid_from,
           version, import_id, updated_by, update_method, update_time, update_time
    FROM json_populate_recordset(NULL::household, $1::json)
    ON CONFLICT (shard, national_id) WHERE national_id IS NOT NULL AND state = 1 DO NOTHING
    RETURNING area, member_count, exit_flag = '1' AS exited, type
  ), counted AS (
    INSERT INTO register_delta (area, households, persons, exited_households, exited_persons)
    SELECT area, count(*), sum(member_count), count(*) FILTER (WHERE exited),
           coalesce(sum(member_count) FILTER (WHERE exited), 0)
    FROM inserted WHERE type = 1 GROUP BY area
  )
  SELECT count(*) FROM inserted)sql"};

// The parts of the statement see the rows as they were: old_… is what is superseded. A version begins where the one
// before it ends, and later than that one began, whatever the clocks of those who wait for each other say. All rows are
// of one county ($1). They are looked up one by one (LIMIT) and changed by their ids ($3): the planner takes any JSON
// for a hundred rows and would read the whole county.
constexpr db::Statement kSave = {"household.save", R"sql(
  WITH new AS (
    SELECT given.*, greatest(given.update_time, old_update_time + interval '1 microsecond') AS save_time, old.*
    FROM json_populate_recordset(NULL::household, $2::json) AS given
    CROSS JOIN LATERAL (
      SELECT area AS old_area, member_count AS old_member_count, exit_flag AS old_exit_flag,
             state = 1 AND type = 1 AS old_counted, version AS old_version, import_id AS old_import_id, updated_by AS old_updated_by,
             update_method AS old_update_method, update_time AS old_update_time, valid_from AS old_valid_from
      FROM household WHERE shard = $1 AND id = given.id LIMIT 1) AS old
  ), kept AS (
    INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                                update_method, import_id, body, valid_from, area)
    SELECT $1, new.id, 1, new.id, old_version, old_update_time, save_time, old_updated_by, old_update_method,
           old_import_id, sealed.body, old_valid_from, old_area
    FROM new JOIN unnest($3::bigint[], $4::bytea[]) AS sealed(id, body) USING (id)
  ), moved AS (
    INSERT INTO household_move (shard, household_id, move_time, from_area)
    SELECT $1, new.id, save_time, old_area FROM new WHERE area <> old_area
  ), counted AS (
    INSERT INTO register_delta (area, households, persons, exited_households, exited_persons)
    SELECT area, sum(sign), sum(sign * member_count), sum(sign * exited), sum(sign * member_count * exited)
    FROM (SELECT old_area AS area, old_member_count AS member_count, (old_exit_flag = '1')::integer AS exited,
                 -1 AS sign FROM new WHERE old_counted
          UNION ALL
          SELECT area, member_count, (exit_flag = '1')::integer, 1 FROM new WHERE state = 1 AND type = 1) AS change
    GROUP BY area
    HAVING sum(sign) <> 0 OR sum(sign * member_count) <> 0 OR sum(sign * exited) <> 0
        OR sum(sign * member_count * exited) <> 0
  )
  UPDATE household t
  SET area = new.area, national_id = new.national_id, head_name = new.head_name, standard = new.standard,
      attribute = new.attribute, main_cause = new.main_cause, other_causes = new.other_causes,
      cause_note = new.cause_note, exit_flag = new.exit_flag, exit_year = new.exit_year, phone = new.phone,
      bank_name = new.bank_name, bank_account = new.bank_account, martyr_family = new.martyr_family,
      member_count = new.member_count, state = new.state, archive_reason = new.archive_reason,
      type = new.type, identify_date = new.identify_date, buffer_end_date = new.buffer_end_date,
      monitor_type = new.monitor_type, risk_eliminated = new.risk_eliminated,
      valid_from = new.valid_from, version = new.version, import_id = new.import_id, updated_by = new.updated_by,
      update_method = new.update_method, update_time = new.save_time
  FROM new
  WHERE t.shard = $1 AND t.id = ANY($3::bigint[]) AND t.id = new.id
  RETURNING t.id, (extract(epoch FROM t.update_time) * 1000000)::bigint)sql"};

absl::StatusOr<v1::Household> ReadHousehold(const pqxx::row& row, const crypto::Sealer& sealer) {
  RowReader columns(row, sealer);
  v1::Household household;
  household.set_household_id(columns.RecordId());
  household.set_area(columns.AreaCode());
  household.set_national_id(columns.Text());
  household.set_head_name(columns.Text());
  household.set_standard(columns.Text());
  household.set_attribute(columns.Text());
  household.set_main_cause(columns.Text());
  for (absl::string_view cause : absl::StrSplit(columns.Text(), ',', absl::SkipEmpty())) {
    household.add_other_causes(std::string(cause));
  }
  household.set_cause_note(columns.Text());
  household.set_exit_flag(columns.Text());
  household.set_exit_year(static_cast<int32_t>(columns.Number()));
  household.set_phone(columns.Sealed(kTable, "phone", household.household_id()));
  household.set_bank_name(columns.Text());
  household.set_bank_account(columns.Sealed(kTable, "bank_account", household.household_id()));
  if (auto martyr_family = columns.OptionalBoolean()) household.set_martyr_family(*martyr_family);
  household.set_member_count(static_cast<int32_t>(columns.Number()));
  household.set_state(static_cast<v1::Household::State>(columns.Number()));
  household.set_archive_reason(columns.Text());
  household.set_type(static_cast<v1::Household::Type>(columns.Number()));
  household.set_identify_date(columns.Text());
  household.set_buffer_end_date(columns.Text());
  household.set_monitor_type(columns.Text());
  if (auto eliminated = columns.OptionalBoolean()) household.set_risk_eliminated(*eliminated);
  household.set_valid_from(columns.Text());
  household.set_etag(api::EtagOf(household.household_id(), columns.Number()));
  columns.Time(household.mutable_create_time());
  columns.Time(household.mutable_update_time());
  if (!columns.status().ok()) return columns.status();
  return household;
}

void AddRow(const v1::Household& household, const crypto::Sealer& sealer, const Author& author, JsonRows* rows) {
  const ids::RecordId id = IdOf(household.household_id());
  const auto sealed = [&](const char* column, const std::string& text) {
    return SealedOrNull(sealer, kTable, column, household.household_id(), text);
  };
  JsonRow row = rows->Add();
  row["shard"] = id.shard;
  row["id"] = id.number;
  row["area"] = standards::ParseAreaCode(household.area()).value_or(0);
  row["national_id"] = TextOrNull(household.national_id());
  row["head_name"] = household.head_name();
  row["standard"] = household.standard();
  row["attribute"] = household.attribute();
  row["main_cause"] = household.main_cause();
  row["other_causes"] = absl::StrJoin(household.other_causes(), ",");
  row["cause_note"] = household.cause_note();
  row["exit_flag"] = household.exit_flag();
  row["exit_year"] = household.exit_year();
  row["phone"] = sealed("phone", household.phone());
  row["bank_name"] = household.bank_name();
  row["bank_account"] = sealed("bank_account", household.bank_account());
  if (household.has_martyr_family()) row["martyr_family"] = household.martyr_family();
  row["member_count"] = household.member_count();
  row["state"] = static_cast<int>(household.state());
  row["archive_reason"] = household.archive_reason();
  row["type"] = static_cast<int>(household.type());
  row["identify_date"] = TextOrNull(household.identify_date());
  row["buffer_end_date"] = TextOrNull(household.buffer_end_date());
  row["monitor_type"] = household.monitor_type();
  if (household.has_risk_eliminated()) row["risk_eliminated"] = household.risk_eliminated();
  row["valid_from"] = household.valid_from();
  row["version"] = VersionOf(household.etag());
  if (author.import_id) row["import_id"] = *author.import_id;
  row["updated_by"] = author.subject;
  row["update_method"] = author.method;
  row["update_time"] = TimeLiteral(author.time);
}

void Stamp(const Author& author, int64_t version, v1::Household* household) {
  household->set_etag(api::EtagOf(household->household_id(), version));
  SetTime(author.time, household->mutable_update_time());
}

// Versions between those that were superseded and those that were saved.
std::vector<BetweenVersion> BetweenVersions(const crypto::Sealer& sealer,
                                            const std::vector<Revision<v1::Household>>& revisions) {
  std::vector<BetweenVersion> versions;
  for (const auto& revision : revisions) {
    for (int64_t i = 0; i < revision.between_count(); ++i) {
      const ids::RecordId id = IdOf(revision.after->household_id());
      const int64_t version = VersionOf(revision.after->etag()) - revision.between_count() + i;
      v1::Household household = (*revision.between)[i];
      Stamp(*revision.author, version, &household);
      *household.mutable_update_time() = revision.after->update_time();
      *household.mutable_create_time() = revision.after->create_time();
      const VersionKey key{id.shard, RecordKind::kHousehold, id.number, version};
      versions.push_back({key, id.number, standards::ParseAreaCode(household.area()).value_or(0),
                          household.valid_from(), TimeOf(household.update_time()), revision.author,
                          SealVersion(sealer, key, household)});
    }
  }
  return versions;
}

ListSource Source() { return {kTable, kColumns, HouseholdFilterColumns(), &RegisteredCounts::households, "type"}; }

}  // namespace

api::ColumnMap HouseholdFilterColumnsOf(absl::string_view table) {
  using api::Column;
  api::ColumnMap columns = {
      {"area", {"area", Column::kArea}},
      {"national_id", {"national_id", Column::kText}},
      {"head_name", {"head_name", Column::kText}},
      {"standard", {"standard", Column::kText}},
      {"attribute", {"attribute", Column::kText}},
      {"main_cause", {"main_cause", Column::kText}},
      {"exit_flag", {"exit_flag", Column::kText}},
      {"exit_year", {"exit_year", Column::kInteger}},
      {"member_count", {"member_count", Column::kInteger}},
      {"state", {"state", Column::kEnumeration, v1::Household::State_descriptor()}},
      {"type", {"type", Column::kEnumeration, v1::Household::Type_descriptor()}},
      {"identify_date", {"identify_date", Column::kDate}},
      {"buffer_end_date", {"buffer_end_date", Column::kDate}},
      {"monitor_type", {"monitor_type", Column::kText}},
      {"risk_eliminated", {"risk_eliminated", Column::kBoolean}},
  };
  for (auto& [name, column] : columns) column.sql = absl::StrCat(table, ".", column.sql);
  return api::Labelled(std::move(columns), *v1::Household::descriptor());
}

std::optional<std::string> HouseholdCell(const v1::Household& household, const std::string& field) {
  // The one text that is absent (NULL) when it is empty.
  if (field == "national_id" && household.national_id().empty()) return std::nullopt;
  return CellOf(household, HouseholdFilterColumns().at(field).type, field);
}

const api::ColumnMap& HouseholdFilterColumns() {
  static const auto* const columns = new api::ColumnMap(HouseholdFilterColumnsOf("t"));
  return *columns;
}

absl::StatusOr<std::optional<v1::Household>> LoadHousehold(db::Tx& tx, const crypto::Sealer& sealer,
                                                           const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(v1::Household household, ReadHousehold(rows[0], sealer));
  return household;
}

absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadHouseholds(db::Tx& tx, const crypto::Sealer& sealer,
                                                                         absl::Span<const ids::RecordId> ids) {
  const IdArrays arrays = ArraysOf(ids);
  std::vector<std::optional<v1::Household>> found(ids.size());
  for (const auto& row : tx.Run(kSelectMany, arrays.shards, arrays.numbers)) {
    ASSIGN_OR_RETURN(found[row.back().as<size_t>() - 1], ReadHousehold(row, sealer));
  }
  return found;
}

absl::StatusOr<std::vector<v1::Household>> LoadHouseholdsForUpdate(db::Tx& tx, const crypto::Sealer& sealer,
                                                                   absl::Span<const ids::RecordId> ids,
                                                                   std::set<std::string>* locked) {
  std::vector<v1::Household> households;
  for (const auto& [shard, numbers] : NumbersByCounty(ids)) {
    for (const auto& row : tx.Run(locked == nullptr ? kLock : kLockFree, shard, db::IntegerArray(numbers))) {
      if (locked != nullptr && !row.back().as<bool>()) {
        locked->insert(ids::RecordId{shard, row[static_cast<int>(row.size()) - 2].as<int64_t>()}.ToString());
        continue;
      }
      ASSIGN_OR_RETURN(v1::Household household, ReadHousehold(row, sealer));
      households.push_back(std::move(household));
    }
  }
  return households;
}

absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadSupersededHouseholds(db::Tx& tx,
                                                                                   const crypto::Sealer& sealer,
                                                                                   absl::Span<const RecordAt> wanted) {
  std::vector<int32_t> shards;
  std::vector<int64_t> numbers;
  std::vector<std::string> times, days;
  for (const auto& [id, instants] : wanted) {
    shards.push_back(id.shard);
    numbers.push_back(id.number);
    times.push_back(instants.KnownAt());
    days.push_back(instants.AsOf());
  }
  std::vector<std::optional<v1::Household>> found(wanted.size());
  for (const auto& row : tx.Run(kSelectAt, db::IntegerArray(shards), db::IntegerArray(numbers), db::TextArray(times),
                                db::TextArray(days))) {
    const size_t i = row[0].as<size_t>() - 1;
    const VersionKey key{wanted[i].id.shard, RecordKind::kHousehold, wanted[i].id.number, row[1].as<int64_t>()};
    RETURN_IF_ERROR(OpenVersion(sealer, key, db::BytesOf(row[2]), &found[i].emplace()));
    found[i]->set_valid_from(row[3].as<std::string>());
  }
  return found;
}

absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer,
                                                                           absl::Span<const RecordAt> wanted) {
  std::vector<ids::RecordId> ids;
  for (const RecordAt& one : wanted) ids.push_back(one.id);
  ASSIGN_OR_RETURN(auto households, LoadHouseholds(tx, sealer, ids));
  std::vector<size_t> superseded;
  std::vector<RecordAt> versions;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!households[i] || wanted[i].instants.Hold(*households[i])) continue;
    superseded.push_back(i);
    versions.push_back(wanted[i]);
  }
  if (versions.empty()) return households;
  ASSIGN_OR_RETURN(auto known, LoadSupersededHouseholds(tx, sealer, versions));
  for (size_t i = 0; i < superseded.size(); ++i) households[superseded[i]] = std::move(known[i]);
  return households;
}

absl::StatusOr<Page<v1::Household>> ListHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  ASSIGN_OR_RETURN(const pqxx::result rows, RunList(tx, Source(), query));
  Page<v1::Household> page;
  for (const auto& row : rows) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    ASSIGN_OR_RETURN(v1::Household household, ReadHousehold(row, sealer));
    page.records.push_back(std::move(household));
    page.last_key = KeyOf(row, query);
  }
  return page;
}

absl::StatusOr<Total> CountHouseholds(db::Tx& tx, const ListQuery& query) { return CountList(tx, Source(), query); }

std::set<std::string> FindNumbersInUse(db::Tx& tx, const std::vector<NumberClaim>& claims) {
  std::map<int32_t, std::pair<std::vector<int64_t>, std::vector<std::string>>> by_county;
  for (const NumberClaim& claim : claims) {
    auto& [ids, national_ids] = by_county[claim.household.shard];
    ids.push_back(claim.household.number);
    national_ids.push_back(claim.national_id);
  }
  std::set<std::string> in_use;
  for (const auto& [shard, wanted] : by_county) {
    for (const auto& row : tx.Run(kNumbersInUse, shard, db::IntegerArray(wanted.first), db::TextArray(wanted.second))) {
      in_use.insert(ids::RecordId{shard, row[0].as<int64_t>()}.ToString());
    }
  }
  return in_use;
}

bool InsertHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Household>>& additions) {
  for (const auto& [shard, revisions] : ByCounty(additions, &v1::Household::household_id)) {
    JsonRows rows;
    for (const auto& revision : revisions) {
      Stamp(*revision.author, 1 + revision.between_count(), revision.after);
      *revision.after->mutable_create_time() = revision.after->update_time();
      AddRow(*revision.after, sealer, *revision.author, &rows);
    }
    if (tx.Run(kInsert, rows.Text())[0][0].as<size_t>() != revisions.size()) return false;
    KeepBetween(tx, BetweenVersions(sealer, revisions));
  }
  return true;
}

void SaveHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Household>>& revisions) {
  for (const auto& [shard, of_county] : ByCounty(revisions, &v1::Household::household_id)) {
    JsonRows rows;
    std::vector<int64_t> numbers;
    std::vector<std::string> bodies;
    absl::flat_hash_map<int64_t, v1::Household*> saved;
    for (const auto& revision : of_county) {
      const int64_t number = IdOf(revision.before->household_id()).number;
      saved[number] = revision.after;
      const int64_t version = VersionOf(revision.before->etag());
      Stamp(*revision.author, version + 1 + revision.between_count(), revision.after);
      AddRow(*revision.after, sealer, *revision.author, &rows);
      numbers.push_back(number);
      bodies.push_back(SealVersion(sealer, {shard, RecordKind::kHousehold, number, version}, *revision.before));
    }
    for (const auto& row : tx.Run(kSave, shard, rows.Text(), db::IntegerArray(numbers), db::ByteaArray(bodies))) {
      SetTime(absl::FromUnixMicros(row[1].as<int64_t>()), saved.at(row[0].as<int64_t>())->mutable_update_time());
    }
    KeepBetween(tx, BetweenVersions(sealer, of_county));
    FollowHouseholds(tx, shard, of_county);
  }
}

}  // namespace bangfu::registration::store
