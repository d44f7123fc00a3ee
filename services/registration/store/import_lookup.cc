#include "services/registration/store/import_lookup.h"

#include "absl/strings/str_cat.h"
#include "common/api/format.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::ImportColumn;
using domain::ImportTable;
using domain::Table;

constexpr db::Statement kVillages = {"import_lookup.villages", R"sql(
  SELECT code FROM area
  WHERE code >= $1 AND code < $2 AND level = 5 AND valid_from <= $3::date AND (valid_to IS NULL OR valid_to > $3::date))sql"};

constexpr db::Statement kCodes = {"import_lookup.codes", R"sql(
  SELECT dictionary, code, label FROM dictionary_entry
  WHERE valid_from <= $1::date AND (valid_to IS NULL OR valid_to > $1::date))sql"};

constexpr db::Statement kCounties = {"import_lookup.counties", R"sql(
  SELECT shard, national_id FROM household
  WHERE national_id = ANY($3::text[]) AND shard >= $1 AND shard <= $2 AND state = 1)sql"};

constexpr db::Statement kClaims = {"import_lookup.claims", R"sql(
  SELECT digest, shard, member_id FROM identity_claim WHERE digest = ANY($1::bytea[]))sql"};

// Every record begins with: shard, id, household, area, version, year, digest, whether it is ordinary. Its columns
// follow. The texts are made at first use, since the annotations that name the columns are not there before main.
std::string Select(const char* head, Table table, const char* tail) {
  std::string sql = absl::StrCat("SELECT ", head);
  for (const ImportColumn& column : domain::TableOf(table).columns) absl::StrAppend(&sql, ", t.", column.field);
  return absl::StrCat(sql, " ", tail);
}
constexpr int kHeadColumns = 8;

constexpr char kHouseholdHead[] = "t.shard, t.id, t.id, t.area, t.version, 0, NULL, t.type = 2";
constexpr char kMemberHead[] = "t.shard, t.id, t.household_id, t.area, t.version, 0, t.id_digest, false";
constexpr char kReportHead[] = "t.shard, t.household_id, t.household_id, 0, t.version, t.year, NULL, false";

