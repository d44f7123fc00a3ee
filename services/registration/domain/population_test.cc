#include "services/registration/domain/population.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using v1::PopulationChange;

constexpr char kHome[] = "150526100201", kAway[] = "150526100202";

v1::Household NewHousehold(const std::string& day, const std::string& area, const std::string& flag,
                           const std::string& id = "150526-0000000000001") {
  v1::Household household;
  household.set_household_id(id);
  household.set_area(area);
  household.set_exit_flag(flag);
  household.set_type(v1::Household::REGISTERED);
  household.set_state(v1::Household::ACTIVE);
  household.set_valid_from(day);
  return household;
}

v1::Member NewMember(const std::string& day, const v1::Household& household) {
  v1::Member member;
  member.set_member_id("150526-0000000000009");
  member.set_household_id(household.household_id());
  member.set_area(household.area());
  member.set_relation("01");
  member.set_join_reason("08");
  member.set_state(v1::Member::PRESENT);
  member.set_valid_from(day);
  return member;
}

// "2020-01-01 01/2>02/3 EXITED +1 person"
std::string Line(const PopulationChange& entry) {
  const auto side = [](const std::string& area, int status) {
    return status == 0 ? std::string("-") : absl::StrCat(area.substr(10), "/", status);
  };
  return absl::StrCat(entry.date(), " ", side(entry.from_area(), entry.from_status()), ">",
                      side(entry.to_area(), entry.to_status()), " ", entry.reason(), " ", entry.count(),
                      entry.member_id().empty() ? " household" : " person");
}
std::vector<std::string> Lines(const std::vector<PopulationChange>& entries) {
  std::vector<std::string> lines;
  for (const PopulationChange& entry : entries) lines.push_back(Line(entry));
  return lines;
}

TEST(PopulationTest, EveryChangeOfAreaOrStatusIsAnEntry) {
  const v1::Household home = NewHousehold("2015-01-01", kHome, "0");
  const Family family{home, {NewMember("2015-01-01", home)}};
  EXPECT_THAT(Lines(PopulationChanges({}, {family}, "2016-01-01")),
              ElementsAre("2015-01-01 ->01/2 JOIN_08 1 household", "2015-01-01 ->01/2 JOIN_08 1 person"));
  EXPECT_THAT(PopulationChanges({family}, {family}, "2016-01-01"), IsEmpty());

  for (const auto& [flag, line] : {std::pair<const char*, const char*>{"1", "01/2>01/3 EXITED"},
                                   {"2", "01/2>01/4 PRE_EXIT"},
                                   {"3", "01/2>01/5 RETURNED"}}) {
    Family after = family;
    after.household.set_exit_flag(flag);
    EXPECT_THAT(
        Lines(PopulationChanges({family}, {after}, "2016-01-01")),
        ElementsAre(absl::StrCat("2016-01-01 ", line, " 1 household"), absl::StrCat("2016-01-01 ", line, " 1 person")));
  }
  Family moved = family;
  moved.household.set_area(kAway);
  moved.members[0].set_area(kAway);
  EXPECT_THAT(Lines(PopulationChanges({family}, {moved}, "2016-01-01")),
              ElementsAre("2016-01-01 01/2>02/2 RELOCATED 1 household", "2016-01-01 01/2>02/2 RELOCATED 1 person"));
  Family ordinary = WithType(family, v1::Household::ORDINARY);
  EXPECT_THAT(Lines(PopulationChanges({family}, {ordinary}, "2016-01-01"))[0],
              "2016-01-01 01/2>01/1 REMOVED 1 household");
  EXPECT_THAT(Lines(PopulationChanges({ordinary}, {family}, "2016-01-01"))[0],
              "2016-01-01 01/1>01/2 IDENTIFIED 1 household");
  Family gone = *Archive(family, "02", "2016-01-01");
  EXPECT_THAT(Lines(PopulationChanges({family}, {gone}, "2016-01-01")),
              ElementsAre("2016-01-01 01/2>- ARCHIVE_02 1 household", "2016-01-01 01/2>- LEAVE_08 1 person"));
}

TEST(PopulationTest, WhoMovesToAnotherHouseholdIsATransfer) {
  const v1::Household home = NewHousehold("2015-01-01", kHome, "0");
  const v1::Household other = NewHousehold("2015-01-01", kAway, "1", "150526-0000000000002");
  v1::Member member = NewMember("2015-01-01", home);
  v1::Member moved = NewMember("2018-01-01", other);
  moved.set_leave_reason("09");
  EXPECT_THAT(Lines(PopulationChanges({{home, {member}}, {other, {}}}, {{home, {}}, {other, {moved}}}, "2018-01-01")),
              ElementsAre("2018-01-01 01/2>02/3 TRANSFER_09 1 person"));
  const HouseholdSteps households = {{home.household_id(), {home}}, {other.household_id(), {other}}};
  EXPECT_THAT(Lines(PopulationChangesFrom({member, moved}, households, "2015-01-01")),
              ElementsAre("2015-01-01 ->01/2 JOIN_08 1 person", "2018-01-01 01/2>02/3 TRANSFER_09 1 person"));
  EXPECT_THAT(Lines(PopulationChangesFrom({member, moved}, households, "2016-01-01")),
              ElementsAre("2018-01-01 01/2>02/3 TRANSFER_09 1 person"));
}

TEST(PopulationTest, APersonIsCountedAsTheHouseholdIsOnEachDay) {
  const v1::Household poor = NewHousehold("2015-01-01", kHome, "0"), out = NewHousehold("2018-01-01", kHome, "1");
  const HouseholdSteps households = {{poor.household_id(), {poor, out}}};
  v1::Member left = NewMember("2020-01-01", out);
  left.set_state(v1::Member::LEFT);
  left.set_leave_reason("01");
  EXPECT_THAT(Lines(PopulationChangesFrom({NewMember("2016-01-01", poor), left}, households, "2015-01-01")),
              ElementsAre("2016-01-01 ->01/2 JOIN_08 1 person", "2018-01-01 01/2>01/3 EXITED 1 person",
                          "2020-01-01 01/3>- LEAVE_01 1 person"));
}

TEST(PopulationTest, WhatIsNotWantedIsTakenBack) {
  const v1::Household poor = NewHousehold("2015-01-01", kHome, "0"), out = NewHousehold("2018-01-01", kHome, "1");
  const auto kept = PopulationChangesFrom({poor, out}, "2015-01-01");
  EXPECT_THAT(LedgerDifference(kept, kept), IsEmpty());
  v1::Household earlier = out;
  earlier.set_valid_from("2017-01-01");
  EXPECT_THAT(
      Lines(LedgerDifference(kept, PopulationChangesFrom({poor, earlier}, "2015-01-01"))),
      UnorderedElementsAre("2018-01-01 01/2>01/3 EXITED -1 household", "2017-01-01 01/2>01/3 EXITED 1 household"));
}

}  // namespace
}  // namespace bangfu::registration::domain
