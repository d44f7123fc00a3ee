#include "services/registration/store/import_commit.h"

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/income.h"
#include "services/registration/store/import_staging.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::ImportColumn;
using domain::ImportTable;
using domain::Table;

constexpr db::Statement kNextPart = {"import_commit.next_part", R"sql(
  SELECT max(row_number), count(*) FROM (
    SELECT row_number FROM import_household
    WHERE shard = $1 AND import_id = $2 AND row_number > $3 ORDER BY row_number LIMIT $4) AS part)sql"};

// Parameters of all statements on a part: $1 shard and $2 id of the import, the part ($3, $4].
constexpr db::Statement kCountNew = {"import_commit.count_new", R"sql(
  SELECT (SELECT count(*) FROM import_household
          WHERE shard = $1 AND import_id = $2 AND row_number > $3 AND row_number <= $4 AND verdict = 1),
         (SELECT count(*) FROM import_member
          WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4 AND verdict = 1
            AND NOT household_registered))sql"};

// In order of digest, so that imports of neighbours wait for each other instead of blocking.
constexpr db::Statement kClaim = {"import_commit.claim", R"sql(
  INSERT INTO identity_claim (digest, shard, member_id)
  SELECT id_digest, record_shard, id FROM import_member
  WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4 AND verdict = 1
    AND NOT household_registered
  ORDER BY id_digest
  ON CONFLICT (digest) DO NOTHING)sql"};

// $5 subject, $6 method, $7 time, $8 the day of the rows.
constexpr db::Statement kInsertHouseholds = {"import_commit.insert_households", R"sql(
  WITH inserted AS (
    INSERT INTO household (shard, id, area, national_id, head_name, standard, attribute, main_cause, other_causes,
                           cause_note, exit_flag, exit_year, phone, bank_name, bank_account, martyr_family, member_count,
                           valid_from, import_id, updated_by, update_method, create_time, update_time)
    SELECT s.record_shard, s.id, s.area, s.national_id, p.head, s.standard, s.attribute, s.main_cause, s.other_causes,
           s.cause_note, s.exit_flag, s.exit_year, s.phone, s.bank_name, s.bank_account, s.martyr_family, p.members,
           $8::date, $2, $5, $6, $7::timestamptz, $7::timestamptz
    FROM import_household s
    CROSS JOIN LATERAL (
      SELECT count(*) AS members, max(m.name) FILTER (WHERE m.relation = '01') AS head
      FROM import_member m
      WHERE m.shard = $1 AND m.import_id = $2 AND m.household_row = s.row_number AND m.verdict = 1) AS p
    WHERE s.shard = $1 AND s.import_id = $2 AND s.row_number > $3 AND s.row_number <= $4 AND s.verdict = 1
    ORDER BY s.row_number
    ON CONFLICT (shard, national_id) WHERE national_id IS NOT NULL AND state = 1 DO NOTHING
    RETURNING shard, id, area, member_count, exit_flag = '1' AS exited
  ), counted AS (
    INSERT INTO register_delta (area, households, persons, exited_households, exited_persons)
    SELECT area, count(*), sum(member_count), count(*) FILTER (WHERE exited),
           coalesce(sum(member_count) FILTER (WHERE exited), 0)
    FROM inserted GROUP BY area
  )
  SELECT shard, id, 1 + member_count FROM inserted)sql"};

// $5 to $8 as above, $9 reason of joining.
constexpr db::Statement kInsertMembers = {"import_commit.insert_members", R"sql(
  INSERT INTO member (shard, id, household_id, area, national_id, name, sex, id_type, id_number, id_digest, birth_date,
                      relation, ethnicity, education, school_status, health, labour, work_place, work_months,
                      medical_insurance, pension_insurance, illness_insurance, subsistence_allowance, soldier, phone,
                      political_status, join_date, join_reason, valid_from, import_id, updated_by, update_method,
                      create_time, update_time)
  SELECT record_shard, id, household_id, household_area, national_id, name, sex, id_type, id_number, id_digest,
         birth_date, relation, ethnicity, education, school_status, health, labour, work_place, work_months,
         medical_insurance, pension_insurance, illness_insurance, subsistence_allowance, soldier, phone,
         political_status, $8::date, $9, $8::date, $2, $5, $6, $7::timestamptz, $7::timestamptz
  FROM import_member
  WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4 AND verdict = 1
    AND NOT household_registered
  ORDER BY household_row, row_number)sql"};

