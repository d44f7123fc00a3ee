#include "deploy/demo/mistakes.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "deploy/demo/digits.h"
#include "deploy/demo/mistake_records.h"

namespace bangfu::demo {
namespace {

using Context = Mistakes::Context;

constexpr int kRowThousandths = 1000;
constexpr int kLongNote = 600;  // Characters; the register takes 500.
constexpr int kLongName = 80;   // Characters; the register takes 60.

std::string Repeat(absl::string_view character, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text.append(character.data(), character.size());
  return text;
}

// --- AC01 ---

bool UnknownArea(Context& c) {
  std::string& cell = c.rows.household[ac01::AAR008];
  cell.replace(9, 3, "999");
  return RefuseHousehold(c, "AAR008", "unknown_area");
}

bool UnknownHouseholdCode(Context& c) {
  c.rows.household[ac01::AAC007] = "77";
  return RefuseHousehold(c, "AAC007", "unknown_code");
}

bool LongNote(Context& c) {
  c.rows.household[ac01::AAC011] = Repeat("病", kLongNote);
  return RefuseHousehold(c, "AAC011", "over_long");
}

bool DeclaredMembers(Context& c) {
  c.rows.household[ac01::AAC017] = absl::StrCat(c.household.size + 1);
  return AddHousehold(c, "AAC017", "declared_members", Severity::kWarning);
}

bool IllnessButHealthy(Context& c) {
  if (Find(c, [](const Person& p) { return p.health != Health::kHealthy; }) >= 0) return false;
  c.rows.household[ac01::AAC007] = "01";
  return AddHousehold(c, "AAC007", "illness_but_all_healthy", Severity::kWarning);
}

bool NoLabourButAble(Context& c) {
  if (std::count_if(c.household.begin(), c.household.end(), [](const Person& p) { return p.Able(); }) < 2) return false;
  c.rows.household[ac01::AAC007] = "08";
  return AddHousehold(c, "AAC007", "no_labour_but_able", Severity::kWarning);
}

// --- AB01: structure ---

// The serial number of a household that does not exist.
void LoseHousehold(Context& c, int index) { c.rows.persons[index][ab01::AAC001][12] = '9'; }

// Only a member on whom no cause and no income rests; income per head no longer fits the members that are left.
bool PersonWithoutHousehold(Context& c) {
  const Person& last = c.household.members[Last(c)];
  if (Last(c) == 0 || last.health != Health::kHealthy || last.InSchool() || last.work_months > 0) return false;
  LoseHousehold(c, Last(c));
  AddHousehold(c, "AAC017", "declared_members", Severity::kWarning);
  const int64_t net_fen = c.household.income.NetFen();
  if (PerHeadFen(net_fen, Last(c)) != PerHeadFen(net_fen, c.household.size))
    AddIncome(c, "AAC082", "per_head_mismatch");
  return AddPerson(c, Last(c), "AAC001", "person_without_household");
}

bool HouseholdWithoutPerson(Context& c) {
  if (c.household.size != 1) return false;
  LoseHousehold(c, 0);
  AddHousehold(c, "AAC017", "household_without_person", Severity::kWarning);
  return AddPerson(c, 0, "AAC001", "person_without_household");
}

bool TwoHeads(Context& c) {
  if (Last(c) == 0) return false;
  c.rows.persons[Last(c)][ab01::AAB006] = "01";
  AddPerson(c, 0, "AAB006", "two_heads");
  return AddPerson(c, Last(c), "AAB006", "two_heads");
}

bool NoHead(Context& c) {
  c.rows.persons[0][ab01::AAB006] = "99";
  return AddPerson(c, 0, "AAB006", "no_head");
}

// --- AB01: identity numbers ---

bool BadChecksum(Context& c) {
  char& check = c.rows.persons[0][ab01::AAB004][17];
  check = check == 'X' ? '1' : check == '9' ? '1' : static_cast<char>(check + 1);
  return AddPerson(c, 0, "AAB004", "bad_checksum");
}

// Numbers issued before 1999 had no century and no check character.
bool FifteenDigits(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.birth.year < 1999; });
  if (index < 0) return false;
  std::string& number = c.rows.persons[index][ab01::AAB004];
  number = number.substr(0, 6) + number.substr(8, 9);
  return AddPerson(c, index, "AAB004", "fifteen_digits", Severity::kWarning);
}

