#include "services/registration/store/exit_plan_store.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/refusal.h"
#include "services/registration/store/exit_record.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kSelect = {"exit_plan.select", R"sql(
  SELECT area, year, body, version, (extract(epoch FROM update_time) * 1000000)::bigint
  FROM exit_plan WHERE area = ANY($1::bigint[]) ORDER BY area, year)sql"};

const std::string kSaveText =
    SaveText("exit_plan", "area", {"shard", "area", "year"}, {"body", "version", "updated_by", "update_time"});
const db::Statement kSave = {"exit_plan.save", kSaveText.c_str()};

// The area and those right below it, with their plans.
constexpr db::Statement kPlanned = {"exit_plan.planned", R"sql(
  SELECT area.code, area.name, exit_plan.body
  FROM area LEFT JOIN exit_plan ON exit_plan.area = area.code AND exit_plan.year = $2
  WHERE area.code = $1 OR area.parent = $1
  ORDER BY area.code <> $1, area.code)sql"};

// By the areas below, each with all that lies in it: $4 is the width of their ranges of codes. The same predicates as
// FiltersOf, in the same order.
constexpr db::Statement kHouseholds = {"exit_plan.households", R"sql(
  SELECT area / $4 * $4 AS part,
         count(*) FILTER (WHERE exit_flag = '1'),
         coalesce(sum(member_count) FILTER (WHERE exit_flag = '1'), 0)::bigint,
         count(*) FILTER (WHERE exit_flag = '1' AND monitor_type = '1' AND risk_eliminated = false),
         coalesce(sum(member_count) FILTER (WHERE exit_flag = '1' AND monitor_type = '1' AND risk_eliminated = false),
                  0)::bigint,
         count(*) FILTER (WHERE exit_flag = '3'),
         coalesce(sum(member_count) FILTER (WHERE exit_flag = '3'), 0)::bigint
  FROM household
  WHERE exit_year = $3 AND exit_year > 0 AND area >= $1 AND area < $2 AND state = 1 AND type = 1
  GROUP BY part)sql"};

constexpr db::Statement kAreas = {"exit_plan.areas", R"sql(
  SELECT area / $4 * $4 AS part, count(*) FILTER (WHERE level = 5), count(*) FILTER (WHERE level = 3)
  FROM poverty_area
  WHERE level IN (3, 5) AND area >= $1 AND area < $2 AND exit_year = $3 AND state = 2
  GROUP BY part)sql"};

// Width of the ranges of codes of the areas right below one.
int64_t WidthBelow(int64_t area) {
  switch (standards::LevelOf(area)) {
    case standards::kProvinceLevel: return 100'000'000;
    case standards::kCityLevel: return 1'000'000;
    case standards::kCountyLevel: return 1'000;
    default: return 1;
  }
}

struct Counted {
  v1::ExitTargets actual;
  int64_t unstable[2] = {};  // households, persons
  int64_t returned[2] = {};

  void Add(const Counted& part) {
    actual.set_household_count(actual.household_count() + part.actual.household_count());
    actual.set_person_count(actual.person_count() + part.actual.person_count());
    actual.set_village_count(actual.village_count() + part.actual.village_count());
    actual.set_county_count(actual.county_count() + part.actual.county_count());
    for (int i : {0, 1}) {
      unstable[i] += part.unstable[i];
      returned[i] += part.returned[i];
    }
  }
};

std::map<int64_t, Counted> Count(db::Tx& tx, int64_t area, int32_t year) {
  const int64_t end = standards::RangeEndOf(area), width = WidthBelow(area);
  std::map<int64_t, Counted> parts;
  for (const auto& row : tx.Run(kHouseholds, area, end, year, width)) {
    Counted& part = parts[row[0].as<int64_t>()];
    part.actual.set_household_count(row[1].as<int64_t>());
    part.actual.set_person_count(row[2].as<int64_t>());
    part.unstable[0] = row[3].as<int64_t>();
    part.unstable[1] = row[4].as<int64_t>();
    part.returned[0] = row[5].as<int64_t>();
    part.returned[1] = row[6].as<int64_t>();
  }
  for (const auto& row : tx.Run(kAreas, area, end, year, width)) {
    v1::ExitTargets& actual = parts[row[0].as<int64_t>()].actual;
    actual.set_village_count(row[1].as<int64_t>());
    actual.set_county_count(row[2].as<int64_t>());
  }
  return parts;
}

void Put(const Counted& counted, v1::ExitProgressLine* line) {
  *line->mutable_actual() = counted.actual;
  line->set_unstable_household_count(counted.unstable[0]);
  line->set_unstable_person_count(counted.unstable[1]);
  line->set_returned_household_count(counted.returned[0]);
  line->set_returned_person_count(counted.returned[1]);
}

}  // namespace

std::string ExitPlanName(absl::string_view area, int32_t year) { return absl::StrCat(area, ".plan.", year); }

std::vector<v1::ExitPlan> LoadExitPlans(db::Tx& tx, const std::vector<int64_t>& areas) {
  std::vector<v1::ExitPlan> plans;
  for (const auto& row : tx.Run(kSelect, db::IntegerArray(areas))) {
    const std::string area = standards::FormatAreaCode(row[0].as<int64_t>());
    plans.push_back(ReadRecord<v1::ExitPlan>(row, 2, ExitPlanName(area, row[1].as<int32_t>())));
  }
  return plans;
}

bool SaveExitPlan(db::Tx& tx, const Author& author, v1::ExitPlan* plan) {
  Stamp(ExitPlanName(plan->area(), plan->year()), author, plan);
  const int64_t code = standards::ParseAreaCode(plan->area()).value_or(0);
  JsonRows rows;
  {
    JsonRow row = rows.Add();
    row["shard"] = standards::CountyOf(code);
    row["area"] = code;
    row["year"] = plan->year();
    PutBody(*plan, author, &row);
  }
  return tx.Run(kSave, rows.Text()).size() == 1;
}

ProgressFilters FiltersOf(int32_t year) {
  const std::string of_year = absl::StrCat("state = ACTIVE AND exit_year = ", year, " AND exit_flag = ");
  return {absl::StrCat(of_year, "\"1\""),
          absl::StrCat(of_year, "\"1\" AND monitor_type = \"1\" AND risk_eliminated = false"),
          absl::StrCat(of_year, "\"3\"")};
}

absl::StatusOr<std::vector<v1::ExitProgressLine>> LoadExitProgress(db::Tx& tx, int64_t area, int32_t year) {
  std::vector<v1::ExitProgressLine> lines;
  Counted total;
  std::map<int64_t, Counted> parts = Count(tx, area, year);
  for (const auto& [code, part] : parts) total.Add(part);
  for (const auto& row : tx.Run(kPlanned, area, year)) {
    const int64_t code = row[0].as<int64_t>();
    v1::ExitProgressLine line;
    line.set_area(standards::FormatAreaCode(code));
    line.set_name(row[1].as<std::string>());
    if (v1::ExitPlan plan; !row[2].is_null() && plan.ParseFromString(db::BytesOf(row[2]))) {
      *line.mutable_planned() = plan.targets();
    }
    Put(code == area ? total : parts[code], &line);
    lines.push_back(std::move(line));
  }
  if (lines.empty() || lines[0].area() != standards::FormatAreaCode(area)) {
    return status::Refuse(v1::AREA_NOT_FOUND, {{"area", standards::FormatAreaCode(area)}});
  }
  return lines;
}

}  // namespace bangfu::registration::store
