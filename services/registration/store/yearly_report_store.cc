#include "services/registration/store/yearly_report_store.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration::store {
namespace {

const std::string kIncomeColumns = R"sql(
  shard, household_id, year, wage_fen, production_fen, property_fen, transfer_fen, family_planning_fen,
  subsistence_fen, extreme_poverty_fen, pension_fen, ecological_fen, other_transfer_fen, expense_fen, net_fen,
  net_per_capita_fen, member_count, rule_version,
  version, (extract(epoch FROM update_time) * 1000000)::bigint)sql";

const std::string kLivingColumns = R"sql(
  shard, household_id, year, arable_centi_mu, irrigated_centi_mu, forest_centi_mu, returned_centi_mu,
  orchard_centi_mu, pasture_centi_mu, water_centi_mu, production_power, water_difficulty, safe_water, road_centi_km,
  road_type, house_centi_m2, dangerous_house, danger_grade, sanitary_toilet, fuel,
  version, (extract(epoch FROM update_time) * 1000000)::bigint)sql";

// Year 0 stands for all.
constexpr char kOfHousehold[] =
    " WHERE shard = $1 AND household_id = $2 AND ($3::integer = 0 OR year = $3) ORDER BY year DESC";

const std::string kSelectIncomesText = absl::StrCat("SELECT ", kIncomeColumns, " FROM income", kOfHousehold);
const db::Statement kSelectIncomes = {"income.select", kSelectIncomesText.c_str()};

const std::string kSelectLivingText = absl::StrCat("SELECT ", kLivingColumns, " FROM living_condition", kOfHousehold);
const db::Statement kSelectLiving = {"living_condition.select", kSelectLivingText.c_str()};

constexpr char kOfHouseholds[] =
    " WHERE shard = $1 AND household_id = ANY($2::bigint[]) ORDER BY household_id, year FOR UPDATE";

const std::string kSelectIncomesOfText = absl::StrCat("SELECT ", kIncomeColumns, " FROM income", kOfHouseholds);
const db::Statement kSelectIncomesOf = {"income.select_of_households", kSelectIncomesOfText.c_str()};

const std::string kSelectLivingOfText =
    absl::StrCat("SELECT ", kLivingColumns, " FROM living_condition", kOfHouseholds);
const db::Statement kSelectLivingOf = {"living_condition.select_of_households", kSelectLivingOfText.c_str()};

