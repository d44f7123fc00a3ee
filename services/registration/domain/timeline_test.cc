#include "services/registration/domain/timeline.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

// A household as one line: "2015 flag=0 cause=01 members=3". Years stand for their first day.
v1::Household Read(const std::string& line) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  v1::Household household;
  household.set_household_id("150526-0000000000001");
  household.set_valid_from(words[0] + "-01-01");
  for (size_t i = 1; i < words.size(); ++i) {
    const std::vector<std::string> parts = absl::StrSplit(words[i], '=');
    if (parts[0] == "flag") household.set_exit_flag(parts[1]);
    if (parts[0] == "cause") household.set_main_cause(parts[1]);
    if (parts[0] == "members") household.set_member_count(std::stoi(parts[1]));
  }
  return household;
}

std::string Write(const v1::Household& household) {
  return absl::StrCat(household.valid_from().substr(0, 4), " flag=", household.exit_flag(),
                      " cause=", household.main_cause(), " members=", household.member_count());
}

std::string Write(const std::vector<v1::Household>& steps) {
  return absl::StrJoin(steps, "; ", [](std::string* out, const v1::Household& step) { *out += Write(step); });
}

Steps<v1::Household> ReadAll(const std::string& lines) {
  Steps<v1::Household> steps;
  for (const absl::string_view part : absl::StrSplit(lines, "; ")) steps.push_back(Read(std::string(part)));
  return steps;
}

TEST(TimelineTest, AChangeOfThePastLeavesWhatCameLater) {
  struct Case {
    const char* what;
    std::string steps;  // in force
    std::string patch;  // from that year on
    std::vector<std::string> fields;
    int members;
    std::string appended;
  };
  const std::string kSteps =
      "2015 flag=0 cause=01 members=3; 2020 flag=1 cause=01 members=3; 2022 flag=1 cause=02 members=2";
  const std::vector<Case> cases = {
      {"after everything", kSteps, "2023 flag=3", {"exit_flag"}, 0, "2023 flag=3 cause=02 members=2"},
      {"on the day of the last step", kSteps, "2022 flag=3", {"exit_flag"}, 0, "2022 flag=3 cause=02 members=2"},
      {"a field that a later step gave another value",
       kSteps,
       "2018 flag=2",
       {"exit_flag"},
       0,
       "2018 flag=2 cause=01 members=3; 2020 flag=1 cause=01 members=3; 2022 flag=1 cause=02 members=2"},
      {"a field that the next step left alone",
       kSteps,
       "2018 cause=05",
       {"main_cause"},
       0,
       "2018 flag=0 cause=05 members=3; 2020 flag=1 cause=05 members=3; 2022 flag=1 cause=02 members=2"},
      {"two fields, each for as long as nobody changed it",
       kSteps,
       "2018 flag=2 cause=05",
       {"exit_flag", "main_cause"},
       0,
       "2018 flag=2 cause=05 members=3; 2020 flag=1 cause=05 members=3; 2022 flag=1 cause=02 members=2"},
      {"what is in force already, but later: out two years before",
       kSteps,
       "2018 flag=1",
       {"exit_flag"},
       0,
       "2018 flag=1 cause=01 members=3; 2020 flag=1 cause=01 members=3; 2022 flag=1 cause=02 members=2"},
      {"what was so anyway", kSteps, "2018 flag=0", {"exit_flag"}, 0, ""},
      {"before the first step: from it on",
       kSteps,
       "2010 cause=05",
       {"main_cause"},
       0,
       "2015 flag=0 cause=05 members=3; 2020 flag=1 cause=05 members=3; 2022 flag=1 cause=02 members=2"},
      {"somebody more, whatever others did later",
       kSteps,
       "2018 members=4",
       {"member_count"},
       1,
       "2018 flag=0 cause=01 members=4; 2020 flag=1 cause=01 members=4; 2022 flag=1 cause=02 members=3"},
  };
  for (const Case& c : cases) {
    const v1::Household after = Read(c.patch);
    const auto appended =
        Rebase(ReadAll(c.steps), Patch<v1::Household>{after.valid_from(), c.fields, after, c.members});
    EXPECT_EQ(Write(appended), c.appended) << c.what;
  }
}

TEST(TimelineTest, ALaterVersionHidesThoseThatBeginWithItOrAfterIt) {
  const std::pair<std::string, std::string> cases[] = {
      {"2015 flag=0", "2015 flag=0"},
      {"2015 flag=0; 2020 flag=1", "2015 flag=0; 2020 flag=1"},
      {"2015 flag=0; 2020 flag=1; 2018 flag=2", "2015 flag=0; 2018 flag=2"},
      {"2015 flag=0; 2020 flag=1; 2018 flag=2; 2020 flag=1", "2015 flag=0; 2018 flag=2; 2020 flag=1"},
      {"2015 flag=0; 2015 flag=1", "2015 flag=1"},
  };
  for (const auto& [versions, steps] : cases) EXPECT_EQ(Write(InForce(ReadAll(versions))), Write(ReadAll(steps)));
}

TEST(TimelineTest, AStepHoldsUntilTheNextBegins) {
  const auto steps = ReadAll("2015 flag=0; 2020 flag=1");
  EXPECT_EQ(At(steps, "2014-12-31"), nullptr);
  EXPECT_EQ(At(steps, "2015-01-01")->exit_flag(), "0");
  EXPECT_EQ(At(steps, "2019-12-31")->exit_flag(), "0");
  EXPECT_EQ(At(steps, "2020-01-01")->exit_flag(), "1");
  EXPECT_EQ(Write(Joined(steps, {Read("2018 flag=2")})), Write(ReadAll("2015 flag=0; 2018 flag=2")));
}

TEST(TimelineTest, AMemberFollowsTheHouseholdWhilePresent) {
  v1::Household here = Read("2015"), there = Read("2020");
  here.set_area("150526100201");
  there.set_area("150526100202");
  const HouseholdSteps households = {{here.household_id(), {here, there}}};
  v1::Member member;
  member.set_household_id(here.household_id());
  member.set_area("150526100202");
  member.set_state(v1::Member::PRESENT);
  member.set_valid_from("2017-01-01");
  const auto areas = [](const Steps<v1::Member>& steps) {
    return absl::StrJoin(steps, " ", [](std::string* out, const v1::Member& step) {
      absl::StrAppend(out, step.valid_from().substr(0, 4), ":", step.area().substr(9));
    });
  };
  EXPECT_EQ(areas(Follow({member}, households, "2017-01-01")), "2017:201 2020:202");
  v1::Member left = member;
  left.set_state(v1::Member::LEFT);
  left.set_valid_from("2019-01-01");
  EXPECT_EQ(areas(Follow({member, left}, households, "2017-01-01")), "2017:201 2019:201") << "who left stays behind";
  EXPECT_EQ(areas(Follow({member, left}, households, "2018-01-01")), "2017:202 2019:201") << "before the day all stays";
}

}  // namespace
}  // namespace bangfu::registration::domain
