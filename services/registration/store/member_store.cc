#include "services/registration/store/member_store.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr char kTable[] = "member";

const std::string kColumns = R"sql(
  t.shard, t.id, t.shard, t.household_id, t.area, t.national_id, t.name, t.sex, t.id_type, t.id_number,
  t.birth_date::text, t.relation, t.ethnicity, t.education, t.school_status, t.health, t.labour, t.work_place, t.work_months,
  t.medical_insurance, t.pension_insurance, t.illness_insurance, t.subsistence_allowance, t.soldier, t.phone,
  t.political_status, t.join_date::text, t.join_reason, t.leave_date::text, t.leave_reason, t.state,
  t.household_type, t.disability_class, t.disability_grade, t.disability_certificate, t.valid_from::text, t.version,
  (extract(epoch FROM t.create_time) * 1000000)::bigint, (extract(epoch FROM t.update_time) * 1000000)::bigint)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, " FROM member t WHERE t.shard = $1 AND t.id = ANY($2::bigint[]) ORDER BY t.id");
const db::Statement kSelect = {"member.select", kSelectText.c_str()};

const std::string kSelectPresentText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM member t
  WHERE t.shard = $1 AND t.household_id = ANY($2::bigint[]) AND t.state = 1 ORDER BY t.id)sql");
const db::Statement kSelectPresent = {"member.select_present", kSelectPresentText.c_str()};

constexpr db::Statement kInsert = {"member.insert", R"sql(
  INSERT INTO member (shard, id, household_id, area, national_id, name, sex, id_type, id_number, id_digest, birth_date,
                      relation, ethnicity, education, school_status, health, labour, work_place, work_months,
                      medical_insurance, pension_insurance, illness_insurance, subsistence_allowance, soldier, phone,
                      political_status, join_date, join_reason, leave_date, leave_reason, state, household_type,
                      disability_class, disability_grade, disability_certificate, valid_from, version, import_id,
                      updated_by, update_method, create_time, update_time)
  SELECT shard, id, household_id, area, national_id, name, sex, id_type, id_number, id_digest, birth_date,
         relation, ethnicity, education, school_status, health, labour, work_place, work_months,
         medical_insurance, pension_insurance, illness_insurance, subsistence_allowance, soldier, phone,
         political_status, join_date, join_reason, leave_date, leave_reason, state, household_type, disability_class,
         disability_grade, disability_certificate, valid_from, version, import_id, updated_by, update_method,
         update_time, update_time
  FROM json_populate_recordset(NULL::member, $1::json))sql"};

// Of one county, looked up and timed as in household.save.
constexpr db::Statement kSave = {"member.save", R"sql(
  WITH new AS (
    SELECT given.*, greatest(given.update_time, old_update_time + interval '1 microsecond') AS save_time, old.*
    FROM json_populate_recordset(NULL::member, $2::json) AS given
    CROSS JOIN LATERAL (
      SELECT household_id AS old_household_id, version AS old_version, import_id AS old_import_id,
             updated_by AS old_updated_by, update_method AS old_update_method, update_time AS old_update_time,
             valid_from AS old_valid_from, area AS old_area
      FROM member WHERE shard = $1 AND id = given.id LIMIT 1) AS old
  ), kept AS (
    INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                                update_method, import_id, body, valid_from, area)
    SELECT $1, old_household_id, 2, new.id, old_version, old_update_time, save_time, old_updated_by,
           old_update_method, old_import_id, sealed.body, old_valid_from, old_area
    FROM new JOIN unnest($3::bigint[], $4::bytea[]) AS sealed(id, body) USING (id)
  )
  UPDATE member t
  SET household_id = new.household_id, area = new.area, national_id = new.national_id, name = new.name, sex = new.sex,
      id_type = new.id_type, id_number = new.id_number, id_digest = new.id_digest, birth_date = new.birth_date,
      relation = new.relation, ethnicity = new.ethnicity, education = new.education, school_status = new.school_status,
      health = new.health, labour = new.labour, work_place = new.work_place, work_months = new.work_months,
      medical_insurance = new.medical_insurance, pension_insurance = new.pension_insurance,
      illness_insurance = new.illness_insurance, subsistence_allowance = new.subsistence_allowance,
      soldier = new.soldier, phone = new.phone, political_status = new.political_status, join_date = new.join_date,
      join_reason = new.join_reason, leave_date = new.leave_date, leave_reason = new.leave_reason, state = new.state,
      household_type = new.household_type, disability_class = new.disability_class,
      disability_grade = new.disability_grade, disability_certificate = new.disability_certificate,
      valid_from = new.valid_from, version = new.version, import_id = new.import_id, updated_by = new.updated_by,
      update_method = new.update_method, update_time = new.save_time
  FROM new
  WHERE t.shard = $1 AND t.id = ANY($3::bigint[]) AND t.id = new.id
  RETURNING t.id, (extract(epoch FROM t.update_time) * 1000000)::bigint)sql"};

