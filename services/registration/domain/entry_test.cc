#include "services/registration/domain/entry.h"

#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

// Baoji's wording: income below the line, or a guarantee that is not met, and no red line.
v1::EntryRules Rules() {
  return FromJson<v1::EntryRules>(R"json({
    "linePurpose": "NATIONAL", "guarantees": ["EDUCATION", "HOUSING", "SAFE_WATER"],
    "schoolAgeFrom": 6, "schoolAgeTo": 15,
    "redLines": [{"key": "car", "title": "有轿车", "evidence": "车辆登记证明"}]})json");
}

v1::PovertyLine Line(int64_t yuan) {
  v1::PovertyLine line;
  line.set_line_fen(yuan * 100);
  line.set_price_basis(v1::PovertyLine::CURRENT);
  return line;
}

// All guarantees met, 4,000 yuan a head.
v1::EntryInputs WellOff() {
  return FromJson<v1::EntryInputs>(R"json({"household": {"year": 2025, "netPerCapitaFen": "400000", "memberCount": 3,
    "dangerousHouse": false, "safeWater": true}})json");
}

std::string Verdict(const v1::EntryInputs& inputs, int64_t line_yuan = 3000) {
  return JudgeEntry(inputs, Rules(), Line(line_yuan)).verdict();
}

TEST(EntryTest, IncomeBelowTheLineIsEnough) {
  EXPECT_EQ(Verdict(WellOff(), 4001), "PASS");
  EXPECT_EQ(Verdict(WellOff(), 4000), "FAIL") << "the line itself is not below it";
  const auto outcome = JudgeEntry(WellOff(), Rules(), Line(4001));
  EXPECT_EQ(FoundIn(outcome).at("INCOME_BELOW_LINE_HELD"), "4000.00 元/人·年 (2025年度)");
  EXPECT_EQ(AskedIn(outcome, "INCOME_BELOW_LINE_HELD"), "低于 4001.00 元/人·年");
}

TEST(EntryTest, AGuaranteeThatIsNotMetIsEnough) {
  v1::EntryInputs inputs = WellOff();
  inputs.mutable_household()->set_dangerous_house(true);
  EXPECT_EQ(Verdict(inputs), "PASS");
  EXPECT_EQ(FoundIn(JudgeEntry(inputs, Rules(), Line(3000))).at("HOUSING_UNMET_HELD"), "登记: 危房");
  inputs = WellOff();
  *inputs.mutable_household()->add_statements() =
      FromJson<v1::ExitStatement>(R"({"item": "EDUCATION", "evidence": "控辍保学台账"})");
  EXPECT_EQ(Verdict(inputs), "PASS") << "what was stated counts, too";
}

TEST(EntryTest, ARedLineDecidesWhateverTheNeed) {
  v1::EntryInputs inputs = WellOff();
  inputs.mutable_household()->set_dangerous_house(true);
  auto& found = *inputs.add_exclusions();
  found.set_key("car");
  found.set_evidence("登记证明");
  const auto outcome = JudgeEntry(inputs, Rules(), Line(9000));
  EXPECT_EQ(outcome.verdict(), "FAIL");
  EXPECT_EQ(FoundIn(outcome).at("RED_LINE_CAR_FAILED"), "发现 (登记证明)");
}

TEST(EntryTest, WhatIsNotKnownLeavesItOpen) {
  v1::EntryInputs inputs = WellOff();
  inputs.mutable_household()->clear_safe_water();
  EXPECT_EQ(Verdict(inputs), "INCOMPLETE");
  EXPECT_EQ(Verdict(inputs, 9000), "PASS") << "one need is enough";
  inputs = WellOff();
  inputs.mutable_household()->clear_net_per_capita_fen();
  EXPECT_EQ(Verdict(inputs), "INCOMPLETE");
  v1::PovertyLine constant = Line(3000);
  constant.set_price_basis(v1::PovertyLine::CONSTANT_2010);
  EXPECT_EQ(JudgeEntry(WellOff(), Rules(), constant).verdict(), "INCOMPLETE") << "prices of different years";
}

