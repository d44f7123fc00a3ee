#include "deploy/demo/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "deploy/demo/areas_for_tests.h"

namespace bangfu::demo {
namespace {

constexpr int64_t kLeastPerHeadFen = 4000'00;

// Whole years from one day to a later one.
int YearsBetween(Date from, Date to) {
  const bool before = std::tie(to.month, to.day) < std::tie(from.month, from.day);
  return to.year - from.year - (before ? 1 : 0);
}

class PopulationTest : public ::testing::Test {
 protected:
  // Calls `visit` for each household of the default population.
  template <typename Visit>
  void ForEach(const PopulationSize& size, Visit visit) {
    absl::StatusOr<Population> population = Population::Create(AreasForTests(), AreasForTests(), size);
    ASSERT_TRUE(population.ok()) << population.status();
    Household household;
    while (population->Next(&household)) visit(household);
  }

  template <typename Visit>
  void ForEach(Visit visit) {
    ForEach(PopulationSize{}, visit);
  }
};

TEST_F(PopulationTest, MeetsTheTotals) {
  for (const PopulationSize& size : {PopulationSize{}, PopulationSize{1, 9, 3}, PopulationSize{500, 500, 4},
                                     PopulationSize{500, 4500, 5}, PopulationSize{3000, 12000, 6}}) {
    int64_t households = 0, persons = 0, out = 0;
    ForEach(size, [&](const Household& h) {
      ++households;
      persons += h.size;
      out += h.out_of_poverty ? 1 : 0;
    });
    EXPECT_EQ(households, size.households);
    EXPECT_EQ(persons, size.persons);
    EXPECT_EQ(out, size.households * 8600 / 8638);
  }
}

TEST_F(PopulationTest, RefusesImpossibleSizes) {
  const auto code = [](PopulationSize size) {
    return Population::Create(AreasForTests(), AreasForTests(), size).status().code();
  };
  EXPECT_EQ(code({0, 0, 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({10, 9, 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({10, 91, 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({3'000'001, 4'000'000, 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Population::Create({}, AreasForTests(), {}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PopulationTest, EveryIdentityNumberIsValidUniqueAndTrue) {
  std::set<std::string> seen;
  ForEach([&](const Household& h) {
    for (const Person& p : h) {
      ASSERT_TRUE(IsIdentityNumber(p.identity)) << p.identity;
      ASSERT_TRUE(seen.insert(p.identity).second) << p.identity;
      ASSERT_EQ((p.identity[16] - '0') % 2 == 1, p.sex == Sex::kMale);
      ASSERT_EQ(std::stoi(p.identity.substr(6, 8)), p.birth.year * 10000 + p.birth.month * 100 + p.birth.day);
      ASSERT_EQ(p.age, kDataYear - p.birth.year);
      ASSERT_NE(p.identity.substr(0, 6), "150571") << "zones issue no numbers";
    }
  });
}

TEST_F(PopulationTest, NumbersOfHouseholdsPhonesAndAccountsAreUniqueAndUnreal) {
  std::set<std::pair<int64_t, int>> households;
  std::set<std::string> phones, accounts;
  int64_t village = 0;
  ForEach([&](const Household& h) {
    ASSERT_GE(h.village, village) << "in order of village";
    village = h.village;
    ASSERT_NE(h.village % 1000, 498) << "nobody lives in a virtual village";
    ASSERT_TRUE(households.emplace(h.village, h.serial).second);
    ASSERT_TRUE(accounts.insert(h.account).second);
    ASSERT_EQ(h.account.size(), 19u);
    ASSERT_EQ(h.account.substr(0, 3), "999");
    ASSERT_EQ(h.phone, h.members[0].phone);
    for (const Person& p : h) {
      if (p.phone.empty()) continue;
      ASSERT_TRUE(phones.insert(p.phone).second);
      ASSERT_EQ(p.phone.size(), 11u);
      ASSERT_EQ(p.phone.substr(0, 3), "100");
    }
  });
}

bool IsChild(const Person& p) { return p.relation == Relation::kSon || p.relation == Relation::kDaughter; }

bool IsParent(const Person& p) {
  return p.relation == Relation::kFather || p.relation == Relation::kMother ||
         p.relation == Relation::kHusbandsFather || p.relation == Relation::kHusbandsMother;
}

bool IsGrandchild(const Person& p) {
  return p.relation >= Relation::kGrandson && p.relation <= Relation::kDaughtersDaughter;
}

bool IsMan(Relation relation) {
  switch (relation) {
    case Relation::kSon:
    case Relation::kSonInLaw:
    case Relation::kGrandson:
    case Relation::kDaughtersSon:
    case Relation::kFather:
    case Relation::kHusbandsFather: return true;
    default: return false;
  }
}

void ExpectParentAndChild(const Person& parent, const Person& child) {
  const int years = YearsBetween(parent.birth, child.birth);
  EXPECT_TRUE(years >= 18 && years < 45) << years;
}

TEST_F(PopulationTest, RelationsFitAgesAndSexes) {
  ForEach([&](const Household& h) {
    const Person& head = h.members[0];
    ASSERT_EQ(head.relation, Relation::kHead);
    int spouses = 0;
    std::map<Relation, int> parents;
    for (const Person& p : h) {
      EXPECT_EQ(p.relation == Relation::kHead, &p == &head);
      if (p.relation == Relation::kSpouse) {
        ++spouses;
        EXPECT_NE(p.sex, head.sex);
        EXPECT_LE(std::max(YearsBetween(p.birth, head.birth), YearsBetween(head.birth, p.birth)), 7);
      } else if (&p != &head) {
        EXPECT_EQ(p.sex == Sex::kMale, IsMan(p.relation));
      }
      if (IsChild(p)) ExpectParentAndChild(head, p);
      if (IsParent(p)) ExpectParentAndChild(p, head);
      EXPECT_TRUE(!IsParent(p) || ++parents[p.relation] == 1);
      EXPECT_TRUE(!IsGrandchild(p) || YearsBetween(head.birth, p.birth) >= 36);
      EXPECT_TRUE(p.age >= 0 && p.age <= 99) << p.age;
      EXPECT_FALSE(p.name.empty());
    }
    EXPECT_LE(spouses, 1);
  });
}

TEST_F(PopulationTest, PersonsPassTheRulesOfAge) {
  ForEach([&](const Household& h) {
    for (const Person& p : h) {
      EXPECT_EQ(p.school == School::kPreSchool, p.age < 6);
      EXPECT_EQ(p.education == Education::kPreSchool, p.age < 6);
      EXPECT_TRUE(p.labour != Labour::kSkilled || (p.age >= 18 && p.age <= 58));
      EXPECT_TRUE(!p.Able() || (p.age >= 16 && !p.InSchool()));
      EXPECT_TRUE(p.work_months == 0 || (p.Able() && p.work_months <= 12));
      EXPECT_EQ(p.work_months > 0, p.work_place != WorkPlace::kNowhere);
      EXPECT_TRUE(p.age <= 21 || p.school == School::kNone);
    }
  });
}

bool HasCause(const Household& h, Cause cause) {
  const auto end = h.other_causes.begin() + h.other_cause_count;
  return h.main_cause == cause || std::find(h.other_causes.begin(), end, cause) != end;
}

TEST_F(PopulationTest, CausesAndIncomeFitTheMembers) {
  ForEach([&](const Household& h) {
    const auto count = [&](auto test) { return std::count_if(h.begin(), h.end(), test); };
    const auto ill = count([](const Person& p) { return p.Ill(); });
    const auto disabled = count([](const Person& p) { return p.health == Health::kDisabled; });
    const auto in_school = count([](const Person& p) { return p.InSchool(); });
    const auto able = count([](const Person& p) { return p.Able(); });
    const auto at_college = count([](const Person& p) { return p.school == School::kCollege; });
    EXPECT_TRUE(!HasCause(h, Cause::kIllness) || ill > 0);
    EXPECT_TRUE(!HasCause(h, Cause::kDisability) || disabled > 0);
    EXPECT_TRUE(!HasCause(h, Cause::kSchooling) || in_school > 0);
    EXPECT_TRUE(!HasCause(h, Cause::kLabour) || able <= 1);
    EXPECT_TRUE(at_college == 0 || h.income.allowance_fen > 0);
    EXPECT_NE(h.main_cause, Cause::kMarriage);
    EXPECT_EQ(h.income.wage_fen > 0, count([](const Person& p) { return p.work_months > 0; }) > 0);
    EXPECT_EQ(h.income.allowance_fen > 0, count([](const Person& p) { return p.allowance; }) > 0);
    EXPECT_GE(h.income.NetFen(), 0);
    EXPECT_GE(h.income.expense_fen, 0);
    if (h.out_of_poverty) {
      EXPECT_GE(PerHeadFen(h.income.NetFen(), h.size), kLeastPerHeadFen);
      EXPECT_TRUE(h.living.safe_water && !h.living.DangerousHouse());
      EXPECT_TRUE(h.exit_year >= 2014 && h.exit_year <= kDataYear);
    } else {
      EXPECT_TRUE(!h.living.safe_water || h.living.DangerousHouse());
      EXPECT_EQ(h.exit_year, 0);
    }
    EXPECT_LE(h.living.irrigated, h.living.arable);
  });
}

TEST_F(PopulationTest, LooksLikeAPoorRuralCounty) {
  int64_t persons = 0, old = 0, mongol = 0, han = 0, illness = 0, households = 0;
  ForEach([&](const Household& h) {
    ++households;
    illness += h.main_cause == Cause::kIllness ? 1 : 0;
    for (const Person& p : h) {
      if (h.village / 1'000'000 == 150526) {
        mongol += p.ethnicity == Ethnicity::kMongol ? 1 : 0;
        han += p.ethnicity == Ethnicity::kHan ? 1 : 0;
      }
      ++persons;
      old += p.age >= 60 ? 1 : 0;
    }
  });
  EXPECT_GT(old * 100, persons * 30);
  EXPECT_LT(old * 100, persons * 60);
  EXPECT_GT(illness * 100, households * 30) << "illness is the most frequent cause";
  EXPECT_NEAR(static_cast<double>(mongol) / (mongol + han), 0.5, 0.05);
}

}  // namespace
}  // namespace bangfu::demo
