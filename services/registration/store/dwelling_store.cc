#include "services/registration/store/dwelling_store.h"

#include <map>
#include <string>

#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kHouseholds = {"dwelling.households", R"sql(
  SELECT t.shard, t.id, t.area, t.head_name, t.attribute, t.type, t.monitor_type, t.risk_eliminated,
         house.year, house.danger_grade
  FROM (
    SELECT shard, id, area, head_name, attribute, type, monitor_type, risk_eliminated FROM household
    WHERE area >= $1 AND area < $2 AND (area, id) > ($3::bigint, $4::bigint) AND state = 1
    ORDER BY area, id LIMIT $5) AS t
  LEFT JOIN LATERAL (
    SELECT year, danger_grade FROM living_condition l
    WHERE l.shard = t.shard AND l.household_id = t.id ORDER BY year DESC LIMIT 1) AS house ON true
  ORDER BY t.area, t.id)sql"};

constexpr db::Statement kMembers = {"dwelling.members", R"sql(
  SELECT shard, id, shard, household_id, name, sex, birth_date::text, relation, health, work_place, work_months,
         subsistence_allowance, disability_class, disability_grade
  FROM member WHERE shard = $1 AND household_id = ANY($2::bigint[]) AND state = 1 ORDER BY id)sql"};

domain::Dwelling ReadDwelling(const pqxx::row& row) {
  RowReader columns(row);
  domain::Dwelling dwelling;
  v1::Household& household = dwelling.family.household;
  household.set_household_id(columns.RecordId());
  household.set_area(columns.AreaCode());
  household.set_head_name(columns.Text());
  household.set_attribute(columns.Text());
  household.set_type(static_cast<v1::Household::Type>(columns.Number()));
  household.set_monitor_type(columns.Text());
  if (auto eliminated = columns.OptionalBoolean()) household.set_risk_eliminated(*eliminated);
  if (auto year = columns.OptionalNumber()) {
    dwelling.living.emplace().set_year(static_cast<int32_t>(*year));
    dwelling.living->set_danger_grade(columns.Text());
  }
  return dwelling;
}

v1::Member ReadMember(const pqxx::row& row) {
  RowReader columns(row);
  v1::Member member;
  member.set_member_id(columns.RecordId());
  member.set_household_id(columns.RecordId());
  member.set_name(columns.Text());
  member.set_sex(columns.Text());
  member.set_birth_date(columns.Text());
  member.set_relation(columns.Text());
  member.set_health(columns.Text());
  member.set_work_place(columns.Text());
  if (auto months = columns.OptionalNumber()) member.set_work_months(static_cast<int32_t>(*months));
  if (auto allowance = columns.OptionalBoolean()) member.set_subsistence_allowance(*allowance);
  member.set_disability_class(columns.Text());
  member.set_disability_grade(columns.Text());
  return member;
}

}  // namespace

std::vector<domain::Dwelling> LoadDwellings(db::Tx& tx, int64_t area, const DwellingKey& after, int limit) {
  std::vector<domain::Dwelling> dwellings;
  std::vector<ids::RecordId> ids;
  std::map<std::string, size_t> places;
  for (const auto& row : tx.Run(kHouseholds, area, standards::RangeEndOf(area), after.area, after.id, limit)) {
    domain::Dwelling& dwelling = dwellings.emplace_back(ReadDwelling(row));
    const std::string& id = dwelling.family.household.household_id();
    places[id] = dwellings.size() - 1;
    ids.push_back(IdOf(id));
  }
  for (const auto& [shard, numbers] : NumbersByCounty(ids)) {
    for (const auto& row : tx.Run(kMembers, shard, db::IntegerArray(numbers))) {
      v1::Member member = ReadMember(row);
      dwellings[places.at(member.household_id())].family.members.push_back(std::move(member));
    }
  }
  return dwellings;
}

}  // namespace bangfu::registration::store