constexpr db::Statement kFindIdentities = {
    "identity_claim.find", "SELECT digest, shard, member_id FROM identity_claim WHERE digest = ANY($1::bytea[])"};

// In order of digest, so that two families with the same two numbers wait for each other instead of blocking.
constexpr db::Statement kClaimIdentities = {"identity_claim.claim", R"sql(
  INSERT INTO identity_claim (digest, shard, member_id)
  SELECT digest, shard, member_id FROM unnest($1::bytea[], $2::integer[], $3::bigint[]) AS c(digest, shard, member_id)
  ORDER BY digest
  ON CONFLICT (digest) DO NOTHING)sql"};

constexpr db::Statement kFreeIdentities = {"identity_claim.free", R"sql(
  DELETE FROM identity_claim t USING unnest($1::bytea[], $2::integer[], $3::bigint[]) AS c(digest, shard, member_id)
  WHERE t.digest = c.digest AND t.shard = c.shard AND t.member_id = c.member_id)sql"};

// Columns from t.medical_insurance to t.soldier.
void ReadEntitlements(RowReader& columns, v1::Member* member) {
  if (auto value = columns.OptionalBoolean()) member->set_medical_insurance(*value);
  if (auto value = columns.OptionalBoolean()) member->set_pension_insurance(*value);
  if (auto value = columns.OptionalBoolean()) member->set_illness_insurance(*value);
  if (auto value = columns.OptionalBoolean()) member->set_subsistence_allowance(*value);
  if (auto value = columns.OptionalBoolean()) member->set_soldier(*value);
}

absl::StatusOr<v1::Member> ReadMember(const pqxx::row& row, const crypto::Sealer& sealer) {
  RowReader columns(row, sealer);
  v1::Member member;
  member.set_member_id(columns.RecordId());
  member.set_household_id(columns.RecordId());
  member.set_area(columns.AreaCode());
  member.set_national_id(columns.Text());
  member.set_name(columns.Text());
  member.set_sex(columns.Text());
  member.set_id_type(columns.Text());
  member.set_id_number(columns.Sealed(kTable, "id_number", member.member_id()));
  member.set_birth_date(columns.Text());
  member.set_relation(columns.Text());
  member.set_ethnicity(columns.Text());
  member.set_education(columns.Text());
  member.set_school_status(columns.Text());
  member.set_health(columns.Text());
  member.set_labour(columns.Text());
  member.set_work_place(columns.Text());
  if (auto months = columns.OptionalNumber()) member.set_work_months(static_cast<int32_t>(*months));
  ReadEntitlements(columns, &member);
  member.set_phone(columns.Sealed(kTable, "phone", member.member_id()));
  member.set_political_status(columns.Text());
  member.set_join_date(columns.Text());
  member.set_join_reason(columns.Text());
  member.set_leave_date(columns.Text());
  member.set_leave_reason(columns.Text());
  member.set_state(static_cast<v1::Member::State>(columns.Number()));
  member.set_household_type(static_cast<v1::Household::Type>(columns.Number()));
  member.set_disability_class(columns.Text());
  member.set_disability_grade(columns.Text());
  member.set_disability_certificate(columns.Sealed(kTable, "disability_certificate", member.member_id()));
  member.set_valid_from(columns.Text());
  member.set_etag(api::EtagOf(member.member_id(), columns.Number()));
  columns.Time(member.mutable_create_time());
  columns.Time(member.mutable_update_time());
  if (!columns.status().ok()) return columns.status();
  return member;
}

