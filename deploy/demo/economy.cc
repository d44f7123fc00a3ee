#include "deploy/demo/economy.h"

#include <algorithm>

namespace bangfu::demo {
namespace {

constexpr int64_t kFenPerYuan = 100;
constexpr int64_t kLeastPerHeadFen = 4000 * kFenPerYuan;

// Yuan with dimes, as income sheets have them. Two draws never stand in one expression: their order would be the
// compiler's.
int64_t YuanBetween(int low, int high, Random& random) {
  const int64_t yuan = random.Between(low, high - 1);
  return yuan * kFenPerYuan + random.Below(10) * 10;
}

int Count(const Household& household, bool (Person::*test)() const) {
  return static_cast<int>(
      std::count_if(household.begin(), household.end(), [&](const Person& p) { return (p.*test)(); }));
}

bool HasHealth(const Household& household, Health health) {
  return std::any_of(household.begin(), household.end(), [&](const Person& p) { return p.health == health; });
}

struct WeightedCause {
  Cause cause;
  int weight;
};

// What causes the members allow, by weight. Illness dominates, as it does in the register.
int Candidates(const Household& household, bool main, WeightedCause (&out)[13]) {
  const int able = Count(household, &Person::Able);
  int n = 0;
  if (Count(household, &Person::Ill) > 0) out[n++] = {Cause::kIllness, 600};
  if (HasHealth(household, Health::kDisabled)) out[n++] = {Cause::kDisability, 260};
  if (Count(household, &Person::InSchool) > 0) out[n++] = {Cause::kSchooling, 110};
  if (able <= 1) out[n++] = {Cause::kLabour, able == 0 ? 260 : 90};
  if (able > 0) out[n++] = {Cause::kSkill, 85};
  out[n++] = {Cause::kCapital, 70};
  out[n++] = {Cause::kDisaster, 22};
  out[n++] = {Cause::kLand, 18};
  out[n++] = {Cause::kWater, 14};
  out[n++] = {Cause::kTransport, 10};
  if (able > 0) out[n++] = {Cause::kMotivation, 14};
  out[n++] = main ? WeightedCause{Cause::kOther, 4} : WeightedCause{Cause::kMarriage, 12};
  return n;
}

Cause PickCause(const Household& household, bool main, Random& random) {
  WeightedCause candidates[13];
  const int n = Candidates(household, main, candidates);
  int total = 0;
  for (int i = 0; i < n; ++i) total += candidates[i].weight;
  int draw = random.Below(total);
  int i = 0;
  while (draw >= candidates[i].weight) draw -= candidates[i++].weight;
  return candidates[i].cause;
}

void FillCauses(Household* household, Random& random) {
  household->main_cause = PickCause(*household, true, random);
  household->other_cause_count = 0;
  const int wanted = random.Permille(520) ? (random.Permille(300) ? 2 : 1) : 0;
  for (int i = 0; i < wanted; ++i) {
    const Cause cause = PickCause(*household, false, random);
    const bool known =
        cause == household->main_cause || (household->other_cause_count > 0 && cause == household->other_causes[0]);
    if (!known) household->other_causes[household->other_cause_count++] = cause;
  }
  if (household->other_cause_count == 2 && household->other_causes[1] < household->other_causes[0]) {
    std::swap(household->other_causes[0], household->other_causes[1]);
  }
}

void FillAttribute(Household* household, Random& random) {
  const bool at_college =
      std::any_of(household->begin(), household->end(), [](const Person& p) { return p.school == School::kCollege; });
  const int able = Count(*household, &Person::Able);
  const Person& head = household->members[0];
  household->attribute = Attribute::kOrdinary;
  if (household->size == 1 && able == 0 && head.age >= 60 && random.Permille(450)) {
    household->attribute = Attribute::kExtremePoverty;
  } else if (at_college || random.Permille(able == 0 ? 640 : 260)) {
    household->attribute = Attribute::kAllowance;
  }
  const bool all = random.Permille(700);
  for (Person& person : *household) {
    person.allowance =
        household->attribute == Attribute::kAllowance && (all || &person == household->begin() || !person.Able());
  }
}

void FillTransfers(const Household& household, Income* income, Random& random) {
  income->family_planning_fen = random.Permille(70) ? 960 * kFenPerYuan : 0;
  income->pension_fen = 0;
  income->allowance_fen = 0;
  const int64_t allowance_each = YuanBetween(2200, 4300, random);
  for (const Person& person : household) {
    if (person.age >= 60 && person.pension_insurance)
      income->pension_fen += random.Between(128, 225) * 12 * kFenPerYuan;
    if (person.allowance) income->allowance_fen += allowance_each;
  }
  income->extreme_poverty_fen =
      household.attribute == Attribute::kExtremePoverty ? YuanBetween(7800, 11000, random) : 0;
  income->ecological_fen = random.Permille(420) ? YuanBetween(300, 6000, random) : 0;
  income->other_transfer_fen = random.Permille(700) ? YuanBetween(200, 3200, random) : 0;
}

void FillIncome(Household* household, Random& random) {
  Income income;
  const int able = Count(*household, &Person::Able);
  for (const Person& person : *household) {
    if (person.work_months > 0) income.wage_fen += person.work_months * YuanBetween(1500, 3900, random);
  }
  if (able > 0 || random.Permille(250)) income.production_fen = std::max(able, 1) * YuanBetween(2500, 15000, random);
  if (random.Permille(620)) income.property_fen = YuanBetween(200, 4200, random);
  FillTransfers(*household, &income, random);
  income.expense_fen = income.production_fen * random.Between(180, 430) / 1000;
  const int64_t least = household->size * (kLeastPerHeadFen + YuanBetween(1, 2500, random));
  const int64_t missing = least - income.NetFen();
  if (household->out_of_poverty && missing > 0) {
    // What was missing came from selling stock or from relatives.
    (able > 0 ? income.production_fen : income.other_transfer_fen) += missing;
  }
  household->income = income;
}

void FillLand(bool herding, const Household& household, Living* living, Random& random) {
  const bool no_land = household.main_cause == Cause::kLand;
  const bool no_water = household.main_cause == Cause::kWater;
  const auto share = [&](int64_t area, int high) { return area * random.Between(0, high) / 1000; };
  living->arable = household.size * (no_land ? random.Between(0, 90) : random.Between(150, 1500));
  living->irrigated = no_water ? 0 : share(living->arable, 800);
  living->forest = random.Permille(350) ? random.Between(100, 2500) : 0;
  living->returned = random.Permille(220) ? random.Between(100, 900) : 0;
  living->orchard = random.Permille(90) ? random.Between(50, 400) : 0;
  living->pasture = random.Permille(herding ? 850 : 120) ? random.Between(500, herding ? 45000 : 6000) : 0;
  living->water = random.Permille(8) ? random.Between(20, 500) : 0;
}

void FillHouse(Household* household, Random& random) {
  Living* living = &household->living;
  living->production_power = random.Permille(960);
  living->water_difficulty = false;
  living->safe_water = true;
  living->road_distance =
      household->main_cause == Cause::kTransport ? random.Between(500, 3000) : random.Between(5, 900);
  const int road = random.Below(1000);
  living->road_type = road < 90 ? 1 : road < 300 ? 2 : road < 860 ? 3 : 4;
  living->house = random.Between(3500, 6500);
  living->house += (household->size - 1) * random.Between(400, 1600);
  living->danger_grade = random.Permille(560) ? 'A' : 'B';
  living->sanitary_toilet = random.Permille(420);
  const int fuel = random.Below(1000);
  living->fuel = fuel < 520 ? 1 : fuel < 560 ? 2 : fuel < 880 ? 3 : 4;
  if (household->out_of_poverty) return;
  if (random.Permille(550)) {
    living->danger_grade = random.Permille(600) ? 'C' : 'D';
  } else {
    living->safe_water = false;
    living->water_difficulty = random.Permille(500);
  }
}

}  // namespace

void FillEconomy(bool herding, Household* household, Random& random) {
  household->standard = random.Permille(970) ? 1 : 2;
  FillCauses(household, random);
  FillAttribute(household, random);
  const int earliest_exit = random.Between(2014, kDataYear);
  household->exit_year = household->out_of_poverty ? random.Between(earliest_exit, kDataYear) : 0;
  household->soldier_family = random.Permille(8) || std::any_of(household->begin(), household->end(),
                                                                [](const Person& p) { return p.soldier; });
  FillIncome(household, random);
  FillLand(herding, *household, &household->living, random);
  FillHouse(household, random);
}

}  // namespace bangfu::demo