// Times as in household.save; a first version has none before it. Where a report was taken away before,
// versions and times go on from the last that is kept, so that no etag names two versions.
constexpr db::Statement kSaveIncome = {"income.save", R"sql(
  WITH new AS (
    SELECT given.*, greatest(given.update_time, old_update_time + interval '1 microsecond', gone_time) AS save_time,
           coalesce(gone_version, 0) + 1 AS first_version, old.*
    FROM json_populate_recordset(NULL::income, $1::json) AS given
    LEFT JOIN LATERAL (
      SELECT version AS old_version, import_id AS old_import_id, updated_by AS old_updated_by,
             update_method AS old_update_method, update_time AS old_update_time
      FROM income
      WHERE shard = given.shard AND household_id = given.household_id AND year = given.year LIMIT 1) AS old ON true
    LEFT JOIN LATERAL (
      SELECT version AS gone_version, known_to AS gone_time FROM record_version
      WHERE shard = given.shard AND household_id = given.household_id AND kind = 3 AND record_id = given.year
        AND old_version IS NULL
      ORDER BY version DESC LIMIT 1) AS gone ON true
  ), kept AS (
    INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                                update_method, import_id, body)
    SELECT shard, household_id, 3, year, old_version, old_update_time, save_time, old_updated_by, old_update_method,
           old_import_id, sealed.body
    FROM new
    JOIN unnest($2::bigint[], $3::smallint[], $4::bytea[]) AS sealed(household_id, year, body)
      USING (household_id, year)
    WHERE old_version IS NOT NULL
  )
  INSERT INTO income AS t (shard, household_id, year, wage_fen, production_fen, property_fen, transfer_fen,
                        family_planning_fen, subsistence_fen, extreme_poverty_fen, pension_fen, ecological_fen,
                        other_transfer_fen, expense_fen, net_fen, net_per_capita_fen, member_count, rule_version,
                        import_id, updated_by, update_method, update_time, version)
  SELECT shard, household_id, year, wage_fen, production_fen, property_fen, transfer_fen, family_planning_fen,
         subsistence_fen, extreme_poverty_fen, pension_fen, ecological_fen, other_transfer_fen, expense_fen, net_fen,
         net_per_capita_fen, member_count, rule_version, import_id, updated_by, update_method, save_time,
         first_version
  FROM new
  ON CONFLICT (shard, household_id, year) DO UPDATE
  SET wage_fen = EXCLUDED.wage_fen, production_fen = EXCLUDED.production_fen, property_fen = EXCLUDED.property_fen,
      transfer_fen = EXCLUDED.transfer_fen, family_planning_fen = EXCLUDED.family_planning_fen,
      subsistence_fen = EXCLUDED.subsistence_fen, extreme_poverty_fen = EXCLUDED.extreme_poverty_fen,
      pension_fen = EXCLUDED.pension_fen, ecological_fen = EXCLUDED.ecological_fen,
      other_transfer_fen = EXCLUDED.other_transfer_fen, expense_fen = EXCLUDED.expense_fen,
      net_fen = EXCLUDED.net_fen, net_per_capita_fen = EXCLUDED.net_per_capita_fen,
      member_count = EXCLUDED.member_count, rule_version = EXCLUDED.rule_version, updated_by = EXCLUDED.updated_by,
      update_method = EXCLUDED.update_method, update_time = EXCLUDED.update_time,
      version = t.version + 1, import_id = EXCLUDED.import_id
  RETURNING household_id, year, version, (extract(epoch FROM update_time) * 1000000)::bigint)sql"};

constexpr db::Statement kSaveLiving = {"living_condition.save", R"sql(
  WITH new AS (
    SELECT given.*, greatest(given.update_time, old_update_time + interval '1 microsecond', gone_time) AS save_time,
           coalesce(gone_version, 0) + 1 AS first_version, old.*
    FROM json_populate_recordset(NULL::living_condition, $1::json) AS given
    LEFT JOIN LATERAL (
      SELECT version AS old_version, import_id AS old_import_id, updated_by AS old_updated_by,
             update_method AS old_update_method, update_time AS old_update_time
      FROM living_condition
      WHERE shard = given.shard AND household_id = given.household_id AND year = given.year LIMIT 1) AS old ON true
    LEFT JOIN LATERAL (
      SELECT version AS gone_version, known_to AS gone_time FROM record_version
      WHERE shard = given.shard AND household_id = given.household_id AND kind = 4 AND record_id = given.year
        AND old_version IS NULL
      ORDER BY version DESC LIMIT 1) AS gone ON true
  ), kept AS (
    INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                                update_method, import_id, body)
    SELECT shard, household_id, 4, year, old_version, old_update_time, save_time, old_updated_by, old_update_method,
           old_import_id, sealed.body
    FROM new
    JOIN unnest($2::bigint[], $3::smallint[], $4::bytea[]) AS sealed(household_id, year, body)
      USING (household_id, year)
    WHERE old_version IS NOT NULL
  )
  INSERT INTO living_condition AS t (shard, household_id, year, arable_centi_mu, irrigated_centi_mu, forest_centi_mu,
                        returned_centi_mu, orchard_centi_mu, pasture_centi_mu, water_centi_mu, production_power,
                        water_difficulty, safe_water, road_centi_km, road_type, house_centi_m2, dangerous_house,
                        danger_grade, sanitary_toilet, fuel, import_id, updated_by, update_method, update_time,
                        version)
  SELECT shard, household_id, year, arable_centi_mu, irrigated_centi_mu, forest_centi_mu, returned_centi_mu,
         orchard_centi_mu, pasture_centi_mu, water_centi_mu, production_power, water_difficulty, safe_water,
         road_centi_km, road_type, house_centi_m2, dangerous_house, danger_grade, sanitary_toilet, fuel, import_id,
         updated_by, update_method, save_time, first_version
  FROM new
  ON CONFLICT (shard, household_id, year) DO UPDATE
  SET arable_centi_mu = EXCLUDED.arable_centi_mu, irrigated_centi_mu = EXCLUDED.irrigated_centi_mu,
      forest_centi_mu = EXCLUDED.forest_centi_mu, returned_centi_mu = EXCLUDED.returned_centi_mu,
      orchard_centi_mu = EXCLUDED.orchard_centi_mu, pasture_centi_mu = EXCLUDED.pasture_centi_mu,
      water_centi_mu = EXCLUDED.water_centi_mu, production_power = EXCLUDED.production_power,
      water_difficulty = EXCLUDED.water_difficulty, safe_water = EXCLUDED.safe_water,
      road_centi_km = EXCLUDED.road_centi_km, road_type = EXCLUDED.road_type,
      house_centi_m2 = EXCLUDED.house_centi_m2, dangerous_house = EXCLUDED.dangerous_house,
      danger_grade = EXCLUDED.danger_grade, sanitary_toilet = EXCLUDED.sanitary_toilet, fuel = EXCLUDED.fuel,
      updated_by = EXCLUDED.updated_by, update_method = EXCLUDED.update_method, update_time = EXCLUDED.update_time,
      version = t.version + 1, import_id = EXCLUDED.import_id
  RETURNING household_id, year, version, (extract(epoch FROM update_time) * 1000000)::bigint)sql"};

