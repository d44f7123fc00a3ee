// Runs: what they find in the tables, what becomes of it in the next run, and that one which is broken off goes on.
#include "services/registration/rpc/quality_run.h"

#include <map>

#include "gmock/gmock.h"
#include "services/registration/rpc/quality_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class QualityRunTest : public QualityFixture {
 protected:
  QualityRunTest() { Publish(); }

  void Miscount(const v1::Household& household, int count) {
    Spoil(absl::StrCat("UPDATE household SET member_count = ", count,
                       " WHERE id = ", NumberOf(household.household_id())));
  }

  // Rule, field and what was found, of everything that is to be mended.
  std::vector<std::string> Found() {
    std::vector<std::string> found;
    for (const v1::QualityIssue& issue : IssuesIn()) {
      found.push_back(
          absl::StrCat(v1::QualityRule::Code_Name(issue.rule()), " ", issue.field_label(), ": ", issue.found()));
    }
    std::sort(found.begin(), found.end());
    return found;
  }
};

TEST_F(QualityRunTest, ACleanRegisterHasNoIssues) {
  for (int i = 0; i < 5; ++i) Register();
  EXPECT_EQ(RunOnce(), "5/15/0/0/0");
  EXPECT_THAT(IssuesIn(), IsEmpty());
}

TEST_F(QualityRunTest, ReRunsKeepFixAndReopen) {
  const v1::Household household = Register(kVillage, 2);
  Register(kSecondVillage, 3);
  Miscount(household, 5);
  EXPECT_EQ(RunOnce(), "2/5/1/0/0");
  ASSERT_THAT(Found(), ElementsAre("MEMBER_COUNT_DISAGREES 家庭人口: 登记 5 人"));
  const v1::QualityIssue issue = IssuesIn()[0];
  EXPECT_EQ(issue.household_id(), household.household_id());
  EXPECT_EQ(issue.due_date(), "2026-03-12");
  EXPECT_EQ(RunOnce(), "2/5/0/1/0");
  EXPECT_EQ(IssuesIn()[0].issue_id(), issue.issue_id()) << "the same finding is the same issue";
  Miscount(household, 2);
  EXPECT_EQ(RunOnce(), "2/5/0/0/1");
  EXPECT_THAT(IssuesIn(), IsEmpty());
  EXPECT_TRUE(IssuesIn("state = FIXED")[0].has_fix_time());
  Miscount(household, 7);
  EXPECT_EQ(RunOnce(), "2/5/1/0/0");
  EXPECT_EQ(IssuesIn()[0].issue_id(), issue.issue_id());
  EXPECT_EQ(IssuesIn()[0].reopen_count(), 1);
}

TEST_F(QualityRunTest, WhatTheSchemaForbidsIsLookedForInTheTables) {
  const v1::Household first = Register(kVillage, 2), second = Register(kVillage, 1);
  const auto members = MembersOf(first.household_id());
  // The number of the other household's head, without a claim of its own.
  Spoil(absl::StrCat("UPDATE member m SET id_digest = o.id_digest FROM member o WHERE m.id = ",
                     NumberOf(members[1].member_id()), " AND o.household_id = ", NumberOf(second.household_id())));
  Spoil(absl::StrCat("UPDATE household SET area = 150526100999 WHERE id = ", NumberOf(second.household_id())));
  EXPECT_EQ(RunOnce(), "2/3/2/0/0");
  EXPECT_THAT(Found(), ElementsAre("AREA_UNKNOWN 所在村代码: 代码 150526100999 不存在或已失效",
                                   "IDENTITY_DUPLICATE 证件号码: 另一名在册成员已登记同一号码"));
}

TEST_F(QualityRunTest, PersonsWhoseHouseholdIsGoneAreFoundAndAreMended) {
  const v1::Household household = Register(kVillage, 2);
  Register(kVillage, 1);
  Spoil(absl::StrCat("UPDATE household SET state = 2 WHERE id = ", NumberOf(household.household_id())));
  EXPECT_EQ(RunOnce(), "1/1/2/0/0");
  EXPECT_THAT(Found(), ElementsAre("PERSON_WITHOUT_HOUSEHOLD 户标识: 所在户已归档或不存在",
                                   "PERSON_WITHOUT_HOUSEHOLD 户标识: 所在户已归档或不存在"));
  EXPECT_EQ(RunOnce(), "1/1/0/2/0");
  Spoil(absl::StrCat("UPDATE household SET state = 1 WHERE id = ", NumberOf(household.household_id())));
  EXPECT_EQ(RunOnce(), "2/3/0/0/2");
  EXPECT_THAT(IssuesIn(), IsEmpty());
}

TEST_F(QualityRunTest, IssuesOfHouseholdsThatLeftTheRegisterAreFixed) {
  const v1::Household household = Register(kVillage, 2);
  Register(kVillage, 1);
  Miscount(household, 4);
  EXPECT_EQ(RunOnce(), "2/3/1/0/0");
  ASSERT_TRUE(Archive(*Get(household.household_id(), Viewer())).ok());
  EXPECT_EQ(RunOnce(), "1/1/0/0/1");
  EXPECT_THAT(IssuesIn(), IsEmpty());
}