// What the ledger is told of the new households of the part and their members: $5 time, $6 the day of the rows, $7
// reason of joining. Status as domain::StatusOf.
constexpr db::Statement kTellLedger = {"import_commit.tell_ledger", R"sql(
  WITH made AS (
    SELECT row_number, record_shard AS shard, id, area,
           2 + CASE exit_flag WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 3 ELSE 0 END AS status
    FROM import_household
    WHERE shard = $1 AND import_id = $2 AND row_number > $3 AND row_number <= $4 AND verdict = 1
  ), come AS (
    SELECT shard, id AS household_id, 0::bigint AS member_id, area, status FROM made
    UNION ALL
    SELECT made.shard, made.id, m.id, made.area, made.status
    FROM made JOIN import_member m ON m.household_row = made.row_number
    WHERE m.shard = $1 AND m.import_id = $2 AND m.household_row > $3 AND m.household_row <= $4 AND m.verdict = 1
      AND NOT m.household_registered
  ), kept AS (
    INSERT INTO population_change (shard, household_id, member_id, date, known_at, from_area, from_status, to_area,
                                   to_status, reason, count)
    SELECT shard, household_id, member_id, $6::date, $5::timestamptz, 0, 0, area, status, $7, 1 FROM come
  )
  INSERT INTO population_delta (date, known_at, from_area, from_status, to_area, to_status, reason, households, persons)
  SELECT $6::date, $5::timestamptz, 0, 0, area, status, $7, count(*) FILTER (WHERE member_id = 0),
         count(*) FILTER (WHERE member_id <> 0)
  FROM come GROUP BY area, status)sql"};

// $5 to $7 as above, $8 the rule. The division rounds half up, as domain::PerHead does. Versions and times go on from
// the last that is kept, where a report was taken away before.
constexpr db::Statement kInsertIncomes = {"import_commit.insert_incomes", R"sql(
  INSERT INTO income (shard, household_id, year, wage_fen, production_fen, property_fen, transfer_fen,
                      family_planning_fen, subsistence_fen, extreme_poverty_fen, pension_fen, ecological_fen,
                      other_transfer_fen, expense_fen, net_fen, net_per_capita_fen, member_count, rule_version, import_id,
                      updated_by, update_method, update_time, version)
  SELECT s.record_shard, s.household_id, s.year, s.wage_fen, s.production_fen, s.property_fen, s.transfer_fen,
         s.family_planning_fen, s.subsistence_fen, s.extreme_poverty_fen, s.pension_fen, s.ecological_fen,
         s.other_transfer_fen, s.expense_fen, s.net_fen,
         floor((2 * s.net_fen + h.member_count)::numeric / (2 * h.member_count))::bigint, h.member_count, $8, $2,
         $5, $6, greatest($7::timestamptz, gone.known_to), coalesce(gone.version, 0) + 1
  FROM import_income s JOIN household h ON h.shard = s.record_shard AND h.id = s.household_id AND h.state = 1
  LEFT JOIN LATERAL (
    SELECT version, known_to FROM record_version
    WHERE shard = s.record_shard AND household_id = s.household_id AND kind = 3 AND record_id = s.year
    ORDER BY version DESC LIMIT 1) AS gone ON true
  WHERE s.shard = $1 AND s.import_id = $2 AND s.household_row > $3 AND s.household_row <= $4 AND s.verdict = 1
  ORDER BY s.household_row, s.row_number
  ON CONFLICT (shard, household_id, year) DO NOTHING
  RETURNING shard, household_id)sql"};

constexpr db::Statement kInsertLiving = {"import_commit.insert_living", R"sql(
  INSERT INTO living_condition (shard, household_id, year, arable_centi_mu, irrigated_centi_mu, forest_centi_mu,
                                returned_centi_mu, orchard_centi_mu, pasture_centi_mu, water_centi_mu, production_power,
                                water_difficulty, safe_water, road_centi_km, road_type, house_centi_m2, dangerous_house,
                                danger_grade, sanitary_toilet, fuel, import_id, updated_by, update_method, update_time,
                                version)
  SELECT s.record_shard, s.household_id, s.year, s.arable_centi_mu, s.irrigated_centi_mu, s.forest_centi_mu,
         s.returned_centi_mu, s.orchard_centi_mu, s.pasture_centi_mu, s.water_centi_mu, s.production_power,
         s.water_difficulty, s.safe_water, s.road_centi_km, s.road_type, s.house_centi_m2, s.dangerous_house,
         s.danger_grade, s.sanitary_toilet, s.fuel, $2, $5, $6, greatest($7::timestamptz, gone.known_to),
         coalesce(gone.version, 0) + 1
  FROM import_living s JOIN household h ON h.shard = s.record_shard AND h.id = s.household_id AND h.state = 1
  LEFT JOIN LATERAL (
    SELECT version, known_to FROM record_version
    WHERE shard = s.record_shard AND household_id = s.household_id AND kind = 4 AND record_id = s.year
    ORDER BY version DESC LIMIT 1) AS gone ON true
  WHERE s.shard = $1 AND s.import_id = $2 AND s.household_row > $3 AND s.household_row <= $4 AND s.verdict = 1
  ORDER BY s.household_row, s.row_number
  ON CONFLICT (shard, household_id, year) DO NOTHING
  RETURNING shard, household_id)sql"};

