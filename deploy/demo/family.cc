#include "deploy/demo/family.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace bangfu::demo {
namespace {

constexpr int kSpouseGap = 7;
constexpr int kMinParentGap = 19;
constexpr int kMaxParentGap = 44;
constexpr int kAdult = 20;
// Children older than this have mostly married out or left.
constexpr int kMaxChildAge = 34;
constexpr int kMaxGrandchildAge = 20;

enum class Role { kNobody, kSpouse, kChild, kChildSpouse, kGrandchild, kParent };

// A kind of family: who comes after the head, in order, and how frequent it is among households of each size.
struct Pattern {
  int min_head_age;
  int max_head_age;
  int male_heads_permille;
  std::array<int, kMaxMembers> weight_by_size;  // The first is size 1.
  std::array<Role, kMaxMembers - 1> others;
};

constexpr Role S = Role::kSpouse, C = Role::kChild, D = Role::kChildSpouse, G = Role::kGrandchild, P = Role::kParent,
               N = Role::kNobody;
constexpr Pattern kPatterns[] = {
    {62, 88, 560, {68, 0, 0, 0, 0, 0, 0, 0, 0}, {N, N, N, N, N, N, N, N}},   // old, alone
    {38, 61, 800, {32, 0, 0, 0, 0, 0, 0, 0, 0}, {N, N, N, N, N, N, N, N}},   // bachelor or widowed, alone
    {57, 85, 880, {0, 54, 0, 0, 0, 0, 0, 0, 0}, {S, N, N, N, N, N, N, N}},   // old couple
    {57, 78, 700, {0, 5, 9, 5, 0, 0, 0, 0, 0}, {G, S, G, N, N, N, N, N}},    // grandparents and grandchildren
    {36, 58, 850, {0, 17, 11, 3, 0, 0, 0, 0, 0}, {P, P, C, N, N, N, N, N}},  // unmarried or divorced, with parents
    {32, 58, 600, {0, 13, 7, 2, 0, 0, 0, 0, 0}, {C, C, P, N, N, N, N, N}},   // one parent
    {29, 56, 860, {0, 11, 58, 64, 58, 50, 45, 40, 40}, {S, C, C, P, P, C, C, C}},  // couple and children
    {52, 78, 880, {0, 0, 15, 26, 42, 50, 55, 60, 60}, {S, C, D, G, G, C, G, C}},   // three generations
};

Sex Opposite(Sex sex) { return sex == Sex::kMale ? Sex::kFemale : Sex::kMale; }

// The family as it grows.
class Family {
 public:
  Family(Household* household, Random& random) : household_(*household), random_(random) {}

  void Compose() {
    const Pattern& pattern = PickPattern();
    Person& head = household_.members[0];
    head.relation = Relation::kHead;
    head.sex = random_.Permille(pattern.male_heads_permille) ? Sex::kMale : Sex::kFemale;
    head.age = random_.Between(pattern.min_head_age, pattern.max_head_age);
    oldest_ = youngest_ = head.age;
    first_child_marries_ = household_.size > 3 && pattern.others[2] == Role::kChildSpouse;
    for (int i = 1; i < household_.size; ++i) Add(pattern.others[i - 1], household_.members[i]);
  }

 private:
  const Pattern& PickPattern() {
    int total = 0;
    for (const Pattern& p : kPatterns) total += p.weight_by_size[household_.size - 1];
    int draw = random_.Below(total);
    const Pattern* pattern = kPatterns;
    while (draw >= pattern->weight_by_size[household_.size - 1])
      draw -= (pattern++)->weight_by_size[household_.size - 1];
    return *pattern;
  }

  void Add(Role role, Person& person) {
    switch (role) {
      case Role::kSpouse: return AddSpouse(person);
      case Role::kChild: return AddChild(person);
      case Role::kChildSpouse: return AddChildSpouse(person);
      case Role::kGrandchild: return AddGrandchild(person);
      case Role::kParent: return AddParent(person);
      case Role::kNobody: abort();  // A pattern has no weight for sizes beyond its members.
    }
  }

  void AddSpouse(Person& person) {
    const Person& head = household_.members[0];
    person.relation = Relation::kSpouse;
    person.sex = Opposite(head.sex);
    const int husband_older = random_.Between(-2, kSpouseGap - 1);
    int age = head.sex == Sex::kMale ? head.age - husband_older : head.age + husband_older;
    if (has_grandchild_) age = std::max(age, youngest_grandparent_);
    person.age = age;
    oldest_ = std::max(oldest_, age);
    youngest_ = std::min(youngest_, age);
  }