TEST(EntryTest, RulesThatMakeNoSenseAreRefused) {
  EXPECT_TRUE(CheckEntryRules(Rules()).empty());
  auto rules = FromJson<v1::EntryRules>(R"json({"linePurpose": "WEALTH",
    "guarantees": ["EDUCATION", "ROAD"], "redLines": [{"key": "NO", "title": "x"}]})json");
  std::vector<std::string> paths;
  for (const auto& fault : CheckEntryRules(rules)) paths.push_back(fault.path);
  EXPECT_THAT(paths,
              ::testing::UnorderedElementsAre("line_purpose", "guarantees[1]", "school_age_from", "red_lines[0].key"));
}

TEST(EntryTest, WhatExcludesIsNamedWithItsPaper) {
  const auto rubric = FromJson<v1::ScoringRubric>(R"({"exclusions": [{"key": "shop", "title": "有商铺"}]})");
  const auto faults = [&](const std::string& json) {
    v1::EntryInputs inputs;
    inputs = FromJson<v1::EntryInputs>("{\"exclusions\": [" + json + "]}");
    std::vector<std::string> paths;
    for (const auto& fault : CheckExclusions(inputs.exclusions(), rubric, Rules(), "")) paths.push_back(fault.path);
    return paths;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(faults(R"({"key": "shop"})"), ElementsAre());
  EXPECT_THAT(faults(R"({"key": "car", "evidence": "证明"})"), ElementsAre());
  EXPECT_THAT(faults(R"({"key": "car"})"), ElementsAre("exclusions[0].evidence"));
  EXPECT_THAT(faults(R"({"key": "boat"})"), ElementsAre("exclusions[0].key"));
  EXPECT_THAT(faults(R"({"key": "shop"}, {"key": "shop"})"), ElementsAre("exclusions[1].key"));
}

Family Ordinary() {
  Family family;
  family.household.set_state(v1::Household::ACTIVE);
  family.household.set_type(v1::Household::ORDINARY);
  family.members.emplace_back().set_household_type(v1::Household::ORDINARY);
  return family;
}

TEST(EntryTest, WhatComesOfADecision) {
  v1::IdentificationApplication application;
  application.set_standard("1");
  application.set_attribute("02");
  application.set_main_cause("01");
  application.add_other_causes("08");
  EXPECT_TRUE(CanBeIdentified(Ordinary().household));
  const Family identified = Identified(Ordinary(), application, "2026-03-02");
  EXPECT_EQ(identified.household.type(), v1::Household::REGISTERED);
  EXPECT_EQ(identified.members[0].household_type(), v1::Household::REGISTERED);
  EXPECT_EQ(identified.household.exit_flag(), "0");
  EXPECT_EQ(identified.household.identify_date(), "2026-03-02");
  EXPECT_EQ(identified.household.other_causes(0), "08");
  EXPECT_FALSE(CanBeIdentified(identified.household));
  EXPECT_TRUE(CanBeRemoved(identified.household));
  EXPECT_FALSE(CanReturn(identified.household)) << "it is not out";

  Family out = identified;
  out.household.set_exit_flag("1");
  out.household.set_exit_year(2027);
  out.household.set_buffer_end_date("2028-01-01");
  EXPECT_TRUE(CanReturn(out.household));
  const Family returned = Returned(out, "04", "2027-06-01");
  EXPECT_EQ(returned.household.exit_flag(), "3");
  EXPECT_EQ(returned.household.main_cause(), "04");
  EXPECT_EQ(returned.household.buffer_end_date(), "");
  EXPECT_EQ(returned.household.identify_date(), "2027-06-01");
  EXPECT_EQ(returned.household.exit_year(), 2027) << "it was out since that year";
  const Family removed = Removed(out);
  EXPECT_EQ(removed.household.type(), v1::Household::ORDINARY);
  EXPECT_EQ(removed.household.standard() + removed.household.exit_flag() + removed.household.buffer_end_date(), "");
  EXPECT_FALSE(CanBeRemoved(removed.household));
}

}  // namespace
}  // namespace bangfu::registration::domain
