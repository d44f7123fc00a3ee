#include "services/registration/store/import_staging.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "services/registration/domain/import_finding.h"
#include "services/registration/store/copy_in.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::ImportColumn;
using domain::ImportTable;
using domain::Value;

constexpr const char* kStagingTables[] = {"import_household", "import_member", "import_income", "import_living"};
const char* StagingTableOf(Table table) { return kStagingTables[static_cast<int>(table) - 1]; }

constexpr db::Statement kFindStaged = {"import_staging.find", R"sql(
  SELECT wanted.key, s.row_number, s.record_shard, s.id, coalesce(s.area, 0), s.base_version > 0,
         $4::boolean AND EXISTS (SELECT 1 FROM import_household o
                                 WHERE o.shard = $1 AND o.import_id = $2 AND o.household_key = wanted.key
                                   AND o.record_shard > s.record_shard)
  FROM unnest($3::text[]) AS wanted(key)
  CROSS JOIN LATERAL (
    SELECT row_number, record_shard, id, area, base_version FROM import_household
    WHERE shard = $1 AND import_id = $2 AND household_key = wanted.key
    ORDER BY shard, import_id, household_key, record_shard, row_number LIMIT 1) AS s)sql"};

// A freshly staged import has no statistics, so the planner takes it for a few rows. These statements are written so
// that whatever it chooses, the rows are grouped once and those that are repeated are found by their key.
constexpr db::Statement kRefuseRepeatedHouseholds = {"import_staging.refuse_repeated_households", R"sql(
  WITH repeated AS MATERIALIZED (
    SELECT row_number, CASE WHEN row_number = first THEN last ELSE first END AS other
    FROM (SELECT row_number, min(row_number) OVER same AS first, max(row_number) OVER same AS last
          FROM import_household
          WHERE shard = $1 AND import_id = $2 AND row_number <= 1000000000 AND household_key <> ''
          WINDOW same AS (PARTITION BY household_key, record_shard)) AS grouped
    WHERE first < last
  ), refused AS (
    UPDATE import_household t SET verdict = 4 FROM repeated r
    WHERE t.shard = $1 AND t.import_id = $2 AND t.row_number = r.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, 1, row_number, 'AAC001', 16, true, ARRAY['other_row', other::text] FROM repeated)sql"};

constexpr db::Statement kRefuseRepeatedMembers = {"import_staging.refuse_repeated_members", R"sql(
  WITH repeated AS MATERIALIZED (
    SELECT household_row, row_number, CASE WHEN row_number = first THEN last ELSE first END AS other
    FROM (SELECT household_row, row_number, min(row_number) OVER same AS first, max(row_number) OVER same AS last
          FROM import_member
          WHERE shard = $1 AND import_id = $2 AND id_digest IS NOT NULL
          WINDOW same AS (PARTITION BY id_digest)) AS grouped
    WHERE first < last
  ), refused AS (
    UPDATE import_member t SET verdict = 4 FROM repeated r
    WHERE t.shard = $1 AND t.import_id = $2 AND t.household_row = r.household_row AND t.row_number = r.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, 2, row_number, 'AAB004', 15, true, ARRAY['other_row', other::text] FROM repeated)sql"};

// $3 is the kind; the table's name is put in.
std::string RefuseRepeatedReports(const char* table) {
  return absl::StrCat(R"sql(
  WITH repeated AS MATERIALIZED (
    SELECT household_row, row_number, CASE WHEN row_number = first THEN last ELSE first END AS other
    FROM (SELECT household_row, row_number, min(row_number) OVER same AS first, max(row_number) OVER same AS last
          FROM )sql",
                      table, R"sql(
          WHERE shard = $1 AND import_id = $2 AND household_row > 0 AND year IS NOT NULL
          WINDOW same AS (PARTITION BY household_row, year)) AS grouped
    WHERE first < last
  ), refused AS (
    UPDATE )sql",
                      table, R"sql( t SET verdict = 4 FROM repeated r
    WHERE t.shard = $1 AND t.import_id = $2 AND t.household_row = r.household_row AND t.row_number = r.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, $3, row_number, 'AAC001', 16, true, ARRAY['other_row', other::text] FROM repeated)sql");
}
const std::string kRefuseRepeatedIncomesText = RefuseRepeatedReports("import_income");
const db::Statement kRefuseRepeatedIncomes = {"import_staging.refuse_repeated_incomes",
                                              kRefuseRepeatedIncomesText.c_str()};
const std::string kRefuseRepeatedLivingText = RefuseRepeatedReports("import_living");
const db::Statement kRefuseRepeatedLiving = {"import_staging.refuse_repeated_living",
                                             kRefuseRepeatedLivingText.c_str()};

constexpr db::Statement kHouseholdsPage = {"import_staging.households_page", R"sql(
  SELECT row_number, verdict, main_cause, declared_head, declared_members
  FROM import_household WHERE shard = $1 AND import_id = $2 AND row_number > $3
  ORDER BY row_number LIMIT $4)sql"};

constexpr db::Statement kMembersPage = {"import_staging.members_page", R"sql(
  SELECT household_row, row_number, verdict, id, name, relation, birth_date, health, labour, work_months
  FROM import_member WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4
  ORDER BY household_row, row_number)sql"};

constexpr db::Statement kRegisteredMembersPage = {"import_staging.registered_members_page", R"sql(
  SELECT s.row_number, m.id, m.name, m.relation, m.birth_date, m.health, m.labour, m.work_months
  FROM import_household s
  JOIN member m ON m.shard = s.record_shard AND m.household_id = s.id AND m.state = 1
  WHERE s.shard = $1 AND s.import_id = $2 AND s.row_number > $3 AND s.row_number <= $4 AND s.base_version > 0
  ORDER BY s.row_number, m.id)sql"};

constexpr db::Statement kIncomesPage = {"import_staging.incomes_page", R"sql(
  SELECT household_row, row_number, verdict, wage_fen, net_fen, declared_per_capita
  FROM import_income WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4
  ORDER BY household_row, row_number)sql"};

constexpr db::Statement kLivingsPage = {"import_staging.livings_page", R"sql(
  SELECT household_row, row_number, verdict
  FROM import_living WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4
  ORDER BY household_row, row_number)sql"};

constexpr db::Statement kRefuseHouseholds = {"import_staging.refuse_households", R"sql(
  WITH members AS (
    UPDATE import_member SET verdict = 4
    WHERE shard = $1 AND import_id = $2 AND household_row = ANY($3::bigint[]) AND verdict <> 4
  ), incomes AS (
    UPDATE import_income SET verdict = 4
    WHERE shard = $1 AND import_id = $2 AND household_row = ANY($3::bigint[]) AND verdict <> 4
  ), livings AS (
    UPDATE import_living SET verdict = 4
    WHERE shard = $1 AND import_id = $2 AND household_row = ANY($3::bigint[]) AND verdict <> 4
  )
  UPDATE import_household SET verdict = 4
  WHERE shard = $1 AND import_id = $2 AND row_number = ANY($3::bigint[]) AND verdict <> 4)sql"};

constexpr db::Statement kFinishStaging = {"import_staging.finish", R"sql(
  INSERT INTO import_staged (shard, import_id) VALUES ($1, $2) ON CONFLICT DO NOTHING)sql"};

constexpr db::Statement kIsStaged = {"import_staging.is_staged",
                                     "SELECT 1 FROM import_staged WHERE shard = $1 AND import_id = $2"};

const Value kNothing;

// Columns that are staged under their own name: what is written, and the computed net income.
bool IsStagedColumn(const ImportColumn& column) { return !column.compared || column.field == "net_fen"; }

std::vector<std::string> StagingColumnsOf(Table table) {
  std::vector<std::string> columns = {"shard", "import_id", "row_number", "verdict", "record_shard", "base_version"};
  const auto add = [&](std::initializer_list<const char*> more) {
    columns.insert(columns.end(), more.begin(), more.end());
  };
  switch (table) {
    case Table::kHousehold: add({"household_key", "id", "declared_head", "declared_members"}); break;
    case Table::kMember:
      add({"household_row", "household_id", "id", "household_area", "household_registered", "id_digest"});
      break;
    case Table::kIncome: add({"household_row", "household_id", "declared_per_capita"}); break;
    case Table::kLiving: add({"household_row", "household_id"}); break;
  }
  for (const ImportColumn& column : domain::TableOf(table).columns) {
    if (IsStagedColumn(column)) columns.push_back(column.field);
  }
  return columns;
}

void Put(const Value& value, CopyIn* copy) { value.null ? copy->Null() : copy->Text(value.text); }
void PutBytes(absl::string_view bytes, CopyIn* copy) { bytes.empty() ? copy->Null() : copy->Bytes(bytes); }

// In the order of StagingColumnsOf.
void PutKeys(const ids::RecordId& import, Table table, const StagedRow& row, CopyIn* copy) {
  copy->Number(import.shard);
  copy->Number(import.number);
  copy->Number(row.row_number);
  copy->Number(static_cast<int>(row.verdict));
  copy->Number(row.id.shard);
  copy->Number(row.base_version);
  if (table == Table::kHousehold) {
    copy->Text(row.household_key);
    copy->Number(row.id.number);
    copy->Text(row.declared_head);
    return Put(row.declared, copy);
  }
  copy->Number(row.household_row);
  copy->Number(row.household_id);
  if (table == Table::kMember) {
    copy->Number(row.id.number);
    copy->Number(row.area);
    copy->Boolean(row.household_registered);
    PutBytes(row.id_digest, copy);
  } else if (table == Table::kIncome) {
    Put(row.declared, copy);
  }
}

void PutValues(const crypto::Sealer& sealer, const ImportTable& table, const StagedRow& row, CopyIn* copy) {
  const bool written = row.verdict == Verdict::kNew || row.verdict == Verdict::kChanged;
  std::string record_id;
  for (const ImportColumn& column : table.columns) {
    if (!IsStagedColumn(column)) continue;
    const Value& value = row.values.empty() ? kNothing : row.values[column.index];
    if (!column.sealed) {
      Put(value, copy);
    } else if (written && !value.null) {
      if (record_id.empty()) record_id = row.id.ToString();
      copy->Bytes(sealer.Seal({kService, table.storage, column.field, record_id}, value.text));
    } else {
      copy->Null();
    }
  }
}

std::string TextOrEmpty(const pqxx::field& field) { return field.is_null() ? std::string() : field.as<std::string>(); }
template <typename Number>
std::optional<Number> OptionalNumber(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Number>();
}
bool IsWrong(const pqxx::field& verdict) { return verdict.as<int>() == static_cast<int>(Verdict::kWrong); }

// Calls `take(household, row)` for each row, whose first column is the staged row of its household. Both in order.
template <typename Take>
void Distribute(const pqxx::result& rows, StagedFamilies* families, Take take) {
  size_t at = 0;
  for (const auto& row : rows) {
    const auto staged_row = row[0].as<int64_t>();
    while (at < families->staged_rows.size() && families->staged_rows[at] < staged_row) ++at;
    if (at == families->staged_rows.size()) return;
    if (families->staged_rows[at] == staged_row) take(families->households[at], row);
  }
}

domain::ImportedMember MemberOf(const pqxx::row& row, int first) {
  domain::ImportedMember member;
  member.name = TextOrEmpty(row[first]);
  member.relation = TextOrEmpty(row[first + 1]);
  member.birth_date = TextOrEmpty(row[first + 2]);
  member.health = TextOrEmpty(row[first + 3]);
  member.labour = TextOrEmpty(row[first + 4]);
  member.work_months = OptionalNumber<int>(row[first + 5]);
  return member;
}

void LoadStagedMembers(db::Tx& tx, const ids::RecordId& import, int64_t after, int64_t last, StagedFamilies* families) {
  std::set<int64_t> in_file;  // registered members whose row in the file is taken
  Distribute(tx.Run(kMembersPage, import.shard, import.number, after, last), families,
             [&](domain::ImportedHousehold& household, const pqxx::row& row) {
               domain::ImportedMember member = MemberOf(row, 4);
               member.row = row[1].as<int64_t>();
               member.wrong = IsWrong(row[2]);
               if (!member.wrong) in_file.insert(row[3].as<int64_t>());
               household.members.push_back(std::move(member));
             });
  Distribute(tx.Run(kRegisteredMembersPage, import.shard, import.number, after, last), families,
             [&](domain::ImportedHousehold& household, const pqxx::row& row) {
               if (!in_file.contains(row[1].as<int64_t>())) household.members.push_back(MemberOf(row, 2));
             });
}

}  // namespace