// The reports hold nothing sealed, so their readers open nothing.
v1::Income ReadIncome(const pqxx::row& row) {
  RowReader columns(row);
  v1::Income income;
  income.set_household_id(columns.RecordId());
  income.set_year(static_cast<int32_t>(columns.Number()));
  income.set_wage_fen(columns.Number());
  income.set_production_fen(columns.Number());
  income.set_property_fen(columns.Number());
  income.set_transfer_fen(columns.Number());
  income.set_family_planning_fen(columns.Number());
  income.set_subsistence_fen(columns.Number());
  income.set_extreme_poverty_fen(columns.Number());
  income.set_pension_fen(columns.Number());
  income.set_ecological_fen(columns.Number());
  income.set_other_transfer_fen(columns.Number());
  income.set_expense_fen(columns.Number());
  income.set_net_fen(columns.Number());
  income.set_net_per_capita_fen(columns.Number());
  income.set_member_count(static_cast<int32_t>(columns.Number()));
  income.set_rule_version(columns.Text());
  income.set_etag(api::EtagOf(ReportName(income.household_id(), income.year()), columns.Number()));
  columns.Time(income.mutable_update_time());
  return income;
}

v1::LivingCondition ReadLiving(const pqxx::row& row) {
  RowReader columns(row);
  v1::LivingCondition living;
  living.set_household_id(columns.RecordId());
  living.set_year(static_cast<int32_t>(columns.Number()));
  if (auto value = columns.OptionalNumber()) living.set_arable_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_irrigated_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_forest_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_returned_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_orchard_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_pasture_centi_mu(*value);
  if (auto value = columns.OptionalNumber()) living.set_water_centi_mu(*value);
  if (auto value = columns.OptionalBoolean()) living.set_production_power(*value);
  if (auto value = columns.OptionalBoolean()) living.set_water_difficulty(*value);
  if (auto value = columns.OptionalBoolean()) living.set_safe_water(*value);
  if (auto value = columns.OptionalNumber()) living.set_road_centi_km(*value);
  living.set_road_type(columns.Text());
  if (auto value = columns.OptionalNumber()) living.set_house_centi_m2(*value);
  if (auto value = columns.OptionalBoolean()) living.set_dangerous_house(*value);
  living.set_danger_grade(columns.Text());
  if (auto value = columns.OptionalBoolean()) living.set_sanitary_toilet(*value);
  living.set_fuel(columns.Text());
  living.set_etag(api::EtagOf(ReportName(living.household_id(), living.year()), columns.Number()));
  columns.Time(living.mutable_update_time());
  return living;
}

