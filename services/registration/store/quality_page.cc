#include "services/registration/store/quality_page.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

using domain::NumberHolder;
using domain::QualityCase;

constexpr db::Statement kPage = {"quality.page", R"sql(
  SELECT t.shard, t.id, t.area FROM household t
  WHERE t.area >= $1 AND t.area < $2 AND (t.area, t.id) > ($3, $4) AND t.state = 1
    AND (t.type = 1 OR t.monitor_type <> '')
  ORDER BY t.area, t.id LIMIT $5)sql"};

// Days are those of Beijing, since 1970.
constexpr db::Statement kHouseholds = {"quality.households", R"sql(
  SELECT t.shard, t.id, t.area, t.national_id, t.head_name, t.attribute, t.main_cause, t.other_causes, t.exit_flag,
         t.exit_year, t.member_count, t.type, t.monitor_type, t.risk_eliminated,
         (t.update_time AT TIME ZONE 'Asia/Shanghai')::date - DATE '1970-01-01'
  FROM household t WHERE t.shard = $1 AND t.id = ANY($2::bigint[]) AND t.state = 1)sql"};

// The holder of each number is looked up by it: joined, the whole list would be read for every page.
constexpr db::Statement kMembers = {"quality.members", R"sql(
  SELECT t.household_id, t.shard, t.id, t.area, t.name, t.sex, t.id_type, t.id_number, t.birth_date::text, t.relation,
         t.education, t.school_status, t.health, t.labour, t.work_place, t.work_months, t.medical_insurance,
         t.subsistence_allowance, t.household_type,
         CASE WHEN c.member_id IS NULL THEN 2 WHEN c.shard = t.shard AND c.member_id = t.id THEN 0 ELSE 1 END,
         (t.update_time AT TIME ZONE 'Asia/Shanghai')::date - DATE '1970-01-01'
  FROM member t LEFT JOIN LATERAL (
    SELECT shard, member_id FROM identity_claim WHERE digest = t.id_digest LIMIT 1) c ON true
  WHERE t.shard = $1 AND t.household_id = ANY($2::bigint[]) AND t.state = 1
  ORDER BY t.household_id, t.id)sql"};

constexpr db::Statement kIncomes = {"quality.incomes", R"sql(
  SELECT household_id, wage_fen, production_fen, property_fen, transfer_fen, family_planning_fen, subsistence_fen,
         extreme_poverty_fen, pension_fen, ecological_fen, other_transfer_fen, expense_fen, net_fen, net_per_capita_fen,
         member_count, (update_time AT TIME ZONE 'Asia/Shanghai')::date - DATE '1970-01-01'
  FROM income WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND year = $3)sql"};

constexpr db::Statement kLivings = {"quality.livings", R"sql(
  SELECT household_id, arable_centi_mu, irrigated_centi_mu, house_centi_m2, water_difficulty, safe_water, dangerous_house,
         danger_grade, (update_time AT TIME ZONE 'Asia/Shanghai')::date - DATE '1970-01-01'
  FROM living_condition WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND year = $3)sql"};

constexpr db::Statement kVillages = {"quality.villages", R"sql(
  SELECT code FROM area
  WHERE code = ANY($1::bigint[]) AND level = 5 AND valid_from <= $2::date AND (valid_to IS NULL OR valid_to > $2::date))sql"};

// Those that are lost, and the last of the page. Each household is looked up by its key: a plan that reads all of them
// for every page costs the more the larger they are.
constexpr db::Statement kLostMembers = {"quality.lost_members", R"sql(
  WITH page AS MATERIALIZED (
    SELECT area, id, shard, household_id FROM member
    WHERE area >= $1 AND area < $2 AND (area, id) > ($3, $4) AND state = 1 ORDER BY area, id LIMIT $5
  )
  SELECT p.area, p.id, p.shard, p.household_id, true, 0
  FROM page p LEFT JOIN LATERAL (
    SELECT true AS active FROM household WHERE shard = p.shard AND id = p.household_id AND state = 1 LIMIT 1) h ON true
  WHERE h.active IS NULL
  UNION ALL
  (SELECT area, id, shard, household_id, false, (SELECT count(*) FROM page)
   FROM page ORDER BY area DESC, id DESC LIMIT 1))sql"};