void AllowLongStatements(db::Tx& tx) {
  tx.RunText("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)");
}

void ClearStaging(db::Tx& tx, const ids::RecordId& import) {
  for (const char* table : {"import_staged", "import_household", "import_member", "import_income", "import_living",
                            "import_finding", "import_change"}) {
    tx.RunText(absl::StrCat("DELETE FROM ", table, " WHERE shard = $1 AND import_id = $2"),
               {absl::StrCat(import.shard), absl::StrCat(import.number)});
  }
}

void ClearUnwritten(db::Tx& tx, const ids::RecordId& import) {
  for (const char* table : kStagingTables) {
    tx.RunText(absl::StrCat("DELETE FROM ", table, " WHERE shard = $1 AND import_id = $2 AND verdict > 2"),
               {absl::StrCat(import.shard), absl::StrCat(import.number)});
  }
}

void CopyRows(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& import, Table table,
              const std::vector<StagedRow>& rows) {
  if (rows.empty()) return;
  CopyIn copy(tx, StagingTableOf(table), StagingColumnsOf(table));
  for (const StagedRow& row : rows) {
    PutKeys(import, table, row, &copy);
    PutValues(sealer, domain::TableOf(table), row, &copy);
    copy.EndRow();
  }
  copy.Complete();
}

void CopyFindings(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<domain::Finding>& findings) {
  if (findings.empty()) return;
  CopyIn copy(tx, "import_finding",
              {"shard", "import_id", "kind", "row_number", "column_name", "reason", "error", "metadata"});
  for (const domain::Finding& finding : findings) {
    std::vector<std::string> metadata;
    for (const auto& [key, value] : finding.metadata) {
      metadata.push_back(key);
      metadata.push_back(value);
    }
    copy.Number(import.shard);
    copy.Number(import.number);
    copy.Number(static_cast<int>(table));
    copy.Number(finding.row);
    copy.Text(finding.column);
    copy.Number(finding.reason);
    copy.Boolean(domain::IsError(finding.reason));
    copy.Text(db::TextArray(metadata));
    copy.EndRow();
  }
  copy.Complete();
}