// The columns that both tables have.
template <typename Report>
void PutKeyAndAuthor(const Report& report, const Author& author, JsonRow* out) {
  const ids::RecordId household = IdOf(report.household_id());
  JsonRow& row = *out;
  row["shard"] = household.shard;
  row["household_id"] = household.number;
  row["year"] = report.year();
  if (author.import_id) row["import_id"] = *author.import_id;
  row["updated_by"] = author.subject;
  row["update_method"] = author.method;
  row["update_time"] = TimeLiteral(author.time);
}

void AddRow(const v1::Income& income, const Author& author, JsonRows* rows) {
  JsonRow row = rows->Add();
  PutKeyAndAuthor(income, author, &row);
  row["wage_fen"] = income.wage_fen();
  row["production_fen"] = income.production_fen();
  row["property_fen"] = income.property_fen();
  row["transfer_fen"] = income.transfer_fen();
  row["family_planning_fen"] = income.family_planning_fen();
  row["subsistence_fen"] = income.subsistence_fen();
  row["extreme_poverty_fen"] = income.extreme_poverty_fen();
  row["pension_fen"] = income.pension_fen();
  row["ecological_fen"] = income.ecological_fen();
  row["other_transfer_fen"] = income.other_transfer_fen();
  row["expense_fen"] = income.expense_fen();
  row["net_fen"] = income.net_fen();
  row["net_per_capita_fen"] = income.net_per_capita_fen();
  row["member_count"] = income.member_count();
  row["rule_version"] = income.rule_version();
}

void AddRow(const v1::LivingCondition& living, const Author& author, JsonRows* rows) {
  JsonRow row = rows->Add();
  PutKeyAndAuthor(living, author, &row);
  if (living.has_arable_centi_mu()) row["arable_centi_mu"] = living.arable_centi_mu();
  if (living.has_irrigated_centi_mu()) row["irrigated_centi_mu"] = living.irrigated_centi_mu();
  if (living.has_forest_centi_mu()) row["forest_centi_mu"] = living.forest_centi_mu();
  if (living.has_returned_centi_mu()) row["returned_centi_mu"] = living.returned_centi_mu();
  if (living.has_orchard_centi_mu()) row["orchard_centi_mu"] = living.orchard_centi_mu();
  if (living.has_pasture_centi_mu()) row["pasture_centi_mu"] = living.pasture_centi_mu();
  if (living.has_water_centi_mu()) row["water_centi_mu"] = living.water_centi_mu();
  if (living.has_production_power()) row["production_power"] = living.production_power();
  if (living.has_water_difficulty()) row["water_difficulty"] = living.water_difficulty();
  if (living.has_safe_water()) row["safe_water"] = living.safe_water();
  if (living.has_road_centi_km()) row["road_centi_km"] = living.road_centi_km();
  row["road_type"] = living.road_type();
  if (living.has_house_centi_m2()) row["house_centi_m2"] = living.house_centi_m2();
  if (living.has_dangerous_house()) row["dangerous_house"] = living.dangerous_house();
  row["danger_grade"] = living.danger_grade();
  if (living.has_sanitary_toilet()) row["sanitary_toilet"] = living.sanitary_toilet();
  row["fuel"] = living.fuel();
}