constexpr db::Statement kCountNewReports = {"import_commit.count_new_reports", R"sql(
  SELECT (SELECT count(*) FROM import_income
          WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4 AND verdict = 1),
         (SELECT count(*) FROM import_living
          WHERE shard = $1 AND import_id = $2 AND household_row > $3 AND household_row <= $4 AND verdict = 1))sql"};

constexpr db::Statement kWeedHouseholds = {"import_commit.weed_households", R"sql(
  WITH taken AS (
    UPDATE import_household s SET verdict = 4 FROM household h
    WHERE s.shard = $1 AND s.import_id = $2 AND s.row_number > $3 AND s.row_number <= $4 AND s.verdict IN (1, 2)
      AND h.shard = s.record_shard AND h.national_id = s.national_id AND h.state = 1 AND h.id <> s.id
    RETURNING s.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, 1, row_number, 'AAC001', 40, true, '{}' FROM taken)sql"};

constexpr db::Statement kWeedMembers = {"import_commit.weed_members", R"sql(
  WITH taken AS (
    UPDATE import_member s SET verdict = 4 FROM identity_claim c
    WHERE s.shard = $1 AND s.import_id = $2 AND s.household_row > $3 AND s.household_row <= $4 AND s.verdict IN (1, 2)
      AND c.digest = s.id_digest AND (c.shard, c.member_id) <> (s.record_shard, s.id)
    RETURNING s.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, 2, row_number, 'AAB004', 17, true, '{}' FROM taken)sql"};

// Reports of households that are gone, or for years that have one by now. $5 is the kind.
std::string WeedReports(const char* staging, const char* table) {
  return absl::StrCat(R"sql(
  WITH taken AS (
    UPDATE )sql",
                      staging, R"sql( s SET verdict = 4
    WHERE s.shard = $1 AND s.import_id = $2 AND s.household_row > $3 AND s.household_row <= $4 AND s.verdict = 1
      AND (EXISTS (SELECT 1 FROM )sql",
                      table, R"sql( t
                   WHERE t.shard = s.record_shard AND t.household_id = s.household_id AND t.year = s.year)
           OR EXISTS (SELECT 1 FROM household h
                      WHERE h.shard = s.record_shard AND h.id = s.household_id AND h.state <> 1))
    RETURNING s.row_number
  )
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, $5, row_number, '', 40, true, '{}' FROM taken)sql");
}
const std::string kWeedIncomesText = WeedReports("import_income", "income");
const db::Statement kWeedIncomes = {"import_commit.weed_incomes", kWeedIncomesText.c_str()};
const std::string kWeedLivingText = WeedReports("import_living", "living_condition");
const db::Statement kWeedLiving = {"import_commit.weed_living", kWeedLivingText.c_str()};

constexpr db::Statement kReportOutdated = {"import_commit.report_outdated", R"sql(
  INSERT INTO import_finding (shard, import_id, kind, row_number, column_name, reason, error, metadata)
  SELECT $1, $2, $3, row_number, '', 40, true, '{}' FROM unnest($4::bigint[]) AS lost(row_number))sql"};

// Waits for whoever writes the part before, and sees what became of it.
constexpr db::Statement kLockCheckpoint = {"import_commit.lock_checkpoint",
                                           "SELECT committed_row FROM import WHERE shard = $1 AND id = $2 FOR UPDATE"};