absl::StatusOr<std::vector<v1::Member>> ReadMembers(const pqxx::result& rows, const crypto::Sealer& sealer) {
  std::vector<v1::Member> members;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(v1::Member member, ReadMember(row, sealer));
    members.push_back(std::move(member));
  }
  return members;
}

void WriteEntitlements(const v1::Member& member, JsonRow* row) {
  if (member.has_work_months()) (*row)["work_months"] = member.work_months();
  if (member.has_medical_insurance()) (*row)["medical_insurance"] = member.medical_insurance();
  if (member.has_pension_insurance()) (*row)["pension_insurance"] = member.pension_insurance();
  if (member.has_illness_insurance()) (*row)["illness_insurance"] = member.illness_insurance();
  if (member.has_subsistence_allowance()) (*row)["subsistence_allowance"] = member.subsistence_allowance();
  if (member.has_soldier()) (*row)["soldier"] = member.soldier();
}

void AddRow(const v1::Member& member, const crypto::Sealer& sealer, const Author& author, JsonRows* rows) {
  const ids::RecordId id = IdOf(member.member_id());
  const auto sealed = [&](const char* column, const std::string& text) {
    return SealedOrNull(sealer, kTable, column, member.member_id(), text);
  };
  JsonRow row = rows->Add();
  row["shard"] = id.shard;
  row["id"] = id.number;
  row["household_id"] = IdOf(member.household_id()).number;
  row["area"] = standards::ParseAreaCode(member.area()).value_or(0);
  row["national_id"] = member.national_id();
  row["name"] = member.name();
  row["sex"] = member.sex();
  row["id_type"] = member.id_type();
  row["id_number"] = sealed("id_number", member.id_number());
  row["id_digest"] = HexBytes(IdentityDigest(sealer, member.id_number()));
  row["birth_date"] = member.birth_date();
  row["relation"] = member.relation();
  row["ethnicity"] = member.ethnicity();
  row["education"] = member.education();
  row["school_status"] = member.school_status();
  row["health"] = member.health();
  row["labour"] = member.labour();
  row["work_place"] = member.work_place();
  WriteEntitlements(member, &row);
  row["phone"] = sealed("phone", member.phone());
  row["political_status"] = member.political_status();
  row["join_date"] = member.join_date();
  row["join_reason"] = member.join_reason();
  row["leave_date"] = TextOrNull(member.leave_date());
  row["leave_reason"] = member.leave_reason();
  row["state"] = static_cast<int>(member.state());
  row["household_type"] = static_cast<int>(member.household_type());
  row["disability_class"] = member.disability_class();
  row["disability_grade"] = member.disability_grade();
  row["disability_certificate"] = sealed("disability_certificate", member.disability_certificate());
  row["valid_from"] = member.valid_from();
  row["version"] = VersionOf(member.etag());
  if (author.import_id) row["import_id"] = *author.import_id;
  row["updated_by"] = author.subject;
  row["update_method"] = author.method;
  row["update_time"] = TimeLiteral(author.time);
}

void Stamp(const Author& author, int64_t version, v1::Member* member) {
  member->set_etag(api::EtagOf(member->member_id(), version));
  SetTime(author.time, member->mutable_update_time());
}

// Versions between those that were superseded and those that were saved.
std::vector<BetweenVersion> BetweenVersions(const crypto::Sealer& sealer,
                                            const std::vector<Revision<v1::Member>>& revisions) {
  std::vector<BetweenVersion> versions;
  for (const auto& revision : revisions) {
    for (int64_t i = 0; i < revision.between_count(); ++i) {
      const ids::RecordId id = IdOf(revision.after->member_id());
      const int64_t version = VersionOf(revision.after->etag()) - revision.between_count() + i;
      v1::Member member = (*revision.between)[i];
      Stamp(*revision.author, version, &member);
      *member.mutable_update_time() = revision.after->update_time();
      *member.mutable_create_time() = revision.after->create_time();
      const VersionKey key{id.shard, RecordKind::kMember, id.number, version};
      versions.push_back({key, IdOf(member.household_id()).number, standards::ParseAreaCode(member.area()).value_or(0),
                          member.valid_from(), TimeOf(member.update_time()), revision.author,
                          SealVersion(sealer, key, member)});
    }
  }
  return versions;
}

