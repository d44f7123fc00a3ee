// Mistakes in rows that an import takes: each is wrong against what else is known of the household, not by itself.
#include "absl/strings/str_cat.h"
#include "deploy/demo/mistake_records.h"
#include "deploy/demo/register_rows.h"

namespace bangfu::demo {
namespace {

using Context = Mistakes::Context;

constexpr int64_t kExitLineFen = 3750'00;  // of 2019, the year of the data

bool WarnHousehold(Context& c, absl::string_view column, absl::string_view kind) {
  return AddHousehold(c, column, kind, Severity::kWarning);
}
bool WarnPerson(Context& c, int index, absl::string_view column, absl::string_view kind) {
  return AddPerson(c, index, column, kind, Severity::kWarning);
}
bool WarnIncome(Context& c, absl::string_view column, absl::string_view kind) {
  return AddIncome(c, column, kind, Severity::kWarning);
}
bool WarnLiving(Context& c, absl::string_view column, absl::string_view kind) {
  return AddLiving(c, column, kind, Severity::kWarning);
}

bool HasIncomeFromWork(const Context& c) { return c.household.income.wage_fen > 0; }
bool SomebodyIs(const Context& c, bool (*test)(const Person&)) { return Find(c, test) >= 0; }

// --- persons ---

bool SchoolGradeAge(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.age >= 8 && p.age <= 10 && p.InSchool(); });
  if (index < 0) return false;
  c.rows.persons[index][ab01::AAB009] = "09";
  return WarnPerson(c, index, "AAB009", "school_grade_age");
}

// A spouse written down as a child.
bool ParentChildAge(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.relation == Relation::kSpouse; });
  if (index < 0) return false;
  c.rows.persons[index][ab01::AAB006] = c.household.members[index].sex == Sex::kMale ? "03" : "04";
  return WarnPerson(c, index, "AAB006", "parent_child_age");
}

bool HealthyWithoutLabour(Context& c) {
  const int index = Find(c, [](const Person& p) {
    return p.age >= 25 && p.age <= 55 && p.health == Health::kHealthy && p.Able() && p.work_months == 0;
  });
  if (index < 0) return false;
  c.rows.persons[index][ab01::AAB010] = "04";
  return WarnPerson(c, index, "AAB010", "healthy_without_labour");
}

void SendToWork(Context& c, int index) {
  c.rows.persons[index][ab01::AAB011] = "01";
  c.rows.persons[index][ab01::AAB012] = "3";
}

bool PupilAtWork(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.InSchool() && p.age >= 17; });
  if (index < 0 || !HasIncomeFromWork(c)) return false;
  SendToWork(c, index);
  return WarnPerson(c, index, "AAB012", "pupil_at_work");
}

bool NoLabourAtWork(Context& c) {
  const int index = Find(c, [](const Person& p) { return !p.Able() && !p.InSchool() && p.age >= 17; });
  if (index < 0 || !HasIncomeFromWork(c)) return false;
  SendToWork(c, index);
  return WarnPerson(c, index, "AAB012", "no_labour_at_work");
}

// Somebody else goes on earning the wages.
bool WorkPlaceWithoutMonths(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.work_months > 0; });
  const auto working =
      std::count_if(c.household.begin(), c.household.end(), [](const Person& p) { return p.work_months > 0; });
  if (working < 2) return false;
  c.rows.persons[index][ab01::AAB012] = "0";
  return WarnPerson(c, index, "AAB012", "work_place_without_months");
}

bool WorkMonthsWithoutPlace(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.work_months > 0; });
  if (index < 0) return false;
  c.rows.persons[index][ab01::AAB011].clear();
  return WarnPerson(c, index, "AAB011", "work_months_without_place");
}

bool OutUninsured(Context& c) {
  if (!c.household.out_of_poverty) return false;
  c.rows.persons[0][ab01::AAB013] = "0";
  return WarnPerson(c, 0, "AAB013", "out_uninsured");
}

bool OutChildNotAtSchool(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.age >= 8 && p.age <= 13 && p.InSchool(); });
  if (index < 0 || !c.household.out_of_poverty || HasCause(c.household, Cause::kSchooling)) return false;
  c.rows.persons[index][ab01::AAB009] = "01";
  return WarnPerson(c, index, "AAB009", "out_child_not_at_school");
}

// --- causes ---

bool CauseDisabilityNobody(Context& c) {
  if (SomebodyIs(c, [](const Person& p) { return p.health == Health::kDisabled; })) return false;
  c.rows.household[ac01::AAC007] = "02";
  return WarnHousehold(c, "AAC007", "cause_disability_nobody");
}

bool CauseSchoolingNobody(Context& c) {
  if (SomebodyIs(c, [](const Person& p) { return p.InSchool(); })) return false;
  c.rows.household[ac01::AAC007] = "03";
  return WarnHousehold(c, "AAC007", "cause_schooling_nobody");
}

// --- income; the sums add up all the same ---

