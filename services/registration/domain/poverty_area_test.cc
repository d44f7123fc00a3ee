#include "services/registration/domain/poverty_area.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

std::string ReasonOf(const std::string& json, const std::string& area = "150526100201") {
  auto entry = FromJson<v1::PovertyArea>(json);
  entry.set_area(area);
  return status::ReasonOf(CheckPovertyArea(entry, "2020-03-02"));
}

TEST(PovertyAreaTest, IsAVillageOrCountyWithDaysThatFit) {
  EXPECT_EQ(ReasonOf(R"({"state": "POOR", "designateDate": "2014-01-01"})"), "");
  EXPECT_EQ(ReasonOf(R"({"state": "POOR"})", "150526000000"), "");
  EXPECT_EQ(ReasonOf(R"({"state": "POOR"})", "150526100000"), "AREA_LEVEL_WITHOUT_POVERTY");
  EXPECT_EQ(ReasonOf(R"({"state": "EXITED"})"), "INVALID_FIELD") << "without a day";
  EXPECT_EQ(ReasonOf(R"({"state": "POOR", "exitDate": "2019-01-01"})"), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(R"({"state": "EXITED", "exitDate": "2020-03-03"})"), "INVALID_FIELD") << "in the future";
  EXPECT_EQ(ReasonOf(R"({"state": "EXITED", "designateDate": "2019-02-01", "exitDate": "2019-01-01"})"),
            "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(R"({"state": "EXITED", "designateDate": "2014-01-01", "exitDate": "2020-03-02"})"), "");
}

TEST(PovertyAreaTest, ByHandOnlyHistoryIsEntered) {
  const auto entered = [](const std::string& before, const std::string& given) {
    return status::ReasonOf(
        CheckEnteredByHand(FromJson<v1::PovertyArea>(before), FromJson<v1::PovertyArea>(given), "2020-03-02"));
  };
  const std::string poor = R"({"state": "POOR"})", history = R"({"state": "EXITED", "exitDate": "2019-12-31"})";
  const std::string decided = R"({"state": "EXITED", "exitDate": "2020-03-01", "procedureId": "150526-x"})";
  EXPECT_EQ(entered("{}", history), "");
  EXPECT_EQ(entered("{}", R"({"state": "EXITED", "exitDate": "2020-03-02"})"), "AREA_EXIT_BY_PROCEDURE") << "today";
  EXPECT_EQ(entered(poor, history), "AREA_EXIT_BY_PROCEDURE");
  EXPECT_EQ(entered(poor, "{}"), "AREA_EXIT_BY_PROCEDURE") << "nor is it forgotten first";
  EXPECT_EQ(entered(poor, R"({"state": "POOR", "document": "公告"})"), "");
  EXPECT_EQ(entered(history, R"({"state": "EXITED", "exitDate": "2019-11-30"})"), "") << "a correction";
  EXPECT_EQ(entered(decided, decided), "");
  EXPECT_EQ(entered(decided, history), "AREA_EXIT_BY_PROCEDURE") << "another day than was decided";
}

TEST(PovertyAreaTest, OnlyWhatIsOnTheListLeavesIt) {
  auto area = FromJson<v1::PovertyArea>(R"({"state": "POOR"})");
  EXPECT_TRUE(CheckPoor("1", &area).ok());
  EXPECT_EQ(status::ReasonOf(CheckPoor("1", nullptr)), "AREA_NOT_POOR");
  area = Exit(area, "2020-03-02", "150526-x");
  EXPECT_EQ(area.state(), v1::PovertyArea::EXITED);
  EXPECT_EQ(area.exit_date(), "2020-03-02");
  EXPECT_EQ(status::ReasonOf(CheckPoor("1", &area)), "AREA_NOT_POOR");
}

v1::VillageProfile Profile() {
  return FromJson<v1::VillageProfile>(R"json({"year": 2019, "ruralPopulation": 900, "householdCount": 90,
    "statements": [{"item": "CLINIC", "held": true}, {"item": "COOPERATIVE", "held": true}],
    "figures": [{"item": "TAP_WATER", "count": 80, "total": 90, "rank": "COUNTY"}],
    "hamlets": [{"name": "东屯", "householdCount": 60}, {"name": "西屯", "householdCount": 30}]})json");
}

TEST(VillageProfileTest, StandsOnceAndAddsUp) {
  EXPECT_TRUE(CheckVillageProfile(Profile()).ok());
  v1::VillageProfile profile = Profile();
  *profile.add_statements() = profile.statements(0);
  EXPECT_FALSE(CheckVillageProfile(profile).ok());
  profile = Profile();
  profile.set_household_count(89);
  EXPECT_FALSE(CheckVillageProfile(profile).ok()) << "more households in hamlets than in all";
  profile = Profile();
  profile.mutable_hamlets(1)->set_name("东屯");
  EXPECT_FALSE(CheckVillageProfile(profile).ok());
  profile = Profile();
  profile.mutable_figures(0)->set_count(91);
  EXPECT_FALSE(CheckVillageProfile(profile).ok());
}

TEST(VillageProfileTest, WhatIsGivenWins) {
  auto inputs = FromJson<v1::AreaExitInputs>(R"json({"statements": [{"item": "CLINIC", "held": false}]})json");
  AddProfile(Profile(), &inputs);
  EXPECT_EQ(inputs.rural_population(), 900);
  ASSERT_EQ(inputs.statements_size(), 2);
  EXPECT_FALSE(inputs.statements(0).held());
  EXPECT_EQ(inputs.hamlets_size(), 2);
  EXPECT_EQ(inputs.figures_size(), 1);
  inputs = FromJson<v1::AreaExitInputs>(
      R"json({"ruralPopulation": 1000, "hamlets": [{"name": "南屯", "householdCount": 9}]})json");
  AddProfile(Profile(), &inputs);
  EXPECT_EQ(inputs.rural_population(), 1000);
  EXPECT_EQ(inputs.hamlets_size(), 1);
}

TEST(VillageProfileTest, VillagesThatAreOutComeFromTheList) {
  v1::AreaExitInputs inputs;
  AddVillagesOut(0, 0, &inputs);
  EXPECT_EQ(inputs.figures_size(), 0) << "a county without poor villages";
  AddVillagesOut(9, 10, &inputs);
  ASSERT_EQ(inputs.figures_size(), 1);
  EXPECT_EQ(inputs.figures(0).count(), 9);
  EXPECT_EQ(status::ReasonOf(CheckCountyFigures(inputs.figures())), "INVALID_FIELD") << "nobody gives it";
  inputs.mutable_figures(0)->set_item(v1::ExitShare::APPROVAL);
  EXPECT_TRUE(CheckCountyFigures(inputs.figures()).ok());
}

}  // namespace
}  // namespace bangfu::registration::domain
