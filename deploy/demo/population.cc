#include "deploy/demo/population.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "deploy/demo/digits.h"
#include "deploy/demo/economy.h"
#include "deploy/demo/ethnicity.h"
#include "deploy/demo/family.h"
#include "deploy/demo/names.h"
#include "deploy/demo/person_traits.h"

namespace bangfu::demo {
namespace {

constexpr int64_t kMaxHouseholds = 3'000'000;
constexpr int64_t kMaxPersons = 6'000'000;
// Zhalute banner: of 8,638 households on the platform 8,600 were out of poverty in October 2020.
constexpr int64_t kOutOfPoverty = 8600;
constexpr int64_t kOutOfPovertyOf = 8638;

// Streams of random numbers that must not depend on each other.
enum Stream : uint64_t { kSizes = 1, kVillageWeights = 2, kCountyWeights = 3, kHouseholds = 4 };

int CountyOf(int64_t code) { return static_cast<int>(code / 1'000'000); }

// Counties that issue identity numbers: zones have statistical codes only.
std::vector<int> CountiesOfBirth(const std::vector<Area>& areas) {
  std::vector<int> codes;
  for (const Area& area : areas) {
    if (area.level == AreaLevel::kCounty && area.kind == AreaKind::kAdministrative)
      codes.push_back(CountyOf(area.code));
  }
  return codes;
}

// Index of the county in which people who live in `county` were born: itself, or for a zone the first of its city.
int BirthCounty(const std::vector<int>& county_codes, int county) {
  const auto itself = std::lower_bound(county_codes.begin(), county_codes.end(), county);
  if (itself != county_codes.end() && *itself == county) return static_cast<int>(itself - county_codes.begin());
  const auto first = std::lower_bound(county_codes.begin(), county_codes.end(), county / 100 * 100);
  return static_cast<int>(std::min<size_t>(first - county_codes.begin(), county_codes.size() - 1));
}

int CountyWeight(const Area& county, uint64_t seed) {
  const bool urban = absl::EndsWith(county.name, "区") || county.kind != AreaKind::kAdministrative;
  return urban ? 2 : Random(Mix(Mix(seed, kCountyWeights), county.code)).Between(4, 12);
}

int VillageWeight(const Area& village, uint64_t seed) {
  if (village.kind == AreaKind::kVirtual) return 0;
  if (absl::StrContains(village.name, "社区") || absl::EndsWith(village.name, "居委会")) return 2;
  return Random(Mix(Mix(seed, kVillageWeights), village.code)).Between(5, 20);
}

absl::Status CheckSize(const PopulationSize& size) {
  if (size.households < 1 || size.households > kMaxHouseholds) {
    return absl::InvalidArgumentError(absl::StrCat("户数应为 1 到 ", kMaxHouseholds));
  }
  if (size.persons < size.households || size.persons > size.households * kMaxMembers || size.persons > kMaxPersons) {
    return absl::InvalidArgumentError(absl::StrCat("每户应有 1 到 ", kMaxMembers, " 人, 总人数最多 ", kMaxPersons));
  }
  return absl::OkStatus();
}

// Who bears the name of the head's line: the head if a man, else the husband; their children; children of sons.
bool BearsFamilyName(const Household& household, const Person& person) {
  const bool head_is_man = household.members[0].sex == Sex::kMale;
  switch (person.relation) {
    case Relation::kHead: return head_is_man;
    case Relation::kSpouse: return !head_is_man;
    case Relation::kSon:
    case Relation::kDaughter:
    case Relation::kGrandson:
    case Relation::kGranddaughter:
    case Relation::kHusbandsFather: return true;
    case Relation::kFather: return head_is_man;
    default: return false;
  }
}

}  // namespace

absl::StatusOr<Population> Population::Create(const std::vector<Area>& areas, const std::vector<Area>& birth_areas,
                                              const PopulationSize& size) {
  RETURN_IF_ERROR(CheckSize(size));
  std::vector<int> county_codes = CountiesOfBirth(birth_areas);
  if (county_codes.empty()) return absl::FailedPreconditionError("该省没有县级区划");
  int64_t weight = 0;
  ASSIGN_OR_RETURN(std::vector<Village> villages, WeighVillages(areas, county_codes, size.seed, &weight));
  return Population(size, std::move(villages), weight, std::move(county_codes));
}

absl::StatusOr<std::vector<Population::Village>> Population::WeighVillages(const std::vector<Area>& areas,
                                                                           const std::vector<int>& county_codes,
                                                                           uint64_t seed, int64_t* weight) {
  std::vector<Village> villages;
  int county_weight = 1;  // If the area asked for is below a county.
  for (const Area& area : areas) {
    if (area.level == AreaLevel::kCounty) county_weight = CountyWeight(area, seed);
    if (area.level != AreaLevel::kVillage) continue;
    const int own_weight = VillageWeight(area, seed);
    if (own_weight == 0) continue;
    const bool herding = absl::StrContains(area.name, "嘎查");
    villages.push_back({area.code, BirthCounty(county_codes, CountyOf(area.code)), herding, *weight});
    *weight += own_weight * county_weight;
  }
  if (villages.empty()) return absl::FailedPreconditionError("该区域没有住人的村");
  return villages;
}

Population::Population(const PopulationSize& size, std::vector<Village> villages, int64_t weight,
                       std::vector<int> county_codes)
    : size_(size),
      villages_(std::move(villages)),
      weight_(weight),
      county_codes_(std::move(county_codes)),
      sequences_(static_cast<int>(county_codes_.size())),
      sizes_random_(Mix(size.seed, kSizes)),
      extra_members_(size.persons - size.households, size.households * (kMaxMembers - 1)),
      out_of_poverty_(size.households * kOutOfPoverty / kOutOfPovertyOf, size.households) {}

bool Population::Next(Household* household) {
  if (made_ == size_.households) return false;
  StartHousehold(household);
  Random random(Mix(Mix(size_.seed, kHouseholds), made_));
  ComposeFamily(household, random);
  const Village& village = villages_[village_];
  const Ethnicity ethnicity = PickEthnicity(CountyOf(village.code), random);
  const absl::string_view family_name = PickFamilyName(ethnicity, random);
  for (Person& person : *household) {
    const bool own_line = BearsFamilyName(*household, person);
    const bool married_in =
        !own_line && (person.relation == Relation::kSpouse || person.relation == Relation::kDaughterInLaw ||
                      person.relation == Relation::kSonInLaw);
    person.ethnicity = married_in && random.Permille(150) ? PickEthnicity(CountyOf(village.code), random) : ethnicity;
    MakeName(own_line ? family_name : PickFamilyName(person.ethnicity, random), person.ethnicity, person.sex,
             person.age, random, &person.name);
    FillIdentity(village.birth_county, &person, random);
    FillTraits(household->out_of_poverty, &person, random);
  }
  FillEconomy(village.herding, household, random);
  FillContacts(household, random);
  ++made_;
  return true;
}

// Households are dealt to villages in proportion to the weights: household h belongs to the last village whose share of
// the weight begins at or before h.
void Population::StartHousehold(Household* household) {
  while (village_ + 1 < villages_.size() &&
         made_ >= size_.households * villages_[village_ + 1].weight_before / weight_) {
    ++village_;
    serial_ = 0;
  }
  household->village = villages_[village_].code;
  household->serial = ++serial_;
  household->size = 1;
  for (int i = 1; i < kMaxMembers; ++i) household->size += extra_members_.Take(sizes_random_) ? 1 : 0;
  household->out_of_poverty = out_of_poverty_.Take(sizes_random_);
}

// A child of six was born before September, so that by any reckoning it goes to school; a newborn one before October.
void Population::FillIdentity(int home, Person* person, Random& random) {
  constexpr int kLastOfAugust = 243;
  const bool here = random.Permille(person->relation == Relation::kSpouse ? 850 : 950);
  const int county = here ? home : random.Below(static_cast<int>(county_codes_.size()));
  const int year = kDataYear - person->age;
  const int days = person->age == 0 || person->age == 6 ? kLastOfAugust : 365;
  int day_of_year = random.Between(1, days);
  person->birth = DateInYear(year, day_of_year);
  std::optional<int> sequence = sequences_.Next(county, person->birth, person->sex);
  while (!sequence.has_value()) {  // Ends: kMaxPersons is far below the numbers of all days of one county.
    day_of_year = day_of_year % days + 1;
    person->birth = DateInYear(year, day_of_year);
    sequence = sequences_.Next(county, person->birth, person->sex);
  }
  person->identity.clear();
  AppendIdentityNumber(county_codes_[county], person->birth, *sequence, &person->identity);
}

// Telephones begin with 100 and accounts with 999: no operator and no bank has such numbers.
void Population::FillContacts(Household* household, Random& random) {
  for (Person& person : *household) {
    person.phone.clear();
    const bool head = person.relation == Relation::kHead;
    if (head || (person.age >= 14 && person.age <= 75 && random.Permille(600))) NextPhone(&person.phone);
  }
  household->phone = household->members[0].phone;
  household->bank = random.Below(3);
  household->account.assign("999");
  AppendDigits(CountyOf(household->village), 6, &household->account);
  AppendDigits(made_ + 1, 10, &household->account);
}

void Population::NextPhone(std::string* phone) {
  constexpr int64_t kNumbers = 100'000'000;
  constexpr int64_t kStep = 48'271;  // Without a common divisor, so no number comes twice in the first 100 million.
  phone->assign("100");
  AppendDigits(++phones_ * kStep % kNumbers, 8, phone);
}

}  // namespace bangfu::demo