ListSource Source() {
  return {kTable, kColumns, MemberFilterColumns(), &RegisteredCounts::persons, "household_type", "h"};
}

// The three array parameters of claims.
struct ClaimArrays {
  std::string digests, shards, members;
};
ClaimArrays ArraysOf(const std::vector<IdentityClaim>& claims) {
  std::vector<std::string> digests;
  std::vector<int64_t> shards, members;
  for (const IdentityClaim& claim : claims) {
    digests.push_back(claim.digest);
    shards.push_back(claim.member.shard);
    members.push_back(claim.member.number);
  }
  return {db::ByteaArray(digests), db::IntegerArray(shards), db::IntegerArray(members)};
}

// What lists may ask of the household, under household_ and the name that its own lists know it by.
void AddHouseholdColumns(api::ColumnMap* columns) {
  for (auto& [name, column] : HouseholdFilterColumnsOf("h")) {
    column.label = absl::StrCat("所在户", column.label);
    column.elsewhere = "household h WHERE h.shard = t.shard AND h.id = t.household_id";
    columns->emplace(absl::StrCat("household_", name), std::move(column));
  }
}

}  // namespace

const api::ColumnMap& MemberFilterColumns() {
  using api::Column;
  static const auto* const columns = [] {
    auto* all = new api::ColumnMap(api::Labelled(
        {
            {"area", {"t.area", Column::kArea}},
            {"name", {"t.name", Column::kText}},
            {"sex", {"t.sex", Column::kText}},
            {"birth_date", {"t.birth_date", Column::kDate}},
            {"relation", {"t.relation", Column::kText}},
            {"ethnicity", {"t.ethnicity", Column::kText}},
            {"education", {"t.education", Column::kText}},
            {"school_status", {"t.school_status", Column::kText}},
            {"health", {"t.health", Column::kText}},
            {"labour", {"t.labour", Column::kText}},
            {"work_place", {"t.work_place", Column::kText}},
            {"work_months", {"t.work_months", Column::kInteger}},
            {"medical_insurance", {"t.medical_insurance", Column::kBoolean}},
            {"pension_insurance", {"t.pension_insurance", Column::kBoolean}},
            {"illness_insurance", {"t.illness_insurance", Column::kBoolean}},
            {"subsistence_allowance", {"t.subsistence_allowance", Column::kBoolean}},
            {"state", {"t.state", Column::kEnumeration, v1::Member::State_descriptor()}},
            {"household_type", {"t.household_type", Column::kEnumeration, v1::Household::Type_descriptor()}},
        },
        *v1::Member::descriptor()));
    AddHouseholdColumns(all);
    return all;
  }();
  return *columns;
}

std::optional<std::string> MemberCell(const v1::Member& member, const v1::Household& household,
                                      const std::string& field) {
  const api::Column& column = MemberFilterColumns().at(field);
  if (column.elsewhere.empty()) return CellOf(member, column.type, field);
  return HouseholdCell(household, field.substr(sizeof("household_") - 1));
}

absl::StatusOr<std::optional<v1::Member>> LoadMember(db::Tx& tx, const crypto::Sealer& sealer,
                                                     const ids::RecordId& id) {
  ASSIGN_OR_RETURN(std::vector<v1::Member> members, LoadMembers(tx, sealer, id.shard, {id.number}));
  if (members.empty()) return std::nullopt;
  return std::move(members[0]);
}

absl::StatusOr<std::vector<v1::Member>> LoadMembers(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard,
                                                    const std::vector<int64_t>& ids) {
  return ReadMembers(tx.Run(kSelect, shard, db::IntegerArray(ids)), sealer);
}