void CopyChanges(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<StagedChange>& changes) {
  if (changes.empty()) return;
  CopyIn copy(tx, "import_change", {"shard", "import_id", "kind", "row_number", "number", "before", "after"});
  for (const StagedChange& change : changes) {
    copy.Number(import.shard);
    copy.Number(import.number);
    copy.Number(static_cast<int>(table));
    copy.Number(change.row_number);
    copy.Number(change.column);
    copy.Text(change.before);
    copy.Text(change.after);
    copy.EndRow();
  }
  copy.Complete();
}

absl::flat_hash_map<std::string, StagedHousehold> FindStaged(db::Tx& tx, const ids::RecordId& import,
                                                             const std::vector<std::string>& keys,
                                                             bool several_counties) {
  absl::flat_hash_map<std::string, StagedHousehold> found;
  for (const auto& row : tx.Run(kFindStaged, import.shard, import.number, db::TextArray(keys), several_counties)) {
    StagedHousehold& household = found[row[0].as<std::string>()];
    household.row_number = row[1].as<int64_t>();
    household.id = {row[2].as<int32_t>(), row[3].as<int64_t>()};
    household.area = row[4].as<int64_t>();
    household.registered = row[5].as<bool>();
    household.ambiguous = row[6].as<bool>();
  }
  return found;
}

