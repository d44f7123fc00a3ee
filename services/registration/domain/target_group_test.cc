#include "services/registration/domain/target_group.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kDate[] = "2026-06-01";

v1::TargetGroupRules Rules() {
  v1::TargetGroupRules rules;
  rules.set_child_below_age(16);
  rules.set_both_parents_away(true);
  rules.set_woman_from_age(20);
  rules.set_woman_below_age(60);
  rules.set_elderly_from_age(60);
  rules.set_least_months_away(6);
  rules.add_away_places("04");
  rules.add_allowance_attributes("02");
  rules.add_extreme_poverty_attributes("06");
  rules.add_danger_grades("C");
  rules.add_danger_grades("D");
  rules.add_edge_monitor_types("2");
  return rules;
}

// A member by relation, sex and year of birth; away for so many months.
v1::Member Person(const std::string& relation, const std::string& sex, int born, int months_away = 0) {
  v1::Member member;
  member.set_member_id(absl::StrCat("150526-", relation, "-", born));
  member.set_relation(relation);
  member.set_sex(sex);
  member.set_birth_date(absl::StrCat(born, "-06-01"));
  if (months_away > 0) {
    member.set_work_place("04");
    member.set_work_months(months_away);
  }
  return member;
}

// The relations of those who are found, or "household", each with its reasons.
std::string Found(v1::TargetGroup group, const Dwelling& dwelling, const v1::TargetGroupRules& rules = Rules()) {
  std::vector<std::string> found;
  for (const v1::TargetGroupRow& row : FindInGroup(group, dwelling, rules, kDate)) {
    std::string who = row.member_id().empty() ? "household" : row.member_id().substr(7, 2);
    for (const auto& reason : row.reasons()) absl::StrAppend(&who, " ", reason.code());
    found.push_back(who);
  }
  return absl::StrJoin(found, ", ");
}

TEST(TargetGroupTest, ChildrenWhoseParentsAreBothAway) {
  Dwelling dwelling;
  dwelling.family.members = {Person("01", "1", 1985, 8), Person("02", "2", 1986, 6), Person("03", "1", 2010),
                             Person("04", "2", 2011)};
  EXPECT_EQ(Found(v1::LEFT_BEHIND_CHILDREN, dwelling), "04 PARENTS_AWAY") << "the son is 16 on that day";
  dwelling.family.members[1].set_work_months(5);
  EXPECT_EQ(Found(v1::LEFT_BEHIND_CHILDREN, dwelling), "");
  auto one_suffices = Rules();
  one_suffices.set_both_parents_away(false);
  EXPECT_EQ(Found(v1::LEFT_BEHIND_CHILDREN, dwelling, one_suffices), "04 PARENTS_AWAY");
  dwelling.family.members[0].set_work_place("01");
  EXPECT_EQ(Found(v1::LEFT_BEHIND_CHILDREN, dwelling, one_suffices), "") << "in the township is not away";
}

TEST(TargetGroupTest, GrandchildrenHaveTheirParentsAmongTheSons) {
  Dwelling dwelling;
  dwelling.family.members = {Person("01", "1", 1955), Person("03", "1", 1983, 12), Person("05", "2", 1984, 12),
                             Person("07", "1", 2015)};
  EXPECT_EQ(Found(v1::LEFT_BEHIND_CHILDREN, dwelling), "07 PARENTS_AWAY");
  EXPECT_EQ(Found(v1::LEFT_BEHIND_ELDERLY, dwelling), "01 CHILDREN_AWAY");
  dwelling.family.members.push_back(Person("04", "2", 1990));
  EXPECT_EQ(Found(v1::LEFT_BEHIND_ELDERLY, dwelling), "") << "a daughter is at home";
}

TEST(TargetGroupTest, WomenWhoseHusbandsAreAway) {
  Dwelling dwelling;
  dwelling.family.members = {Person("01", "1", 1975, 10), Person("02", "2", 1976)};
  EXPECT_EQ(Found(v1::LEFT_BEHIND_WOMEN, dwelling), "02 SPOUSE_AWAY");
  dwelling.family.members[1] = Person("02", "2", 1966);
  EXPECT_EQ(Found(v1::LEFT_BEHIND_WOMEN, dwelling), "") << "60 on that day";
  dwelling.family.members = {Person("01", "1", 1955), Person("05", "2", 1984), Person("03", "1", 1983, 12)};
  EXPECT_EQ(Found(v1::LEFT_BEHIND_WOMEN, dwelling), "05 SPOUSE_AWAY");
  dwelling.family.members.push_back(Person("03", "1", 1987));
  EXPECT_EQ(Found(v1::LEFT_BEHIND_WOMEN, dwelling), "") << "whose wife is she?";
}

TEST(TargetGroupTest, TheDisabledByCertificateOrByHealth) {
  Dwelling dwelling;
  dwelling.family.members = {Person("01", "1", 1975), Person("02", "2", 1976), Person("03", "1", 2000)};
  dwelling.family.members[0].set_disability_class("4");
  dwelling.family.members[0].set_disability_grade("2");
  dwelling.family.members[1].set_health("04");
  EXPECT_EQ(Found(v1::DISABLED_PERSONS, dwelling), "01 CERTIFIED, 02 HEALTH_STATED");
}

TEST(TargetGroupTest, FourPriorityGroupsInDangerousHouses) {
  Dwelling dwelling;
  v1::Household& household = dwelling.family.household;
  household.set_type(v1::Household::REGISTERED);
  household.set_attribute("02");
  dwelling.family.members = {Person("01", "1", 1975)};
  dwelling.family.members[0].set_disability_class("4");
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling), "") << "nothing is known of the house";
  dwelling.living.emplace().set_danger_grade("B");
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling), "");
  dwelling.living->set_danger_grade("D");
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling),
            "household REGISTERED LOW_INCOME_ALLOWANCE DISABLED_MEMBER");
  household.set_type(v1::Household::ORDINARY);
  household.clear_attribute();
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling), "") << "disabled, but not poor";
  dwelling.family.members[0].set_subsistence_allowance(true);
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling), "household LOW_INCOME_ALLOWANCE DISABLED_MEMBER");
  dwelling.family.members.clear();
  household.set_attribute("06");
  EXPECT_EQ(Found(v1::HOUSING_PRIORITY_HOUSEHOLDS, dwelling), "household EXTREME_POVERTY_SUPPORT");
}

TEST(TargetGroupTest, EdgeHouseholdsAreThoseMonitoredWithoutARegistration) {
  Dwelling dwelling;
  dwelling.family.household.set_type(v1::Household::ORDINARY);
  EXPECT_EQ(Found(v1::EDGE_HOUSEHOLDS, dwelling), "");
  dwelling.family.household.set_monitor_type("2");
  EXPECT_EQ(Found(v1::EDGE_HOUSEHOLDS, dwelling), "household MONITORED_AS_EDGE");
  dwelling.family.household.set_risk_eliminated(true);
  EXPECT_EQ(Found(v1::EDGE_HOUSEHOLDS, dwelling), "");
}

}  // namespace
}  // namespace bangfu::registration::domain