absl::StatusOr<std::vector<v1::Member>> LoadPresentMembers(db::Tx& tx, const crypto::Sealer& sealer,
                                                           absl::Span<const ids::RecordId> households) {
  std::vector<v1::Member> present;
  for (const auto& [shard, numbers] : NumbersByCounty(households)) {
    ASSIGN_OR_RETURN(auto of_county, ReadMembers(tx.Run(kSelectPresent, shard, db::IntegerArray(numbers)), sealer));
    std::move(of_county.begin(), of_county.end(), std::back_inserter(present));
  }
  return present;
}

absl::StatusOr<Page<v1::Member>> ListMembers(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query) {
  ASSIGN_OR_RETURN(const pqxx::result rows, RunList(tx, Source(), query));
  Page<v1::Member> page;
  for (const auto& row : rows) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    ASSIGN_OR_RETURN(v1::Member member, ReadMember(row, sealer));
    page.records.push_back(std::move(member));
    page.last_key = KeyOf(row, query);
  }
  return page;
}

absl::StatusOr<Total> CountMembers(db::Tx& tx, const ListQuery& query) { return CountList(tx, Source(), query); }

void InsertMembers(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Member>>& additions) {
  for (const auto& [shard, revisions] : ByCounty(additions, &v1::Member::member_id)) {
    JsonRows rows;
    for (const auto& revision : revisions) {
      Stamp(*revision.author, 1 + revision.between_count(), revision.after);
      *revision.after->mutable_create_time() = revision.after->update_time();
      AddRow(*revision.after, sealer, *revision.author, &rows);
    }
    tx.Run(kInsert, rows.Text());
    KeepBetween(tx, BetweenVersions(sealer, revisions));
  }
}

void SaveMembers(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Member>>& revisions) {
  for (const auto& [shard, of_county] : ByCounty(revisions, &v1::Member::member_id)) {
    JsonRows rows;
    std::vector<int64_t> numbers;
    std::vector<std::string> bodies;
    absl::flat_hash_map<int64_t, v1::Member*> saved;
    for (const auto& revision : of_county) {
      const int64_t number = IdOf(revision.before->member_id()).number;
      saved[number] = revision.after;
      const int64_t version = VersionOf(revision.before->etag());
      Stamp(*revision.author, version + 1 + revision.between_count(), revision.after);
      AddRow(*revision.after, sealer, *revision.author, &rows);
      numbers.push_back(number);
      bodies.push_back(SealVersion(sealer, {shard, RecordKind::kMember, number, version}, *revision.before));
    }
    for (const auto& row : tx.Run(kSave, shard, rows.Text(), db::IntegerArray(numbers), db::ByteaArray(bodies))) {
      SetTime(absl::FromUnixMicros(row[1].as<int64_t>()), saved.at(row[0].as<int64_t>())->mutable_update_time());
    }
    KeepBetween(tx, BetweenVersions(sealer, of_county));
  }
}

std::string IdentityDigest(const crypto::Sealer& sealer, const std::string& id_number) {
  return sealer.Digest("member.id_number", id_number);
}

std::map<std::string, ids::RecordId> FindIdentities(db::Tx& tx, const std::vector<std::string>& digests) {
  std::map<std::string, ids::RecordId> holders;
  for (const auto& row : tx.Run(kFindIdentities, db::ByteaArray(digests))) {
    holders[db::BytesOf(row[0])] = {row[1].as<int32_t>(), row[2].as<int64_t>()};
  }
  return holders;
}

bool ClaimIdentities(db::Tx& tx, const std::vector<IdentityClaim>& claims) {
  if (claims.empty()) return true;
  const ClaimArrays arrays = ArraysOf(claims);
  return tx.Run(kClaimIdentities, arrays.digests, arrays.shards, arrays.members).affected_rows() == claims.size();
}

void FreeIdentities(db::Tx& tx, const std::vector<IdentityClaim>& claims) {
  if (claims.empty()) return;
  const ClaimArrays arrays = ArraysOf(claims);
  tx.Run(kFreeIdentities, arrays.digests, arrays.shards, arrays.members);
}

}  // namespace bangfu::registration::store