bool WageWithoutMonths(Context& c) {
  const Income& income = c.household.income;
  if (SomebodyIs(c, [](const Person& p) { return p.work_months > 0; }) || income.production_fen < 2000'00) return false;
  SetHundredths(income.wage_fen + 1000'00, &c.rows.income[ac07::AAC073]);
  SetHundredths(income.production_fen - 1000'00, &c.rows.income[ac07::AAC071]);
  return WarnIncome(c, "AAC073", "wage_without_months");
}

void UnmarkAllowance(Context& c) {
  for (int i = 0; i < c.rows.size; ++i) c.rows.persons[i][ab01::AAB030] = "0";
  if (c.household.attribute == Attribute::kAllowance) c.rows.household[ac01::AAC006] = "01";
}

// From one part of the transfers to the others.
void BookAsOther(Context& c, int64_t fen, ac07::Column from) {
  SetHundredths(0, &c.rows.income[from]);
  SetHundredths(c.household.income.other_transfer_fen + fen, &c.rows.income[ac07::AAC083]);
}

bool AtCollege(const Person& person) { return person.school == School::kCollege; }

bool CollegeWithoutAllowance(Context& c) {
  if (!SomebodyIs(c, AtCollege) || c.household.income.allowance_fen == 0) return false;
  UnmarkAllowance(c);
  BookAsOther(c, c.household.income.allowance_fen, ac07::AAC077);
  return WarnIncome(c, "AAC077", "college_without_allowance");
}

bool AllowanceWithoutMoney(Context& c) {
  if (SomebodyIs(c, AtCollege) || c.household.income.allowance_fen == 0) return false;
  BookAsOther(c, c.household.income.allowance_fen, ac07::AAC077);
  return WarnIncome(c, "AAC077", "allowance_without_money");
}

bool AllowanceMoneyUnmarked(Context& c) {
  if (c.household.income.allowance_fen == 0) return false;
  UnmarkAllowance(c);
  return WarnIncome(c, "AAC077", "allowance_money_unmarked");
}

bool ExtremePovertyWithoutMoney(Context& c) {
  if (c.household.attribute != Attribute::kExtremePoverty || c.household.income.extreme_poverty_fen == 0) return false;
  BookAsOther(c, c.household.income.extreme_poverty_fen, ac07::AAC086);
  return WarnIncome(c, "AAC086", "extreme_poverty_without_money");
}

// Fen taken for yuan.
bool NetIncomeImplausible(Context& c) {
  const int64_t more_fen = int64_t{c.household.size} * 200'000'00;
  SetHundredths(c.household.income.production_fen + more_fen, &c.rows.income[ac07::AAC071]);
  FillNet(c.household.income.NetFen() + more_fen, c.household.size, &c.rows.income);
  return WarnIncome(c, "AAC082", "net_income_implausible");
}

bool OutBelowLine(Context& c) {
  const Income& income = c.household.income;
  const int64_t transfer_fen = income.TransferFen();
  if (!c.household.out_of_poverty || income.wage_fen > 0 ||
      PerHeadFen(transfer_fen, c.household.size) >= kExitLineFen) {
    return false;
  }
  for (const auto column : {ac07::AAC071, ac07::AAC072, ac07::AAC074}) SetHundredths(0, &c.rows.income[column]);
  FillNet(transfer_fen, c.household.size, &c.rows.income);
  return WarnIncome(c, "AAC082", "out_below_line");
}

// --- living conditions ---

bool HouseGradeDisagrees(Context& c) {
  if (!c.household.out_of_poverty || c.household.living.DangerousHouse()) return false;
  c.rows.living[ac30::AAC318] = "1";
  WarnLiving(c, "AAC318", "out_house_unsafe");
  return WarnLiving(c, "AAC318", "house_grade_disagrees");
}

bool OutHouseUnsafe(Context& c) {
  if (!c.household.out_of_poverty) return false;
  c.rows.living[ac30::AAC318] = "1";
  c.rows.living[ac30::AAC322] = "C";
  return WarnLiving(c, "AAC318", "out_house_unsafe");
}

bool WaterDisagrees(Context& c) {
  if (!c.household.living.safe_water) return false;
  c.rows.living[ac30::AAC311] = "1";
  return WarnLiving(c, "AAC312", "water_disagrees");
}

bool OutWaterUnsafe(Context& c) {
  if (!c.household.out_of_poverty) return false;
  c.rows.living[ac30::AAC312] = "0";
  return WarnLiving(c, "AAC312", "out_water_unsafe");
}

bool IrrigatedAboveArable(Context& c) {
  SetHundredths(c.household.living.arable + 1'00, &c.rows.living[ac30::AAC302]);
  return WarnLiving(c, "AAC302", "irrigated_above_arable");
}

bool HouseAreaImplausible(Context& c) {
  SetHundredths(int64_t{c.household.size} * 1'00, &c.rows.living[ac30::AAC317]);
  return WarnLiving(c, "AAC317", "house_area_implausible");
}

constexpr Mistakes::Spoiler kSpoilers[] = {
    SchoolGradeAge,
    WageWithoutMonths,
    OutHouseUnsafe,
    HealthyWithoutLabour,
    CollegeWithoutAllowance,
    CauseDisabilityNobody,
    WaterDisagrees,
    ParentChildAge,
    NetIncomeImplausible,
    OutUninsured,
    PupilAtWork,
    CauseSchoolingNobody,
    IrrigatedAboveArable,
    OutChildNotAtSchool,
    AllowanceWithoutMoney,
    NoLabourAtWork,
    HouseGradeDisagrees,
    ExtremePovertyWithoutMoney,
    WorkMonthsWithoutPlace,
    OutBelowLine,
    HouseAreaImplausible,
    AllowanceMoneyUnmarked,
    WorkPlaceWithoutMonths,
    OutWaterUnsafe,
};

}  // namespace

absl::Span<const Mistakes::Spoiler> RegisterSpoilers() { return kSpoilers; }

}  // namespace bangfu::demo