TEST_F(QualityRunTest, ARunLooksOnlyAtItsArea) {
  Miscount(Register(kVillage, 1), 2);
  Miscount(Register(kSecondVillage, 1), 2);
  EXPECT_EQ(RunOnce(AreaNumber(kVillage)), "1/1/1/0/0");
  Spoil("UPDATE household SET member_count = 1");
  EXPECT_EQ(RunOnce(AreaNumber(kSecondVillage)), "1/1/0/0/0");
  EXPECT_EQ(IssuesIn().size(), 1u) << "nobody has looked there";
}

TEST_F(QualityRunTest, OrdinaryHouseholdsAreLookedAtIfTheyAreMonitored) {
  v1::RegisterOrdinaryHouseholdRequest request;
  request.set_area(kVillage);
  *request.add_members() = NewMember(700, "01");
  request.set_request_id(testing::NewRequestId());
  const auto ordinary = Call(households_, &Households::RegisterOrdinaryHousehold, request, Registrar());
  ASSERT_TRUE(ordinary.ok()) << ordinary.status();
  EXPECT_EQ(RunOnce(), "0/0/0/0/0");
  Spoil("UPDATE household SET monitor_type = '2'");
  EXPECT_EQ(RunOnce(), "1/1/0/0/0");
}

// A run that is killed after any of its pages and taken up again finds and counts the same as one that is not.
TEST_F(QualityRunTest, ARunThatIsBrokenOffGoesOnAndCountsNothingTwice) {
  for (int i = 0; i < 7; ++i) {
    const v1::Household household = Register(i % 2 == 0 ? kVillage : kSecondVillage, 2);
    if (i % 3 == 0) Miscount(household, 9);
  }
  Spoil("UPDATE household SET state = 2 WHERE id = (SELECT max(id) FROM household)");
  const auto tallies = [&](const ids::RecordId& run) {
    std::map<int64_t, domain::QualityTally> counted;
    Write([&](db::Tx& tx) { counted = store::LoadTallies(tx, run, auth::RangeOf(kCounty), 1); });
    std::string text;
    for (const auto& [area, tally] : counted) {
      absl::StrAppend(&text, area, ": ", tally.households, " ", tally.persons, " ", tally.problem_households, "; ");
      for (const auto& [rule, found] : tally.rules) absl::StrAppend(&text, rule, "=", found.issues, " ");
    }
    return text;
  };
  const ids::RecordId whole = NewRun();
  ASSERT_TRUE(RunQuality(Work(whole)).ok());
  const std::string expected = tallies(whole);
  EXPECT_EQ(CountsOf(Ran(whole)), "6/12/4/0/0");
  for (int pages = 1; pages <= 6; ++pages) {
    Spoil("DELETE FROM quality_issue");
    const ids::RecordId id = NewRun();
    QualityRunWork work = Work(id);
    int begun = 0;
    work.stopped = [&] { return ++begun > pages; };
    EXPECT_EQ(ReasonOf(RunQuality(work)), "CANCELLED");
    EXPECT_FALSE(Ran(id).finish_time);
    // Another worker, which dies in the middle of its first transaction.
    QualityRunWork dying = Work(id);
    int held = 0;
    dying.held = [&](db::Tx&) { return ++held > 1 ? absl::AbortedError("killed") : absl::OkStatus(); };
    EXPECT_FALSE(RunQuality(dying).ok());
    ASSERT_TRUE(RunQuality(Work(id)).ok());
    EXPECT_EQ(CountsOf(Ran(id)), "6/12/4/0/0") << "after " << pages;
    EXPECT_EQ(tallies(id), expected) << "after " << pages;
  }
}

TEST_F(QualityRunTest, NothingPersonalStandsInIssues) {
  const v1::Household household = Register(kVillage, 2);
  const auto members = MembersOf(household.household_id());
  Spoil(absl::StrCat("UPDATE household SET member_count = 8, head_name = '别人' WHERE id = ",
                     NumberOf(household.household_id())));
  Spoil("UPDATE member SET labour = '02', birth_date = '1935-04-07'");
  v1::QualityRules rules = Rules();
  for (const auto code : {v1::QualityRule::HEAD_NAME_DISAGREES, v1::QualityRule::BIRTH_DATE_DISAGREES}) {
    auto& rule = *rules.add_rules();
    rule = rules.rules(0);
    rule.set_code(code);
  }
  Publish(rules, "ANNUAL");
  RunOnce();
  const std::string stored =
      database_.Sql("SELECT string_agg(t::text, ' ') FROM quality_issue t")[0][0].as<std::string>();
  EXPECT_NE(stored.find("技能劳动力, 超过 60 周岁"), std::string::npos) << stored;
  for (const std::string& secret : {members[0].name(), IdentityNumber(1), std::string("1935"), std::string("别人")}) {
    EXPECT_EQ(stored.find(secret), std::string::npos) << secret;
  }
}

}  // namespace
}  // namespace bangfu::registration
