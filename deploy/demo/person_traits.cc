#include "deploy/demo/person_traits.h"

#include <iterator>

namespace bangfu::demo {
namespace {

constexpr int kSchoolAge = 6;
constexpr int kWorkingAge = 16;

// Shares in permille by the greatest age they hold for; the last column takes what is left.
struct HealthShares {
  int max_age;
  int chronic, major, disabled;
};
constexpr HealthShares kHealthShares[] = {
    {17, 15, 8, 20}, {39, 40, 15, 55}, {54, 200, 45, 95}, {64, 330, 75, 100}, {150, 430, 95, 110}};

struct EducationShares {
  int max_age;
  int illiterate, primary, junior, senior;
};
constexpr EducationShares kEducationShares[] = {
    {24, 0, 30, 600, 250}, {44, 15, 230, 560, 120}, {64, 90, 460, 380, 60}, {150, 390, 480, 110, 18}};

template <typename Shares, size_t N>
const Shares& ForAge(const Shares (&table)[N], int age) {
  size_t i = 0;
  while (age > table[i].max_age) ++i;
  return table[i];
}

School Later(School first, int years) { return static_cast<School>(static_cast<int>(first) + years); }

School PickSchool(int age, Random& random) {
  if (age < kSchoolAge) return School::kPreSchool;
  if (age < 12) return School::kPrimary;
  if (age < 15) return Later(School::kGrade7, age - 12);
  if (age < 18) {
    const int draw = random.Below(1000);
    if (draw < 560) return Later(School::kSenior1, age - 15);
    if (draw < 850) return Later(School::kVocational1, age - 15);
    return School::kNone;
  }
  if (age < 22) {
    const int draw = random.Below(1000);
    if (draw < 260) return School::kCollege;
    if (draw < 480 && age < 21) return Later(School::kHigher1, age - 18);
  }
  return School::kNone;
}

Education PickEducation(const Person& person, Random& random) {
  if (person.school == School::kPreSchool) return Education::kPreSchool;
  if (person.school == School::kPrimary) return Education::kPrimary;
  if (person.InSchool()) {
    if (person.school < School::kSenior1) return Education::kJunior;
    return person.school < School::kHigher1 ? Education::kSenior : Education::kCollege;
  }
  const EducationShares& shares = ForAge(kEducationShares, person.age);
  int draw = random.Below(1000);
  if ((draw -= shares.illiterate) < 0) return Education::kIlliterate;
  if ((draw -= shares.primary) < 0) return Education::kPrimary;
  if ((draw -= shares.junior) < 0) return Education::kJunior;
  if ((draw -= shares.senior) < 0 || person.age < 22) return Education::kSenior;
  return Education::kCollege;
}

Health PickHealth(int age, Random& random) {
  const HealthShares& shares = ForAge(kHealthShares, age);
  int draw = random.Below(1000);
  if ((draw -= shares.chronic) < 0) return Health::kChronic;
  if ((draw -= shares.major) < 0) return Health::kMajorIllness;
  if ((draw -= shares.disabled) < 0) return Health::kDisabled;
  return Health::kHealthy;
}

Labour PickLabour(const Person& person, Random& random) {
  if (person.age < kWorkingAge || person.InSchool()) return Labour::kNone;
  if (person.age > 70) return Labour::kNone;
  const bool weak = person.health == Health::kMajorIllness || person.health == Health::kDisabled;
  if (weak && random.Permille(650)) return Labour::kLost;
  if (person.age >= 60)
    return random.Permille(person.health == Health::kHealthy ? 450 : 120) ? Labour::kOrdinary : Labour::kNone;
  if (person.age >= 18 && person.age <= 58 && !weak && random.Permille(90)) return Labour::kSkilled;
  return Labour::kOrdinary;
}

void FillWork(Person* person, Random& random) {
  person->work_place = WorkPlace::kNowhere;
  person->work_months = 0;
  if (!person->Able() || person->age > 64) return;
  if (!random.Permille(person->age < 45 ? 780 : 480)) return;
  person->work_months = random.Between(person->age < 45 ? 4 : 2, 11);
  const int draw = random.Below(1000);
  person->work_place = draw < 430   ? WorkPlace::kTownship
                       : draw < 690 ? WorkPlace::kCounty
                       : draw < 900 ? WorkPlace::kProvince
                                    : WorkPlace::kElsewhere;
}

Political PickPolitical(const Person& person, Random& random) {
  if (person.age >= 14 && person.age <= 27 && random.Permille(person.InSchool() ? 380 : 120))
    return Political::kYouthLeague;
  if (person.age >= 25 && random.Permille(35)) return Political::kPartyMember;
  return Political::kMasses;
}

}  // namespace

void FillTraits(bool out_of_poverty, Person* person, Random& random) {
  person->school = PickSchool(person->age, random);
  person->education = PickEducation(*person, random);
  person->health = PickHealth(person->age, random);
  person->labour = PickLabour(*person, random);
  FillWork(person, random);
  person->medical_insurance = out_of_poverty || random.Permille(930);
  person->pension_insurance = person->age >= kWorkingAge && !person->InSchool() && random.Permille(960);
  person->illness_insurance = person->medical_insurance && random.Permille(985);
  person->soldier = person->sex == Sex::kMale && person->age >= 18 && person->age <= 24 &&
                    person->labour == Labour::kOrdinary && person->work_months == 0 && random.Permille(15);
  person->political = PickPolitical(*person, random);
}

}  // namespace bangfu::demo