using Places = absl::flat_hash_map<int64_t, QualityCase*>;

void Confirm(int64_t day, QualityCase* judged) {
  judged->confirm_date = std::max(judged->confirm_date, absl::CivilDay(1970, 1, 1) + day);
}

QualityCase ReadHousehold(const pqxx::row& row) {
  RowReader columns(row);
  QualityCase judged;
  v1::Household& household = judged.household;
  household.set_household_id(columns.RecordId());
  household.set_area(columns.AreaCode());
  household.set_national_id(columns.Text());
  household.set_head_name(columns.Text());
  household.set_attribute(columns.Text());
  household.set_main_cause(columns.Text());
  const std::string others = columns.Text();
  for (const auto cause : absl::StrSplit(others, ',', absl::SkipEmpty()))
    household.add_other_causes(std::string(cause));
  household.set_exit_flag(columns.Text());
  household.set_exit_year(static_cast<int32_t>(columns.Number()));
  household.set_member_count(static_cast<int32_t>(columns.Number()));
  household.set_type(static_cast<v1::Household::Type>(columns.Number()));
  household.set_monitor_type(columns.Text());
  if (const auto eliminated = columns.OptionalBoolean()) household.set_risk_eliminated(*eliminated);
  Confirm(columns.Number(), &judged);
  return judged;
}

absl::Status AddMember(const pqxx::row& row, const crypto::Sealer& sealer, const Places& places) {
  RowReader columns(row, sealer);
  const auto place = places.find(columns.Number());
  if (place == places.end()) return absl::OkStatus();
  QualityCase& judged = *place->second;
  judged.persons.emplace_back();
  v1::Member& member = judged.persons.back().member;
  member.set_member_id(columns.RecordId());
  member.set_area(columns.AreaCode());
  member.set_name(columns.Text());
  member.set_sex(columns.Text());
  member.set_id_type(columns.Text());
  member.set_id_number(columns.Sealed("member", "id_number", member.member_id()));
  member.set_birth_date(columns.Text());
  member.set_relation(columns.Text());
  member.set_education(columns.Text());
  member.set_school_status(columns.Text());
  member.set_health(columns.Text());
  member.set_labour(columns.Text());
  member.set_work_place(columns.Text());
  if (const auto months = columns.OptionalNumber()) member.set_work_months(static_cast<int32_t>(*months));
  if (const auto insured = columns.OptionalBoolean()) member.set_medical_insurance(*insured);
  if (const auto allowance = columns.OptionalBoolean()) member.set_subsistence_allowance(*allowance);
  member.set_household_type(static_cast<v1::Household::Type>(columns.Number()));
  judged.persons.back().holder = static_cast<NumberHolder>(columns.Number());
  Confirm(columns.Number(), &judged);
  return columns.status();
}

void AddIncome(const pqxx::row& row, int year, const Places& places) {
  RowReader columns(row);
  const auto place = places.find(columns.Number());
  if (place == places.end()) return;
  v1::Income income;
  income.set_year(year);
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
  Confirm(columns.Number(), place->second);
  place->second->income = std::move(income);
}

void AddLiving(const pqxx::row& row, int year, const Places& places) {
  RowReader columns(row);
  const auto place = places.find(columns.Number());
  if (place == places.end()) return;
  v1::LivingCondition living;
  living.set_year(year);
  if (const auto area = columns.OptionalNumber()) living.set_arable_centi_mu(*area);
  if (const auto area = columns.OptionalNumber()) living.set_irrigated_centi_mu(*area);
  if (const auto area = columns.OptionalNumber()) living.set_house_centi_m2(*area);
  if (const auto difficult = columns.OptionalBoolean()) living.set_water_difficulty(*difficult);
  if (const auto safe = columns.OptionalBoolean()) living.set_safe_water(*safe);
  if (const auto dangerous = columns.OptionalBoolean()) living.set_dangerous_house(*dangerous);
  living.set_danger_grade(columns.Text());
  Confirm(columns.Number(), place->second);
  place->second->living = std::move(living);
}