constexpr db::Statement kAdvance = {"import_commit.advance", R"sql(
  UPDATE import SET committed_row = $3, commit_time = $4::timestamptz WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kCountWritten = {"import_commit.count_written", R"sql(
  UPDATE import_file f SET committed_count = f.committed_count + w.rows
  FROM unnest($3::smallint[], $4::bigint[]) AS w(kind, rows)
  WHERE f.shard = $1 AND f.import_id = $2 AND f.kind = w.kind AND w.rows > 0)sql"};

constexpr db::Statement kRewind = {"import_commit.rewind",
                                   "UPDATE import SET committed_row = 0 WHERE shard = $1 AND id = $2"};

// Staged rows of a part that concern registered households. Made at first use, as the annotations name the columns.
std::string SelectChanges(Table table) {
  const ImportTable& columns = domain::TableOf(table);
  const bool household = table == Table::kHousehold;
  const bool member = table == Table::kMember;
  std::string sql = absl::StrCat("SELECT row_number, record_shard, ", household || member ? "id" : "household_id", ", ",
                                 household ? "id" : "household_id", ", base_version");
  for (const ImportColumn& column : columns.columns) {
    absl::StrAppend(&sql, ", ", column.compared ? "NULL" : column.field);
  }
  const char* staged_row = household ? "row_number" : "household_row";
  absl::StrAppend(&sql, " FROM ",
                  household                 ? "import_household"
                  : member                  ? "import_member"
                  : table == Table::kIncome ? "import_income"
                                            : "import_living",
                  " WHERE shard = $1 AND import_id = $2 AND ", staged_row, " > $3 AND ", staged_row, " <= $4 AND ",
                  member ? "(verdict = 2 OR (verdict = 1 AND household_registered))" : "verdict = 2",
                  " ORDER BY row_number");
  return sql;
}

const db::Statement& ChangesOf(Table table) {
  static const auto& texts =
      *new std::array<std::string, 4>{SelectChanges(Table::kHousehold), SelectChanges(Table::kMember),
                                      SelectChanges(Table::kIncome), SelectChanges(Table::kLiving)};
  static const std::array<db::Statement, 4> statements = {{{"import_commit.household_changes", texts[0].c_str()},
                                                           {"import_commit.member_changes", texts[1].c_str()},
                                                           {"import_commit.income_changes", texts[2].c_str()},
                                                           {"import_commit.living_changes", texts[3].c_str()}}};
  return statements[static_cast<int>(table) - 1];
}

pqxx::result RunOnPart(db::Tx& tx, const db::Statement& statement, const ids::RecordId& import,
                       const ImportPart& part) {
  return tx.Run(statement, import.shard, import.number, part.after, part.last);
}

absl::StatusOr<StagedChangeRow> ReadChange(const pqxx::row& row, const ImportTable& table,
                                           const crypto::Sealer& sealer) {
  constexpr int kKeys = 5;
  StagedChangeRow change;
  change.table = table.table;
  change.row_number = row[0].as<int64_t>();
  change.id = {row[1].as<int32_t>(), row[2].as<int64_t>()};
  change.household = {row[1].as<int32_t>(), row[3].as<int64_t>()};
  change.base_version = row[4].as<int64_t>();
  for (const ImportColumn& column : table.columns) {
    const pqxx::field field = row[kKeys + column.index];
    domain::Value value;
    value.null = field.is_null();
    if (!value.null && column.sealed) {
      ASSIGN_OR_RETURN(value.text,
                       sealer.Open({kService, table.storage, column.field, change.id.ToString()}, db::BytesOf(field)));
    } else if (!value.null) {
      value.text.assign(field.c_str(), field.size());
    }
    change.values.push_back(std::move(value));
  }
  return change;
}

void TakeReports(const pqxx::result& reports, Written* written) {
  for (const auto& row : reports) ++written->households[{row[0].as<int32_t>(), row[1].as<int64_t>()}];
}

}  // namespace

std::optional<ImportPart> NextPart(db::Tx& tx, const ids::RecordId& import, int64_t after, int limit) {
  const auto rows = tx.Run(kNextPart, import.shard, import.number, after, limit);
  if (rows[0][0].is_null()) return std::nullopt;
  return ImportPart{after, rows[0][0].as<int64_t>(), rows[0][1].as<int>()};
}