template <typename Report>
void Save(db::Tx& tx, const crypto::Sealer& sealer, const db::Statement& statement, RecordKind kind,
          const std::vector<Revision<Report>>& revisions) {
  if (revisions.empty()) return;
  JsonRows rows;
  std::vector<int64_t> households, years;
  std::vector<std::string> bodies;
  std::vector<ids::RecordId> reported;
  absl::flat_hash_map<std::pair<int64_t, int32_t>, Report*> saved;
  for (const auto& [author, before, after, between] : revisions) {
    saved[{IdOf(after->household_id()).number, after->year()}] = after;
    reported.push_back(IdOf(after->household_id()));
    if (before != nullptr) {
      const ids::RecordId household = IdOf(before->household_id());
      const int64_t version = VersionOf(before->etag());
      households.push_back(household.number);
      years.push_back(before->year());
      bodies.push_back(SealVersion(sealer, {household.shard, kind, before->year(), version}, *before));
    }
    AddRow(*after, *author, &rows);
  }
  for (const auto& row :
       tx.Run(statement, rows.Text(), db::IntegerArray(households), db::IntegerArray(years), db::ByteaArray(bodies))) {
    Report* report = saved.at({row[0].as<int64_t>(), row[1].as<int32_t>()});
    report->set_etag(api::EtagOf(ReportName(report->household_id(), report->year()), row[2].as<int64_t>()));
    SetTime(absl::FromUnixMicros(row[3].as<int64_t>()), report->mutable_update_time());
  }
  MarkDue(tx, reported);
}

}  // namespace

std::vector<v1::Income> ListIncomes(db::Tx& tx, const ids::RecordId& household) {
  std::vector<v1::Income> incomes;
  for (const auto& row : tx.Run(kSelectIncomes, household.shard, household.number, 0)) {
    incomes.push_back(ReadIncome(row));
  }
  return incomes;
}

std::vector<v1::LivingCondition> ListLivingConditions(db::Tx& tx, const ids::RecordId& household) {
  std::vector<v1::LivingCondition> conditions;
  for (const auto& row : tx.Run(kSelectLiving, household.shard, household.number, 0)) {
    conditions.push_back(ReadLiving(row));
  }
  return conditions;
}

std::optional<v1::Income> LoadIncome(db::Tx& tx, const ids::RecordId& household, int32_t year) {
  const auto rows = tx.Run(kSelectIncomes, household.shard, household.number, year);
  if (rows.empty()) return std::nullopt;
  return ReadIncome(rows[0]);
}

std::optional<v1::LivingCondition> LoadLivingCondition(db::Tx& tx, const ids::RecordId& household, int32_t year) {
  const auto rows = tx.Run(kSelectLiving, household.shard, household.number, year);
  if (rows.empty()) return std::nullopt;
  return ReadLiving(rows[0]);
}

std::vector<v1::Income> LoadIncomesOf(db::Tx& tx, int32_t shard, const std::vector<int64_t>& household_ids) {
  std::vector<v1::Income> incomes;
  for (const auto& row : tx.Run(kSelectIncomesOf, shard, db::IntegerArray(household_ids))) {
    incomes.push_back(ReadIncome(row));
  }
  return incomes;
}

std::vector<v1::LivingCondition> LoadLivingConditionsOf(db::Tx& tx, int32_t shard,
                                                        const std::vector<int64_t>& household_ids) {
  std::vector<v1::LivingCondition> conditions;
  for (const auto& row : tx.Run(kSelectLivingOf, shard, db::IntegerArray(household_ids))) {
    conditions.push_back(ReadLiving(row));
  }
  return conditions;
}

void SaveIncomes(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Income>>& revisions) {
  Save(tx, sealer, kSaveIncome, RecordKind::kIncome, revisions);
}

void SaveLivingConditions(db::Tx& tx, const crypto::Sealer& sealer,
                          const std::vector<Revision<v1::LivingCondition>>& revisions) {
  Save(tx, sealer, kSaveLiving, RecordKind::kLivingCondition, revisions);
}

}  // namespace bangfu::registration::store