bool FloatDamaged(Context& c) {
  std::string& number = c.rows.persons[Last(c)][ab01::AAB004];
  const std::string damaged = number.substr(0, 15) + "000";
  if (IsIdentityNumber(damaged)) return false;
  number = damaged;
  return AddPerson(c, Last(c), "AAB004", "float_damaged");
}

bool SexMismatch(Context& c) {
  char& sex = c.rows.persons[0][ab01::AAB003][0];
  sex = sex == '1' ? '2' : '1';
  return AddPerson(c, 0, "AAB003", "sex_mismatch");
}

bool BirthMismatch(Context& c) {
  std::string& birth = c.rows.persons[Last(c)][ab01::AAB005];
  birth.resize(8);
  AppendDigits(c.household.members[Last(c)].birth.day % 28 + 1, 2, &birth);
  return AddPerson(c, Last(c), "AAB005", "birth_mismatch");
}

// Somebody else's number; it tells of another birth, and perhaps of another sex.
void RepeatNumber(Context& c, int index, const std::string& number) {
  auto& cells = c.rows.persons[index];
  cells[ab01::AAB004] = number;
  const std::string birth = absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2));
  if (birth != cells[ab01::AAB005]) AddPerson(c, index, "AAB005", "birth_mismatch");
  const char sex = (number[16] - '0') % 2 == 1 ? '1' : '2';
  if (sex != cells[ab01::AAB003][0]) AddPerson(c, index, "AAB003", "sex_mismatch");
}

bool DuplicateInHousehold(Context& c) {
  if (Last(c) == 0) return false;
  RepeatNumber(c, Last(c), c.household.members[0].identity);
  AddPerson(c, 0, "AAB004", "duplicate_in_household");
  return AddPerson(c, Last(c), "AAB004", "duplicate_in_household");
}

bool DuplicateAcrossHouseholds(Context& c) {
  if (c.earlier.row == 0) return false;
  RepeatNumber(c, Last(c), c.earlier.identity);
  c.made.push_back({Table::kAb01, c.earlier.row, "AAB004", "duplicate_across_households", Severity::kError});
  return AddPerson(c, Last(c), "AAB004", "duplicate_across_households");
}

// --- AB01: other cells ---

bool BadDate(Context& c) {
  c.rows.persons[0][ab01::AAB005].replace(4, 6, "-02-30");
  return AddPerson(c, 0, "AAB005", "bad_date");
}

bool UnknownPersonCode(Context& c) {
  c.rows.persons[Last(c)][ab01::AAB007] = "88";
  return AddPerson(c, Last(c), "AAB007", "unknown_code");
}

bool LongName(Context& c) {
  if (Last(c) == 0) return false;  // The head's name also stands in AC01.
  c.rows.persons[Last(c)][ab01::AAB002] = Repeat("长", kLongName);
  return AddPerson(c, Last(c), "AAB002", "over_long");
}

bool SkilledOutsideAge(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.age < 16 || p.age > 60; });
  if (index < 0 || HasCause(c.household, Cause::kLabour)) return false;
  c.rows.persons[index][ab01::AAB010] = "02";
  return AddPerson(c, index, "AAB010", "skilled_outside_age", Severity::kWarning);
}

bool PreSchoolAtSchoolAge(Context& c) {
  const int index = Find(c, [](const Person& p) { return p.age >= 7 && p.age < 16; });
  if (index < 0 || HasCause(c.household, Cause::kSchooling)) return false;
  c.rows.persons[index][ab01::AAB009] = "02";
  return AddPerson(c, index, "AAB009", "pre_school_at_school_age", Severity::kWarning);
}

// --- AC07 and AC30 ---

bool NegativeMoney(Context& c) {
  constexpr int64_t kNegativeFen = -100'00;
  const int64_t net_fen = c.household.income.NetFen() - c.household.income.property_fen + kNegativeFen;
  if (net_fen < 0) return false;
  SetHundredths(kNegativeFen, &c.rows.income[ac07::AAC072]);
  FillNet(net_fen, c.household.size, &c.rows.income);
  return AddIncome(c, "AAC072", "negative_money");
}