bool InsertNewHouseholds(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Author& author,
                         const std::string& as_of, Written* written) {
  const auto expected = RunOnPart(tx, kCountNew, import, part);
  const auto households = expected[0][0].as<size_t>();
  const auto members = expected[0][1].as<size_t>();
  if (households == 0) return true;
  if (RunOnPart(tx, kClaim, import, part).affected_rows() != members) return false;
  const std::string time = TimeLiteral(author.time);
  const auto inserted = tx.Run(kInsertHouseholds, import.shard, import.number, part.after, part.last, author.subject,
                               author.method, time, as_of);
  if (inserted.size() != households) return false;
  for (const auto& row : inserted) {
    written->households[{row[0].as<int32_t>(), row[1].as<int64_t>()}] += row[2].as<int64_t>();
  }
  tx.Run(kInsertMembers, import.shard, import.number, part.after, part.last, author.subject, author.method, time, as_of,
         domain::kFirstRegistration);
  tx.Run(kTellLedger, import.shard, import.number, part.after, part.last, time, as_of,
         absl::StrCat("JOIN_", domain::kFirstRegistration));
  written->Of(Table::kHousehold) += static_cast<int64_t>(households);
  written->Of(Table::kMember) += static_cast<int64_t>(members);
  return true;
}

bool InsertNewReports(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Author& author,
                      Written* written) {
  const auto expected = RunOnPart(tx, kCountNewReports, import, part);
  const auto incomes = expected[0][0].as<int64_t>();
  const auto livings = expected[0][1].as<int64_t>();
  const std::string time = TimeLiteral(author.time);
  if (incomes > 0) {
    const auto inserted = tx.Run(kInsertIncomes, import.shard, import.number, part.after, part.last, author.subject,
                                 author.method, time, std::string(domain::kNetIncomeRule));
    if (static_cast<int64_t>(inserted.size()) != incomes) return false;
    TakeReports(inserted, written);
  }
  if (livings > 0) {
    const auto inserted =
        tx.Run(kInsertLiving, import.shard, import.number, part.after, part.last, author.subject, author.method, time);
    if (static_cast<int64_t>(inserted.size()) != livings) return false;
    TakeReports(inserted, written);
  }
  written->Of(Table::kIncome) += incomes;
  written->Of(Table::kLiving) += livings;
  return true;
}

absl::StatusOr<std::vector<StagedChangeRow>> LoadChangeRows(db::Tx& tx, const crypto::Sealer& sealer,
                                                            const ids::RecordId& import, const ImportPart& part) {
  std::vector<StagedChangeRow> changes;
  for (Table table : domain::kTables) {
    for (const auto& row : RunOnPart(tx, ChangesOf(table), import, part)) {
      ASSIGN_OR_RETURN(StagedChangeRow change, ReadChange(row, domain::TableOf(table), sealer));
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

int64_t WeedOut(db::Tx& tx, const ids::RecordId& import, const ImportPart& part) {
  auto weeded = RunOnPart(tx, kWeedHouseholds, import, part).affected_rows();
  weeded += RunOnPart(tx, kWeedMembers, import, part).affected_rows();
  weeded += tx.Run(kWeedIncomes, import.shard, import.number, part.after, part.last, static_cast<int>(Table::kIncome))
                .affected_rows();
  weeded += tx.Run(kWeedLiving, import.shard, import.number, part.after, part.last, static_cast<int>(Table::kLiving))
                .affected_rows();
  return static_cast<int64_t>(weeded);
}

void RefuseOutdated(db::Tx& tx, const ids::RecordId& import, const std::vector<StagedChangeRow>& rows) {
  for (Table table : domain::kTables) {
    std::vector<int64_t> numbers;
    for (const StagedChangeRow& row : rows) {
      if (row.table == table) numbers.push_back(row.row_number);
    }
    if (numbers.empty()) continue;
    RefuseRows(tx, import, table, numbers);
    tx.Run(kReportOutdated, import.shard, import.number, static_cast<int>(table), db::IntegerArray(numbers));
  }
}

bool Advance(db::Tx& tx, const ids::RecordId& import, const ImportPart& part, const Written& written, absl::Time now) {
  if (tx.Run(kLockCheckpoint, import.shard, import.number)[0][0].as<int64_t>() != part.after) return false;
  tx.Run(kAdvance, import.shard, import.number, part.last, TimeLiteral(now));
  std::vector<int> kinds;
  for (Table table : domain::kTables) kinds.push_back(static_cast<int>(table));
  tx.Run(kCountWritten, import.shard, import.number, db::IntegerArray(kinds), db::IntegerArray(written.rows));
  InsertWritten(tx, import, written.households);
  return true;
}

void Rewind(db::Tx& tx, const ids::RecordId& import) { tx.Run(kRewind, import.shard, import.number); }

}  // namespace bangfu::registration::store
