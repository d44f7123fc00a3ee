#include "services/registration/domain/matching_policy.h"

#include <string>

#include "common/status/refusal.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

v1::MatchFact Fact(const std::string& item, int64_t yuan) {
  v1::MatchFact fact;
  fact.set_item(item);
  if (yuan > 0) fact.set_value_fen(yuan * 100);
  return fact;
}

const char kVehicles[] = R"(
  kind: VEHICLES verify_days: 10
  bands { items: "01" least_fen: 5000000 severity: SERIOUS veto: true }
  bands { items: ["01", "02"] severity: SERIOUS }
  bands { items: "05" severity: NOTICE })";

TEST(MatchingRules, TheFirstBandThatFitsAFactDecides) {
  const auto rule = Parse<v1::MatchingRule>(kVehicles);
  struct Case {
    v1::MatchFact fact;
    int band;
  };
  for (const Case& given : {Case{Fact("01", 50000), 1}, Case{Fact("01", 49999), 2}, Case{Fact("01", 0), 2},
                            Case{Fact("02", 900000), 2}, Case{Fact("05", 0), 3}, Case{Fact("04", 100000), 0}}) {
    const auto verdict = JudgeMatch(rule, {given.fact});
    EXPECT_EQ(verdict ? verdict->band : 0, given.band) << given.fact.ShortDebugString();
  }
}

TEST(MatchingRules, OfSeveralFactsTheWeightiestCounts) {
  const auto rule = Parse<v1::MatchingRule>(kVehicles);
  const auto verdict = JudgeMatch(rule, {Fact("05", 0), Fact("01", 80000), Fact("02", 0)});
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->band, 1);
  EXPECT_TRUE(verdict->veto);
  EXPECT_EQ(JudgeMatch(rule, {Fact("05", 0), Fact("02", 0)})->band, 2);
  EXPECT_FALSE(JudgeMatch(rule, {}).has_value());
}

TEST(MatchingRules, AbsenceHasNoFactsAndAnAge) {
  const auto rule = Parse<v1::MatchingRule>(
      R"(kind: SCHOOL_ROLL absence: true age_from: 6 age_to: 15 verify_days: 5 bands { severity: SERIOUS })");
  EXPECT_EQ(JudgeMatch(rule, {})->severity, v1::MatchingBand::SERIOUS);
  EXPECT_FALSE(IsOfAge(rule, "2020-03-03", "2026-03-02"));
  EXPECT_TRUE(IsOfAge(rule, "2020-03-02", "2026-03-02"));
  EXPECT_TRUE(IsOfAge(rule, "2010-03-03", "2026-03-02"));
  EXPECT_FALSE(IsOfAge(rule, "2010-03-02", "2026-03-02"));
}

TEST(MatchingRules, AreChecked) {
  EXPECT_TRUE(CheckMatchingRules(Parse<v1::MatchingRules>(absl::StrCat("rules {", kVehicles, "}"))).empty());
  auto twice = Parse<v1::MatchingRules>(absl::StrCat("rules {", kVehicles, "} rules {", kVehicles, "}"));
  EXPECT_EQ(CheckMatchingRules(twice)[0].path, "rules[1].kind");
  auto ages = Parse<v1::MatchingRules>("rules { kind: DEATHS age_from: 20 age_to: 10 }");
  EXPECT_EQ(CheckMatchingRules(ages)[0].path, "rules[0].age_to");
  auto absent = Parse<v1::MatchingRules>("rules { kind: INSURANCE absence: true bands { least_fen: 1 } }");
  EXPECT_EQ(CheckMatchingRules(absent)[0].path, "rules[0].bands[0]");
}

TEST(MatchingPurposes, AreFoundByCodeAndKind) {
  const auto purposes = Parse<v1::MatchingPurposes>(R"(purposes { code: "IDENTIFY" kinds: [VEHICLES, BANK] })");
  EXPECT_TRUE(CheckMatchingPurposes(purposes).empty());
  EXPECT_TRUE(FindPurpose(purposes, "IDENTIFY", v1::MatchList::BANK).ok());
  for (const auto& refused : {FindPurpose(purposes, "IDENTIFY", v1::MatchList::DEATHS),
                              FindPurpose(purposes, "OTHER", v1::MatchList::BANK)}) {
    EXPECT_EQ(status::ReasonOf(refused.status()), "MATCH_PURPOSE_UNKNOWN");
  }
}

TEST(MatchingPurposes, AreChecked) {
  const auto wrong = Parse<v1::MatchingPurposes>(
      R"(purposes { code: "a b" kinds: BANK } purposes { code: "A" kinds: [BANK, BANK] } purposes { code: "A" kinds: BANK })");
  const auto errors = CheckMatchingPurposes(wrong);
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0].path, "purposes[0].code");
  EXPECT_EQ(errors[1].path, "purposes[1].kinds");
  EXPECT_EQ(errors[2].path, "purposes[2].code");
}

}  // namespace
}  // namespace bangfu::registration::domain
