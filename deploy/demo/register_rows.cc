#include "deploy/demo/register_rows.h"

#include "deploy/demo/digits.h"

namespace bangfu::demo {
namespace {

constexpr absl::string_view kBanks[] = {"中国农业银行", "农村信用社", "中国邮政储蓄银行"};

void SetText(absl::string_view text, std::string* cell) { cell->assign(text.data(), text.size()); }

void SetNumber(int64_t value, std::string* cell) {
  cell->clear();
  AppendNumber(value, cell);
}

void SetFlag(bool value, std::string* cell) { cell->assign(1, value ? '1' : '0'); }

// Two-digit codes; 0 is an empty cell.
template <typename Code>
void SetCode(Code code, std::string* cell) {
  cell->clear();
  if (static_cast<int>(code) != 0) AppendDigits(static_cast<int>(code), 2, cell);
}

void SetHouseholdNumber(const Household& household, std::string* cell) {
  cell->clear();
  AppendDigits(household.village, 12, cell);
  AppendDigits(household.serial, 6, cell);
}

void SetDate(Date date, std::string* cell) {
  cell->clear();
  AppendDigits(date.year, 4, cell);
  cell->push_back('-');
  AppendDigits(date.month, 2, cell);
  cell->push_back('-');
  AppendDigits(date.day, 2, cell);
}

void FillHouseholdRow(const Household& household, Row<ac01::kColumns>* row) {
  using namespace ac01;
  auto& cells = *row;
  SetHouseholdNumber(household, &cells[AAC001]);
  SetNumber(household.village, &cells[AAR008]);
  cells[AAC029] = household.members[0].name;
  SetNumber(household.standard, &cells[AAC005]);
  SetCode(household.attribute, &cells[AAC006]);
  SetCode(household.main_cause, &cells[AAC007]);
  cells[AAC008].clear();
  for (int i = 0; i < household.other_cause_count; ++i) {
    if (i > 0) cells[AAC008].push_back(',');
    AppendDigits(static_cast<int>(household.other_causes[i]), 2, &cells[AAC008]);
  }
  SetText(household.main_cause == Cause::kOther ? "家庭情况特殊，详见入户核查记录" : "", &cells[AAC011]);
  SetFlag(household.out_of_poverty, &cells[AAR010]);
  cells[AAC016].clear();
  if (household.out_of_poverty) AppendNumber(household.exit_year, &cells[AAC016]);
  cells[AAR012] = household.phone;
  SetText(kBanks[household.bank], &cells[AAQ002]);
  cells[AAC004] = household.account;
  SetFlag(household.soldier_family, &cells[AAC012]);
  SetNumber(household.size, &cells[AAC017]);
}

void FillPersonRow(const Household& household, int index, Row<ab01::kColumns>* row) {
  using namespace ab01;
  auto& cells = *row;
  const Person& person = household.members[index];
  SetHouseholdNumber(household, &cells[AAC001]);
  cells[AAB001] = cells[AAC001];
  AppendDigits(index + 1, 2, &cells[AAB001]);
  cells[AAB002] = person.name;
  SetNumber(static_cast<int>(person.sex), &cells[AAB003]);
  SetText("01", &cells[AAB018]);
  cells[AAB004] = person.identity;
  SetDate(person.birth, &cells[AAB005]);
  SetCode(person.relation, &cells[AAB006]);
  SetCode(person.ethnicity, &cells[AAB007]);
  SetCode(person.education, &cells[AAB008]);
  SetCode(person.school, &cells[AAB009]);
  SetCode(person.health, &cells[AAB017]);
  SetCode(person.labour, &cells[AAB010]);
  SetCode(person.work_place, &cells[AAB011]);
  SetNumber(person.work_months, &cells[AAB012]);
  SetFlag(person.medical_insurance, &cells[AAB013]);
  SetFlag(person.pension_insurance, &cells[AAB014]);
  SetFlag(person.illness_insurance, &cells[AAB022]);
  SetFlag(person.allowance, &cells[AAB030]);
  SetFlag(person.soldier, &cells[AAB019]);
  cells[AAB031] = person.phone;
  SetCode(person.political, &cells[AAK033]);
}

void FillIncomeRow(const Household& household, Row<ac07::kColumns>* row) {
  using namespace ac07;
  auto& cells = *row;
  const Income& income = household.income;
  SetHouseholdNumber(household, &cells[AAC001]);
  SetNumber(kDataYear, &cells[AAR040]);
  SetHundredths(income.wage_fen, &cells[AAC073]);
  SetHundredths(income.production_fen, &cells[AAC071]);
  SetHundredths(income.property_fen, &cells[AAC072]);
  SetHundredths(income.TransferFen(), &cells[AAC085]);
  SetHundredths(income.family_planning_fen, &cells[AAC076]);
  SetHundredths(income.allowance_fen, &cells[AAC077]);
  SetHundredths(income.extreme_poverty_fen, &cells[AAC086]);
  SetHundredths(income.pension_fen, &cells[AAC087]);
  SetHundredths(income.ecological_fen, &cells[AAC078]);
  SetHundredths(income.other_transfer_fen, &cells[AAC083]);
  SetHundredths(income.expense_fen, &cells[AAC074]);
  FillNet(income.NetFen(), household.size, row);
}

void FillLivingRow(const Household& household, Row<ac30::kColumns>* row) {
  using namespace ac30;
  auto& cells = *row;
  const Living& living = household.living;
  SetHouseholdNumber(household, &cells[AAC001]);
  SetNumber(kDataYear, &cells[AAR040]);
  SetHundredths(living.arable, &cells[AAC301]);
  SetHundredths(living.irrigated, &cells[AAC302]);
  SetHundredths(living.forest, &cells[AAC303]);
  SetHundredths(living.returned, &cells[AAC304]);
  SetHundredths(living.orchard, &cells[AAC305]);
  SetHundredths(living.pasture, &cells[AAC306]);
  SetHundredths(living.water, &cells[AAC307]);
  SetFlag(living.production_power, &cells[AAC308]);
  SetFlag(living.water_difficulty, &cells[AAC311]);
  SetFlag(living.safe_water, &cells[AAC312]);
  SetHundredths(living.road_distance, &cells[AAC315]);
  SetCode(living.road_type, &cells[AAC316]);
  SetHundredths(living.house, &cells[AAC317]);
  SetFlag(living.DangerousHouse(), &cells[AAC318]);
  cells[AAC322].assign(1, living.danger_grade);
  SetFlag(living.sanitary_toilet, &cells[AAC319]);
  SetCode(living.fuel, &cells[AAC320]);
}

}  // namespace

void FillRows(const Household& household, RegisterRows* rows) {
  FillHouseholdRow(household, &rows->household);
  rows->size = household.size;
  for (int i = 0; i < household.size; ++i) FillPersonRow(household, i, &rows->persons[i]);
  FillIncomeRow(household, &rows->income);
  FillLivingRow(household, &rows->living);
}

void FillNet(int64_t net_fen, int members, Row<ac07::kColumns>* row) {
  SetHundredths(net_fen, &(*row)[ac07::AAC079]);
  SetHundredths(PerHeadFen(net_fen, members), &(*row)[ac07::AAC082]);
}

void SetHundredths(int64_t value, std::string* cell) {
  cell->clear();
  AppendHundredths(value, cell);
}

}  // namespace bangfu::demo