bool NetMismatch(Context& c) {
  FillNet(c.household.income.NetFen() + 1000'00, c.household.size, &c.rows.income);
  return AddIncome(c, "AAC079", "net_mismatch");
}

bool PerHeadMismatch(Context& c) {
  const Household& h = c.household;
  SetHundredths(PerHeadFen(h.income.NetFen(), h.size) + 1, &c.rows.income[ac07::AAC082]);
  return AddIncome(c, "AAC082", "per_head_mismatch");
}

bool TransferMismatch(Context& c) {
  SetHundredths(c.household.income.other_transfer_fen + 50'00, &c.rows.income[ac07::AAC083]);
  return AddIncome(c, "AAC085", "transfer_mismatch");
}

// The wages are booked as income from production, so that the sums still add up.
bool MonthsWithoutWage(Context& c) {
  const Income& income = c.household.income;
  if (income.wage_fen == 0) return false;
  SetHundredths(0, &c.rows.income[ac07::AAC073]);
  SetHundredths(income.production_fen + income.wage_fen, &c.rows.income[ac07::AAC071]);
  return AddIncome(c, "AAC073", "months_without_wage", Severity::kWarning);
}

bool UnknownLivingCode(Context& c) {
  c.rows.living[ac30::AAC320] = "77";
  return AddLiving(c, "AAC320", "unknown_code");
}

bool BadNumber(Context& c) {
  c.rows.living[ac30::AAC301] = "十二亩";
  return AddLiving(c, "AAC301", "bad_number");
}

constexpr Mistakes::Spoiler kSpoilers[] = {
    BadChecksum,
    SexMismatch,
    IllnessButHealthy,
    UnknownArea,
    NetMismatch,
    TwoHeads,
    FifteenDigits,
    UnknownPersonCode,
    DeclaredMembers,
    DuplicateInHousehold,
    BadDate,
    SkilledOutsideAge,
    PersonWithoutHousehold,
    PerHeadMismatch,
    FloatDamaged,
    NoLabourButAble,
    NoHead,
    BirthMismatch,
    UnknownLivingCode,
    HouseholdWithoutPerson,
    TransferMismatch,
    LongName,
    PreSchoolAtSchoolAge,
    NegativeMoney,
    DuplicateAcrossHouseholds,
    MonthsWithoutWage,
    LongNote,
    BadNumber,
    UnknownHouseholdCode,
};

int64_t WrongRows(const std::vector<Mistake>& made) {
  std::vector<std::pair<Table, int64_t>> rows;
  for (const Mistake& mistake : made) {
    const std::pair<Table, int64_t> row(mistake.table, mistake.row);
    if (mistake.kind != "household_refused" && std::find(rows.begin(), rows.end(), row) == rows.end())
      rows.push_back(row);
  }
  return static_cast<int64_t>(rows.size());
}

}  // namespace

absl::string_view FileNameOf(Table table) {
  constexpr absl::string_view kNames[] = {"AC01.csv", "AB01.csv", "AC07.csv", "AC30.csv"};
  return kNames[static_cast<int>(table)];
}

Mistakes::Mistakes(int permille, Faults faults) : permille_(permille) {
  if (faults != Faults::kOfRegister) turns_.assign(std::begin(kSpoilers), std::end(kSpoilers));
  const auto of_register = RegisterSpoilers();
  if (faults != Faults::kOfFiles) turns_.insert(turns_.end(), of_register.begin(), of_register.end());
}

const std::vector<Mistake>& Mistakes::Spoil(const Household& household, const RowNumbers& numbers, RegisterRows* rows) {
  made_.clear();
  credit_ += permille_ * (3 + household.size);
  Context context = {household, numbers, *rows, earlier_, made_};
  for (auto turn = turns_.begin(); credit_ >= kRowThousandths && turn != turns_.end(); ++turn) {
    if (!(*turn)(context)) continue;
    credit_ -= WrongRows(made_) * kRowThousandths;
    turns_.splice(turns_.end(), turns_, turn);
    if (!made_.empty() && made_.back().kind == "duplicate_across_households") earlier_ = {};
    return made_;
  }
  earlier_.row = numbers.first_person;
  earlier_.identity = household.members[0].identity;
  return made_;
}

}  // namespace bangfu::demo
