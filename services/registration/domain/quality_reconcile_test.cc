// One household looked at again and again.
#include "services/registration/domain/quality_reconcile.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/registration/domain/quality_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

using v1::QualityIssue;

class QualityReconcileTest : public ::testing::Test {
 protected:
  QualityReconcileTest() {
    look_.pack = &pack_;
    look_.policy_id = "150526-000000000000a";
    look_.run_id = "150526-000000000000b";
    look_.year = 2019;
    look_.today = absl::CivilDay(2020, 1, 10);
    judged_ = GoodHousehold();
    judged_.household.set_member_count(9);
  }

  // Judges, compares with what is known, and knows the outcome.
  QualityChange Look() {
    QualityChange change =
        Reconcile(known_, IssuesOf(judged_, pack_.Judge(judged_), look_), look_, HouseholdRules(pack_));
    for (const QualityRecord& record : change.added) {
      known_.push_back(record);
      known_.back().issue.set_issue_id(absl::StrCat("150526-issue", known_.size()));
    }
    for (const QualityRecord& record : change.changed) {
      for (QualityRecord& known : known_) {
        if (known.issue.issue_id() == record.issue.issue_id()) known = record;
      }
    }
    return change;
  }
  static std::string Counts(const QualityChange& change) {
    return absl::StrCat(change.new_count, " new, ", change.kept_count, " kept, ", change.fixed_count, " fixed, ",
                        change.counted.size(), " counted");
  }

  const QualityPack pack_{AllQualityRules()};
  QualityLook look_;
  QualityCase judged_;
  std::vector<QualityRecord> known_;
};

TEST_F(QualityReconcileTest, WhatStaysIsKeptWhatIsMendedIsFixedWhatReturnsIsNew) {
  EXPECT_EQ(Counts(Look()), "1 new, 0 kept, 0 fixed, 1 counted");
  EXPECT_EQ(known_[0].issue.due_date(), "2020-02-09");
  known_[0].issue.set_assignee("zhang");
  look_.today += 5;
  EXPECT_EQ(Counts(Look()), "0 new, 1 kept, 0 fixed, 1 counted");
  EXPECT_EQ(known_[0].issue.found_date(), "2020-01-10") << "it is the same issue";
  EXPECT_EQ(known_[0].issue.assignee(), "zhang");
  judged_.household.set_member_count(4);
  EXPECT_EQ(Counts(Look()), "0 new, 0 kept, 1 fixed, 0 counted");
  EXPECT_EQ(known_[0].issue.state(), QualityIssue::FIXED);
  EXPECT_EQ(Counts(Look()), "0 new, 0 kept, 0 fixed, 0 counted");
  judged_.household.set_member_count(9);
  EXPECT_EQ(Counts(Look()), "1 new, 0 kept, 0 fixed, 1 counted");
  ASSERT_EQ(known_.size(), 1u);
  EXPECT_EQ(known_[0].issue.reopen_count(), 1);
  EXPECT_EQ(known_[0].issue.found_date(), "2020-01-15");
}

TEST_F(QualityReconcileTest, AWaiverHoldsForWhatWasFoundThen) {
  Look();
  known_[0].issue.set_state(QualityIssue::WAIVED);
  known_[0].issue.set_waiver("已核实");
  EXPECT_EQ(Counts(Look()), "0 new, 0 kept, 0 fixed, 0 counted");
  EXPECT_EQ(known_[0].issue.state(), QualityIssue::WAIVED);
  EXPECT_EQ(known_[0].issue.waiver(), "已核实");
  judged_.household.set_member_count(8);
  EXPECT_EQ(Counts(Look()), "1 new, 0 kept, 0 fixed, 1 counted") << "something else is found";
  EXPECT_EQ(known_[0].issue.state(), QualityIssue::OPEN);
  EXPECT_EQ(known_[0].issue.waiver(), "");
}

TEST_F(QualityReconcileTest, WhatIsNotLookedForIsLeftAlone) {
  judged_ = GoodHousehold();
  judged_.income->set_wage_fen(0);
  judged_.income->set_production_fen(2200000);
  Look();
  ASSERT_EQ(known_.size(), 1u);
  judged_.income = GoodHousehold().income;
  look_.year = 2020;
  EXPECT_EQ(Counts(Look()), "0 new, 0 kept, 0 fixed, 0 counted") << "another year";
  look_.year = 2019;
  const auto change = Reconcile(known_, {}, look_, {v1::QualityRule::HEAD_COUNT_WRONG});
  EXPECT_EQ(Counts(change), "0 new, 0 kept, 0 fixed, 0 counted") << "a pack without the rule";
  EXPECT_EQ(Counts(Look()), "0 new, 0 kept, 1 fixed, 0 counted");
}

TEST_F(QualityReconcileTest, AHouseholdCountsOnceHoweverMuchIsWrong) {
  judged_.persons[1].member.set_area("150526100299");
  judged_.persons[2].member.set_area("150526100299");
  QualityTally tally;
  AddToTally(judged_, look_, &tally);
  AddToTally(Look().counted, &tally);
  EXPECT_EQ(tally.households, 1);
  EXPECT_EQ(tally.persons, 4);
  EXPECT_EQ(tally.problem_households, 1);
  EXPECT_EQ(tally.rules[v1::QualityRule::MEMBER_AREA_DISAGREES].households, 1);
  EXPECT_EQ(tally.rules[v1::QualityRule::MEMBER_AREA_DISAGREES].issues, 2);
  EXPECT_EQ(tally.unconfirmed_days, 51);
  EXPECT_EQ(tally.stale_households, 0);
}

TEST_F(QualityReconcileTest, AnIssueIsNamedByTheFieldsOfTheContract) {
  Look();
  Describe(&known_[0].issue);
  EXPECT_EQ(known_[0].issue.title(), "登记人口与成员数不一致");
  EXPECT_EQ(known_[0].issue.field_label(), "家庭人口");
}

// Member ids are empty in the household of these tests; here they are not.
TEST_F(QualityReconcileTest, MembersAreToldApart) {
  judged_ = GoodHousehold();
  for (int i = 0; i < 4; ++i) judged_.persons[i].member.set_member_id(absl::StrCat("150526-m", i));
  judged_.persons[1].member.clear_health();
  judged_.persons[3].member.clear_health();
  EXPECT_EQ(Counts(Look()), "2 new, 0 kept, 0 fixed, 2 counted");
  judged_.persons[1].member.set_health("01");
  EXPECT_EQ(Counts(Look()), "0 new, 1 kept, 1 fixed, 1 counted");
}

}  // namespace
}  // namespace bangfu::registration::domain