void RefuseDuplicates(db::Tx& tx, const ids::RecordId& import) {
  tx.Run(kRefuseRepeatedHouseholds, import.shard, import.number);
  tx.Run(kRefuseRepeatedMembers, import.shard, import.number);
  tx.Run(kRefuseRepeatedIncomes, import.shard, import.number, static_cast<int>(Table::kIncome));
  tx.Run(kRefuseRepeatedLiving, import.shard, import.number, static_cast<int>(Table::kLiving));
}

StagedFamilies LoadFamilies(db::Tx& tx, const ids::RecordId& import, int64_t after, int limit) {
  StagedFamilies families;
  for (const auto& row : tx.Run(kHouseholdsPage, import.shard, import.number, after, limit)) {
    domain::ImportedHousehold household;
    const auto staged_row = row[0].as<int64_t>();
    household.row = staged_row > kLastFileRow ? 0 : staged_row;
    household.wrong = IsWrong(row[1]);
    household.main_cause = TextOrEmpty(row[2]);
    household.declared_head = row[3].as<std::string>();
    household.declared_members = OptionalNumber<int>(row[4]);
    families.staged_rows.push_back(staged_row);
    families.households.push_back(std::move(household));
  }
  if (families.staged_rows.empty()) return families;
  const int64_t last = families.staged_rows.back();
  LoadStagedMembers(tx, import, after, last, &families);
  Distribute(
      tx.Run(kIncomesPage, import.shard, import.number, after, last), &families,
      [](domain::ImportedHousehold& household, const pqxx::row& row) {
        household.incomes.push_back({row[1].as<int64_t>(), IsWrong(row[2]), OptionalNumber<int64_t>(row[3]).value_or(0),
                                     OptionalNumber<int64_t>(row[4]).value_or(0), OptionalNumber<int64_t>(row[5])});
      });
  Distribute(tx.Run(kLivingsPage, import.shard, import.number, after, last), &families,
             [](domain::ImportedHousehold& household, const pqxx::row& row) {
               household.livings.push_back({row[1].as<int64_t>(), IsWrong(row[2])});
             });
  return families;
}

void RefuseHouseholds(db::Tx& tx, const ids::RecordId& import, const std::vector<int64_t>& staged_rows) {
  if (staged_rows.empty()) return;
  tx.Run(kRefuseHouseholds, import.shard, import.number, db::IntegerArray(staged_rows));
}

void RefuseRows(db::Tx& tx, const ids::RecordId& import, Table table, const std::vector<int64_t>& row_numbers) {
  tx.RunText(absl::StrCat("UPDATE ", StagingTableOf(table),
                          " SET verdict = 4 WHERE shard = $1 AND import_id = $2 AND row_number = ANY($3::bigint[])"),
             {absl::StrCat(import.shard), absl::StrCat(import.number), db::IntegerArray(row_numbers)});
}

void Analyze(db::Tx& tx) { tx.RunText("SELECT analyze_import()"); }

void FinishStaging(db::Tx& tx, const ids::RecordId& import) { tx.Run(kFinishStaging, import.shard, import.number); }

bool IsStaged(db::Tx& tx, const ids::RecordId& import) {
  return !tx.Run(kIsStaged, import.shard, import.number).empty();
}

}  // namespace bangfu::registration::store
