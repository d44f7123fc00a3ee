// What the generator knows of a household and its members, before it becomes rows of files. Codes are those of the
// national dictionaries (domain tables AC01, AB01, AC07, AC30).
#ifndef BANGFU_DEPLOY_DEMO_HOUSEHOLD_H_
#define BANGFU_DEPLOY_DEMO_HOUSEHOLD_H_

#include <array>
#include <cstdint>
#include <string>

#include "deploy/demo/identity.h"

namespace bangfu::demo {

// The year of the data; an age is the one reached on 31 December of it.
inline constexpr int kDataYear = 2019;

inline constexpr int kMaxMembers = 9;

// Relation to the head (AAB006), as far as it is used.
enum class Relation {
  kHead = 1,
  kSpouse = 2,
  kSon = 3,
  kDaughter = 4,
  kDaughterInLaw = 5,
  kSonInLaw = 6,
  kGrandson = 7,
  kGranddaughter = 8,
  kDaughtersSon = 9,
  kDaughtersDaughter = 10,
  kFather = 11,
  kMother = 12,
  kHusbandsFather = 15,
  kHusbandsMother = 16,
};

// Ethnicity (AAB007, GB/T 3304), as far as it is used.
enum class Ethnicity {
  kHan = 1,
  kMongol = 2,
  kHui = 3,
  kKorean = 10,
  kManchu = 11,
  kDaur = 31,
  kEvenki = 45,
  kOroqen = 52
};

// Health (AAB017).
enum class Health { kHealthy = 1, kChronic = 2, kMajorIllness = 3, kDisabled = 4 };

// Labour ability (AAB010).
enum class Labour { kOrdinary = 1, kSkilled = 2, kLost = 3, kNone = 4 };

// Education (AAB008).
enum class Education { kIlliterate = 1, kPrimary = 2, kJunior = 3, kSenior = 4, kCollege = 5, kPreSchool = 6 };

// School status (AAB009). 04 to 06 are grades 7 to 9, 07 to 09 senior, 10 to 12 vocational, 13 to 15 higher vocational.
enum class School {
  kNone = 1,
  kPreSchool = 2,
  kPrimary = 3,
  kGrade7 = 4,
  kSenior1 = 7,
  kVocational1 = 10,
  kHigher1 = 13,
  kCollege = 16
};

// Place of work (AAB011).
enum class WorkPlace { kNowhere = 0, kTownship = 1, kCounty = 2, kProvince = 3, kElsewhere = 4 };

// Political status (AAK033), as far as it is used.
enum class Political { kPartyMember = 1, kYouthLeague = 3, kMasses = 13 };

// Cause of poverty (AAC007, AAC008).
enum class Cause {
  kIllness = 1,
  kDisability = 2,
  kSchooling = 3,
  kDisaster = 4,
  kLand = 5,
  kWater = 6,
  kSkill = 7,
  kLabour = 8,
  kCapital = 9,
  kTransport = 10,
  kMotivation = 11,
  kMarriage = 12,  // Only among the other causes.
  kOther = 99,
};

// Kind of poor household (AAC006), as far as it is used.
enum class Attribute { kOrdinary = 1, kAllowance = 4, kExtremePoverty = 6 };

// A person. Strings are reused from household to household, so that they keep their storage.
struct Person {
  std::string name;
  Sex sex = Sex::kMale;
  int age = 0;
  Date birth;
  std::string identity;
  Relation relation = Relation::kHead;
  Ethnicity ethnicity = Ethnicity::kHan;
  Education education = Education::kPrimary;
  School school = School::kNone;
  Health health = Health::kHealthy;
  Labour labour = Labour::kOrdinary;
  WorkPlace work_place = WorkPlace::kNowhere;
  int work_months = 0;
  bool medical_insurance = true;
  bool pension_insurance = false;
  bool illness_insurance = true;
  bool allowance = false;  // 低保
  bool soldier = false;
  Political political = Political::kMasses;
  std::string phone;  // May be empty.

  bool Able() const { return labour == Labour::kOrdinary || labour == Labour::kSkilled; }
  bool Ill() const { return health == Health::kChronic || health == Health::kMajorIllness; }
  bool InSchool() const { return school != School::kNone && school != School::kPreSchool; }
};

// Income of the year, in fen.
struct Income {
  int64_t wage_fen = 0;
  int64_t production_fen = 0;
  int64_t property_fen = 0;
  int64_t family_planning_fen = 0;
  int64_t allowance_fen = 0;
  int64_t extreme_poverty_fen = 0;
  int64_t pension_fen = 0;
  int64_t ecological_fen = 0;
  int64_t other_transfer_fen = 0;
  int64_t expense_fen = 0;

  int64_t TransferFen() const {
    return family_planning_fen + allowance_fen + extreme_poverty_fen + pension_fen + ecological_fen +
           other_transfer_fen;
  }
  int64_t NetFen() const { return wage_fen + production_fen + property_fen + TransferFen() - expense_fen; }
};

// Net income per head in fen, rounded half up. Neither may be negative.
inline int64_t PerHeadFen(int64_t net_fen, int members) { return (2 * net_fen + members) / (2 * members); }

// Production and living conditions; areas in hundredths of a mu, a square metre or a kilometre.
struct Living {
  int64_t arable = 0;
  int64_t irrigated = 0;
  int64_t forest = 0;
  int64_t returned = 0;
  int64_t orchard = 0;
  int64_t pasture = 0;
  int64_t water = 0;
  bool production_power = true;
  bool water_difficulty = false;
  bool safe_water = true;
  int64_t road_distance = 0;
  int road_type = 3;
  int64_t house = 0;
  char danger_grade = 'A';
  bool sanitary_toilet = false;
  int fuel = 1;

  bool DangerousHouse() const { return danger_grade == 'C' || danger_grade == 'D'; }
};

struct Household {
  int64_t village = 0;
  int serial = 0;  // In the village, from 1.
  int standard = 1;
  Attribute attribute = Attribute::kOrdinary;
  Cause main_cause = Cause::kOther;
  std::array<Cause, 2> other_causes = {};
  int other_cause_count = 0;
  bool out_of_poverty = true;
  int exit_year = 0;  // 0 while not out.
  std::string phone;
  int bank = 0;
  std::string account;
  bool soldier_family = false;
  std::array<Person, kMaxMembers> members;
  int size = 0;
  Income income;
  Living living;

  Person* begin() { return members.data(); }
  Person* end() { return members.data() + size; }
  const Person* begin() const { return members.data(); }
  const Person* end() const { return members.data() + size; }
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_HOUSEHOLD_H_