const db::Statement& ByNumber() {
  static const auto& text = *new std::string(Select(kHouseholdHead, Table::kHousehold, R"sql(
    FROM household t
    WHERE t.national_id = ANY($3::text[]) AND t.shard >= $1 AND t.shard <= $2 AND t.state = 1)sql"));
  static const db::Statement statement = {"import_lookup.households_by_number", text.c_str()};
  return statement;
}

const db::Statement& ById() {
  static const auto& text = *new std::string(Select(kHouseholdHead, Table::kHousehold, R"sql(
    FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
    JOIN household t ON t.shard = k.shard AND t.id = k.id AND t.state = 1)sql"));
  static const db::Statement statement = {"import_lookup.households_by_id", text.c_str()};
  return statement;
}

const db::Statement& Members() {
  static const auto& text = *new std::string(Select(kMemberHead, Table::kMember, R"sql(
    FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
    JOIN member t ON t.shard = k.shard AND t.household_id = k.id AND t.state = 1
    ORDER BY t.household_id, t.id)sql"));
  static const db::Statement statement = {"import_lookup.members", text.c_str()};
  return statement;
}

const db::Statement& Incomes() {
  static const auto& text = *new std::string(Select(kReportHead, Table::kIncome, R"sql(
    FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
    JOIN income t ON t.shard = k.shard AND t.household_id = k.id)sql"));
  static const db::Statement statement = {"import_lookup.incomes", text.c_str()};
  return statement;
}

const db::Statement& LivingConditions() {
  static const auto& text = *new std::string(Select(kReportHead, Table::kLiving, R"sql(
    FROM unnest($1::integer[], $2::bigint[]) AS k(shard, id)
    JOIN living_condition t ON t.shard = k.shard AND t.household_id = k.id)sql"));
  static const db::Statement statement = {"import_lookup.living_conditions", text.c_str()};
  return statement;
}

absl::StatusOr<Registered> Read(const pqxx::row& row, const ImportTable& table, const crypto::Sealer& sealer) {
  Registered record;
  record.id = {row[0].as<int32_t>(), row[1].as<int64_t>()};
  record.household_id = row[2].as<int64_t>();
  record.area = row[3].as<int64_t>();
  record.version = row[4].as<int64_t>();
  record.year = row[5].as<int>();
  if (!row[6].is_null()) record.id_digest = db::BytesOf(row[6]);
  record.ordinary = row[7].as<bool>();
  std::string record_id;
  for (const ImportColumn& column : table.columns) {
    const pqxx::field field = row[kHeadColumns + column.index];
    domain::Value value;
    value.null = field.is_null();
    if (!value.null && column.sealed) {
      if (record_id.empty()) record_id = record.id.ToString();
      ASSIGN_OR_RETURN(value.text, sealer.Open({kService, table.storage, column.field, record_id}, db::BytesOf(field)));
    } else if (!value.null) {
      value.text.assign(field.c_str(), field.size());
    }
    record.values.push_back(std::move(value));
  }
  return record;
}

int32_t FirstCountyOf(int64_t area) { return standards::CountyOf(area); }
int32_t LastCountyOf(int64_t area) { return standards::CountyOf(standards::RangeEndOf(area) - 1); }

}  // namespace

absl::flat_hash_set<int64_t> LoadVillages(db::Tx& tx, int64_t area, const std::string& today) {
  absl::flat_hash_set<int64_t> villages;
  for (const auto& row : tx.Run(kVillages, area, standards::RangeEndOf(area), today)) {
    villages.insert(row[0].as<int64_t>());
  }
  return villages;
}

domain::CodeTable LoadCodeTable(db::Tx& tx, const std::string& today) {
  domain::CodeTable codes;
  for (const auto& row : tx.Run(kCodes, today)) {
    codes.Add(row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>());
  }
  return codes;
}

absl::StatusOr<absl::flat_hash_map<HouseholdKey, Registered>> FindHouseholds(db::Tx& tx, const crypto::Sealer& sealer,
                                                                             int64_t area,
                                                                             const std::vector<std::string>& keys) {
  std::vector<std::string> numbers;
  std::vector<ids::RecordId> ids;
  for (const std::string& key : keys) {
    if (auto id = api::IsRecordId(key) ? ids::ParseRecordId(key) : std::nullopt) {
      ids.push_back(*id);
    } else {
      numbers.push_back(key);
    }
  }
  const ImportTable& table = domain::TableOf(Table::kHousehold);
  const int national_id = table.Index("national_id");
  absl::flat_hash_map<HouseholdKey, Registered> found;
  if (!numbers.empty()) {
    for (const auto& row : tx.Run(ByNumber(), FirstCountyOf(area), LastCountyOf(area), db::TextArray(numbers))) {
      ASSIGN_OR_RETURN(Registered record, Read(row, table, sealer));
      const HouseholdKey key{record.id.shard, record.values[national_id].text};
      found[key] = std::move(record);
    }
  }
  if (!ids.empty()) {
    const IdArrays arrays = ArraysOf(ids);
    for (const auto& row : tx.Run(ById(), arrays.shards, arrays.numbers)) {
      ASSIGN_OR_RETURN(Registered record, Read(row, table, sealer));
      const HouseholdKey key{record.id.shard, record.id.ToString()};
      found[key] = std::move(record);
    }
  }
  return found;
}

std::vector<HouseholdKey> FindCountiesOf(db::Tx& tx, int64_t area, const std::vector<std::string>& numbers) {
  std::vector<HouseholdKey> found;
  for (const auto& row : tx.Run(kCounties, FirstCountyOf(area), LastCountyOf(area), db::TextArray(numbers))) {
    found.emplace_back(row[0].as<int32_t>(), row[1].as<std::string>());
  }
  return found;
}

absl::StatusOr<absl::flat_hash_map<int64_t, std::vector<Registered>>> FindMembers(
    db::Tx& tx, const crypto::Sealer& sealer, const std::vector<ids::RecordId>& households) {
  absl::flat_hash_map<int64_t, std::vector<Registered>> found;
  if (households.empty()) return found;
  const IdArrays arrays = ArraysOf(households);
  for (const auto& row : tx.Run(Members(), arrays.shards, arrays.numbers)) {
    ASSIGN_OR_RETURN(Registered record, Read(row, domain::TableOf(Table::kMember), sealer));
    found[record.household_id].push_back(std::move(record));
  }
  return found;
}

absl::StatusOr<absl::flat_hash_map<std::pair<int64_t, int>, Registered>> FindReports(
    db::Tx& tx, const crypto::Sealer& sealer, Table table, const std::vector<ids::RecordId>& households) {
  absl::flat_hash_map<std::pair<int64_t, int>, Registered> found;
  if (households.empty()) return found;
  const IdArrays arrays = ArraysOf(households);
  for (const auto& row :
       tx.Run(table == Table::kIncome ? Incomes() : LivingConditions(), arrays.shards, arrays.numbers)) {
    ASSIGN_OR_RETURN(Registered record, Read(row, domain::TableOf(table), sealer));
    const std::pair<int64_t, int> key(record.household_id, record.year);
    found[key] = std::move(record);
  }
  return found;
}

absl::flat_hash_map<std::string, ids::RecordId> FindClaims(db::Tx& tx, const std::vector<std::string>& digests) {
  absl::flat_hash_map<std::string, ids::RecordId> found;
  if (digests.empty()) return found;
  for (const auto& row : tx.Run(kClaims, db::ByteaArray(digests))) {
    found[db::BytesOf(row[0])] = {row[1].as<int32_t>(), row[2].as<int64_t>()};
  }
  return found;
}

}  // namespace bangfu::registration::store