  void AddChild(Person& person) {
    person.sex = random_.Permille(540) ? Sex::kMale : Sex::kFemale;
    person.relation = person.sex == Sex::kMale ? Relation::kSon : Relation::kDaughter;
    int low = std::max(oldest_ - kMaxParentGap, 0);
    int high = youngest_ - kMinParentGap;
    high = std::min(high, std::max(kMaxChildAge, low + 6));
    if (first_child_marries_ && child_ == nullptr) low = std::min(std::max(low, kAdult + 4), high);
    person.age = SpacedAge(low, high);
    if (child_ != nullptr) return;
    child_ = &person;
    oldest_of_child_ = youngest_of_child_ = person.age;
  }

  // Brothers and sisters are at least two years apart, unless there is no room for that.
  int SpacedAge(int low, int high) {
    int age = random_.Between(low, high);
    for (int attempt = 0; attempt < 12 && Crowded(age); ++attempt) age = random_.Between(low, high);
    return age;
  }

  bool Crowded(int age) const {
    return std::any_of(household_.begin(), household_.end(), [&](const Person& p) {
      return (p.relation == Relation::kSon || p.relation == Relation::kDaughter) && std::abs(p.age - age) < 2;
    });
  }

  void AddChildSpouse(Person& person) {
    const bool son = child_->sex == Sex::kMale;
    person.sex = Opposite(child_->sex);
    person.relation = son ? Relation::kDaughterInLaw : Relation::kSonInLaw;
    person.age = std::max(kAdult, child_->age + random_.Between(son ? -4 : -1, son ? 1 : 4));
    oldest_of_child_ = std::max(oldest_of_child_, person.age);
    youngest_of_child_ = std::min(youngest_of_child_, person.age);
  }

  void AddGrandchild(Person& person) {
    person.sex = random_.Permille(530) ? Sex::kMale : Sex::kFemale;
    const bool of_son = child_ != nullptr ? child_->sex == Sex::kMale : GrandchildrenOfSon();
    const bool boy = person.sex == Sex::kMale;
    person.relation = of_son ? (boy ? Relation::kGrandson : Relation::kGranddaughter)
                             : (boy ? Relation::kDaughtersSon : Relation::kDaughtersDaughter);
    const bool parents_here = child_ != nullptr;
    int low = parents_here ? oldest_of_child_ - kMaxParentGap : oldest_ - 2 * kMaxParentGap;
    int high = parents_here ? youngest_of_child_ - kMinParentGap : youngest_ - 2 * kMinParentGap;
    low = std::max(low, 0);
    high = std::max(std::min(high, std::max(kMaxGrandchildAge, low + 3)), low);
    person.age = random_.Between(low, high);
    const int least = person.age + 2 * kMinParentGap;
    youngest_grandparent_ = has_grandchild_ ? std::max(youngest_grandparent_, least) : least;
    has_grandchild_ = true;
  }

  bool GrandchildrenOfSon() {
    if (!has_grandchild_) grandchildren_of_son_ = random_.Permille(720);
    return grandchildren_of_son_;
  }

  // A woman who is the head may live with her husband's parents; the second parent is the other one of the same couple.
  void AddParent(Person& person) {
    const int low = oldest_ + kMinParentGap;
    const int high = std::min(youngest_ + kMaxParentGap, 99);
    if (parent_ == nullptr) {
      of_husband_ = household_.members[0].sex == Sex::kFemale && random_.Permille(400);
      person.sex = random_.Permille(350) ? Sex::kMale : Sex::kFemale;
      person.age = std::min(random_.Between(low, high), random_.Between(low, high));
    } else {
      person.sex = Opposite(parent_->sex);
      person.age = random_.Between(std::max(low, parent_->age - kSpouseGap), std::min(high, parent_->age + kSpouseGap));
    }
    const bool father = person.sex == Sex::kMale;
    person.relation = of_husband_ ? (father ? Relation::kHusbandsFather : Relation::kHusbandsMother)
                                  : (father ? Relation::kFather : Relation::kMother);
    parent_ = &person;
  }

  Household& household_;
  Random& random_;
  int oldest_ = 0;  // Of head and spouse.
  int youngest_ = 0;
  bool first_child_marries_ = false;
  Person* child_ = nullptr;  // The first.
  int oldest_of_child_ = 0;  // Of the first child and its spouse.
  int youngest_of_child_ = 0;
  Person* parent_ = nullptr;
  bool of_husband_ = false;
  bool has_grandchild_ = false;
  bool grandchildren_of_son_ = false;
  int youngest_grandparent_ = 0;
};

}  // namespace

void ComposeFamily(Household* household, Random& random) {
  for (Person& person : *household) person.relation = Relation::kHead;  // Nobody is a child yet.
  Family(household, random).Compose();
}

}  // namespace bangfu::demo
