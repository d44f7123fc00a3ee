#include "services/registration/store/export_store.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::ImportColumn;
using domain::ImportTable;
using domain::Table;

// Every row begins with: shard and id of the key, id of the record, number and id of its household. Its columns follow;
// for a household without a report they are all NULL. Every page goes on along the primary key, within the counties $6
// to $7 where the records of the range are: with `area + 0` no plan gathers the whole range anew for each page.
constexpr int kHeadColumns = 5;

constexpr char kHouseholds[] = R"sql(
  FROM household t
  WHERE t.area + 0 >= $1 AND t.area + 0 < $2 AND (t.shard, t.id) > ($3, $4) AND t.state = 1 AND t.shard BETWEEN $6 AND $7
  ORDER BY t.shard, t.id LIMIT $5)sql";

constexpr char kMembers[] = R"sql(
  FROM member t JOIN household h ON h.shard = t.shard AND h.id = t.household_id
  WHERE t.area + 0 >= $1 AND t.area + 0 < $2 AND (t.shard, t.id) > ($3, $4) AND t.state = 1 AND t.shard BETWEEN $6 AND $7
  ORDER BY t.shard, t.id LIMIT $5)sql";

std::string Reports(const char* table) {
  return absl::StrCat(R"sql(
  FROM (SELECT shard, id, national_id FROM household
        WHERE area + 0 >= $1 AND area + 0 < $2 AND (shard, id) > ($3, $4) AND state = 1 AND shard BETWEEN $6 AND $7
        ORDER BY shard, id LIMIT $5) AS h
  LEFT JOIN )sql",
                      table, R"sql( t ON t.shard = h.shard AND t.household_id = h.id
  ORDER BY h.shard, h.id, t.year)sql");
}

std::string Select(Table table) {
  const ImportTable& columns = domain::TableOf(table);
  std::string sql = "SELECT ";
  switch (table) {
    case Table::kHousehold: absl::StrAppend(&sql, "t.shard, t.id, t.id, t.national_id, t.id"); break;
    case Table::kMember: absl::StrAppend(&sql, "t.shard, t.id, t.id, h.national_id, h.id"); break;
    default: absl::StrAppend(&sql, "h.shard, h.id, t.household_id, h.national_id, h.id");
  }
  for (const ImportColumn& column : columns.columns) absl::StrAppend(&sql, ", t.", column.field);
  switch (table) {
    case Table::kHousehold: return absl::StrCat(sql, kHouseholds);
    case Table::kMember: return absl::StrCat(sql, kMembers);
    default: return absl::StrCat(sql, Reports(columns.storage.c_str()));
  }
}

// Made at first use, as the annotations name the columns.
const db::Statement& PageOf(Table table) {
  static const auto& texts = *new std::array<std::string, 4>{Select(Table::kHousehold), Select(Table::kMember),
                                                             Select(Table::kIncome), Select(Table::kLiving)};
  static const std::array<db::Statement, 4> statements = {{{"export.households", texts[0].c_str()},
                                                           {"export.members", texts[1].c_str()},
                                                           {"export.incomes", texts[2].c_str()},
                                                           {"export.living_conditions", texts[3].c_str()}}};
  return statements[static_cast<int>(table) - 1];
}

absl::StatusOr<ExportRow> Read(const pqxx::row& row, const ImportTable& table, const crypto::Sealer& sealer) {
  ExportRow exported;
  const auto shard = row[0].as<int32_t>();
  exported.record_id = ids::RecordId{shard, row[2].as<int64_t>()}.ToString();
  exported.household_key =
      row[3].is_null() ? ids::RecordId{shard, row[4].as<int64_t>()}.ToString() : row[3].as<std::string>();
  for (const ImportColumn& column : table.columns) {
    const pqxx::field field = row[kHeadColumns + column.index];
    domain::Value value;
    value.null = field.is_null();
    if (!value.null && column.sealed) {
      ASSIGN_OR_RETURN(value.text,
                       sealer.Open({kService, table.storage, column.field, exported.record_id}, db::BytesOf(field)));
    } else if (!value.null) {
      value.text.assign(field.c_str(), field.size());
    }
    exported.values.push_back(std::move(value));
  }
  return exported;
}

}  // namespace

absl::StatusOr<ExportPage> ReadExportPage(db::Tx& tx, const crypto::Sealer& sealer, Table table,
                                          const auth::AreaRange& range, const ids::RecordId& after, int limit) {
  ExportPage page;
  for (const auto& row : tx.Run(PageOf(table), range.low, range.high, after.shard, after.number, limit,
                                standards::CountyOf(range.low), standards::CountyOf(range.high - 1))) {
    page.more = true;
    page.last = {row[0].as<int32_t>(), row[1].as<int64_t>()};
    if (row[2].is_null()) continue;
    ASSIGN_OR_RETURN(ExportRow exported, Read(row, domain::TableOf(table), sealer));
    page.rows.push_back(std::move(exported));
  }
  return page;
}

}  // namespace bangfu::registration::store