void CheckVillages(db::Tx& tx, absl::CivilDay date, std::vector<QualityCase>* cases) {
  std::set<int64_t> asked, valid;
  const auto code_of = [](const QualityCase& judged) {
    return standards::ParseAreaCode(judged.household.area()).value_or(0);
  };
  for (const QualityCase& judged : *cases) asked.insert(code_of(judged));
  for (const auto& row : tx.Run(kVillages, db::IntegerArray(asked), standards::FormatDate(date))) {
    valid.insert(row[0].as<int64_t>());
  }
  for (QualityCase& judged : *cases) judged.village_valid = valid.count(code_of(judged)) > 0;
}

// Of one county.
absl::Status AddRows(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard, const std::vector<int64_t>& numbers,
                     int year, std::vector<QualityCase>* cases) {
  const std::string ids = db::IntegerArray(numbers);
  const size_t first = cases->size();
  Places places;
  const auto rows = tx.Run(kHouseholds, shard, ids);
  cases->reserve(first + rows.size());
  for (const auto& row : rows) cases->push_back(ReadHousehold(row));
  for (size_t i = first; i < cases->size(); ++i) {
    places[rows[static_cast<int>(i - first)][1].as<int64_t>()] = &(*cases)[i];
  }
  for (const auto& row : tx.Run(kMembers, shard, ids)) RETURN_IF_ERROR(AddMember(row, sealer, places));
  for (const auto& row : tx.Run(kIncomes, shard, ids, year)) AddIncome(row, year, places);
  for (const auto& row : tx.Run(kLivings, shard, ids, year)) AddLiving(row, year, places);
  return absl::OkStatus();
}

}  // namespace

QualityPage NextQualityPage(db::Tx& tx, const auth::AreaRange& range, const QualityKey& after, int limit) {
  QualityPage page;
  for (const auto& row : tx.Run(kPage, range.low, range.high, after.area, after.id, limit)) {
    page.households.push_back({row[0].as<int32_t>(), row[1].as<int64_t>()});
    page.last = {row[2].as<int64_t>(), row[1].as<int64_t>()};
  }
  return page;
}

absl::StatusOr<std::vector<QualityCase>> LoadQualityCases(db::Tx& tx, const crypto::Sealer& sealer,
                                                          const std::vector<ids::RecordId>& households, int year,
                                                          absl::CivilDay date) {
  std::vector<QualityCase> cases;
  cases.reserve(households.size());  // places in it are kept while rows are added
  for (const auto& [shard, numbers] : NumbersByCounty(households)) {
    RETURN_IF_ERROR(AddRows(tx, sealer, shard, numbers, year, &cases));
  }
  for (QualityCase& judged : cases) {
    judged.year = year;
    judged.date = date;
  }
  CheckVillages(tx, date, &cases);
  return cases;
}

LostMembers NextLostMembers(db::Tx& tx, const auth::AreaRange& range, const QualityKey& after, int limit) {
  LostMembers page;
  for (const auto& row : tx.Run(kLostMembers, range.low, range.high, after.area, after.id, limit)) {
    const QualityKey key{row[0].as<int64_t>(), row[1].as<int64_t>()};
    if (row[4].as<bool>()) {
      page.members.push_back({{row[2].as<int32_t>(), key.id}, row[3].as<int64_t>(), key.area});
    } else {
      page.last = key;
      page.looked_at = row[5].as<int64_t>();
    }
  }
  return page;
}

}  // namespace bangfu::registration::store
