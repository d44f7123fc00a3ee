// The state machine, told in the procedures that offices run.
#include "common/procedure/advance.h"

#include "absl/strings/str_cat.h"
#include "common/procedure/case_for_tests.h"
#include "common/procedure/definitions_for_tests.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using v1::ResolveObjection;

struct Line {
  const char* date;
  Actor who;
  Action what;
  const char* outcome;  // reason of refusal, or the step afterwards, or the end
};

void Tell(Case& story, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    EXPECT_EQ(story.Do(line.date, line.who, line.what), line.outcome)
        << line.date << " " << line.who.account << ": " << line.what.ShortDebugString() << "\n"
        << story.text();
  }
  EXPECT_TRUE(story.ReplaysToTheSame());
}

// A meeting of 21 of 30 that carries every household of the list.
Action MeetingForAll(const std::string& date, int households) {
  Action meeting = HoldMeeting(date, 30, 21);
  for (int i = 1; i <= households; ++i) meeting = WithVote(meeting, absl::StrCat("户", i), 20, 1);
  return meeting;
}

std::vector<std::string> AllOf(int households) {
  std::vector<std::string> ids;
  for (int i = 1; i <= households; ++i) ids.push_back(absl::StrCat("户", i));
  return ids;
}

TEST(TwoNoticesOneAnnouncement, RunsFromApplicationToAnnouncement) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 5);
  Tell(story, {
                  {"2020-03-02", Clerk(), Approve(), "EVIDENCE_MISSING"},
                  {"2020-03-02", Clerk(), Submit("申请书", {"户1", "户2", "户3", "户4"}), "apply"},
                  {"2020-03-02", Clerk(), Approve(), "EVIDENCE_MISSING"},
                  {"2020-03-03", Clerk(), Submit("申请书", {"户5"}), "apply"},
                  {"2020-03-03", Clerk(), Approve(), "village-meeting"},
                  {"2020-03-05", Clerk(), Approve(), "MEETING_MISSING"},
                  {"2020-03-05", Clerk(), MeetingForAll("2020-03-05", 5), "village-meeting"},
                  {"2020-03-05", Clerk(), Approve(), "notice-1"},
                  {"2020-03-06", Clerk(), Approve(), "NOTICE_NOT_POSTED"},
                  {"2020-03-06", Clerk(), Post("2020-03-05"), "NOTICE_DATE_WRONG"},  // not back in time
                  {"2020-03-06", Clerk(), Post("2020-03-06"), "notice-1"},
                  {"2020-03-06", Clerk(), Post("2020-03-06"), "ALREADY_DONE"},
                  {"2020-03-12", Clerk(), Approve(), "NOTICE_RUNNING"},  // the seventh day is the last
                  {"2020-03-13", Clerk(), Approve(), "township-review"},
                  {"2020-03-16", TownshipReviewer(), Approve(), "SAMPLE_NOT_DRAWN"},
                  {"2020-03-16", TownshipReviewer(), Draw(), "township-review"},
                  {"2020-03-16", TownshipReviewer(), Approve(), "RECHECKS_MISSING"},
              });
  ASSERT_EQ(story.progress().sample().subject_ids_size(), 1);  // 20 % of five
  const std::string drawn = story.progress().sample().subject_ids(0);
  Tell(story, {
                  {"2020-03-17", TownshipReviewer(), Recheck(drawn, true), "township-review"},
                  {"2020-03-17", TownshipReviewer(), Approve(), "notice-2"},
                  {"2020-03-18", Clerk(), Post("2020-03-18"), "notice-2"},  // Wednesday; five working days
                  {"2020-03-24", Clerk(), Approve(), "NOTICE_RUNNING"},     // Tuesday
                  {"2020-03-25", Clerk(), Approve(), "county-review"},
                  {"2020-03-26", CountyReviewer(), Approve(), "announcement"},
                  {"2020-03-27", Clerk(), Post("2020-03-27"), "announcement"},
                  {"2020-03-27", Clerk(), Object("户1"), "OBJECTION_NOT_POSSIBLE"},
                  {"2020-03-28", Clerk(), Approve(), "办结"},
                  {"2020-03-28", Clerk(), Approve(), "PROCEDURE_ENDED"},
              });
  EXPECT_EQ(story.procedure().counts().approved_count(), 5);
}

TEST(TwoNoticesOneAnnouncement, NothingIsSkippedRepeatedOrDoneByTheWrongOnes) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 1);
  EXPECT_EQ(story.DoIn("notice-1", "2020-03-02", Clerk(), Post("2020-03-02")), "STEP_NOT_CURRENT");
  EXPECT_EQ(story.DoIn("announcement", "2020-03-02", Clerk(), Approve()), "STEP_NOT_CURRENT");
  EXPECT_THAT(story.text(), HasSubstr("农户申请"));
  EXPECT_EQ(story.DoIn("no-such-step", "2020-03-02", Clerk(), Approve()), "STEP_NOT_CURRENT");
  EXPECT_EQ(story.Do("2020-03-02", Clerk(), Action()), "ACTION_MISSING");

  Action apply = Submit("申请书", {"户1"});
  Tell(story, {
                  // Another role, another level, another village, nobody.
                  {"2020-03-02", Of(v1::VILLAGE, options::v1::HELPER, "帮扶人"), apply, "NOT_YOUR_STEP"},
                  {"2020-03-02", Of(v1::TOWNSHIP, options::v1::REGISTRAR, "乡-录入员"), apply, "NOT_YOUR_STEP"},
                  {"2020-03-02",
                   {"邻村", {{options::v1::REGISTRAR, {{kTestVillage + 1, kTestVillage + 2}}}}},
                   apply,
                   "NOT_YOUR_STEP"},
                  {"2020-03-02", {"无人", {}}, apply, "NOT_YOUR_STEP"},
                  {"2020-03-02", Clerk(), apply, "apply"},
                  {"2020-03-02", Clerk(), Reject(), "ACTION_NOT_IN_STEP"},
                  {"2020-03-02", Clerk(), TakeOut("户1"), "ACTION_NOT_IN_STEP"},
                  {"2020-03-02", Clerk(), HoldMeeting("2020-03-01", 30, 30), "ACTION_NOT_IN_STEP"},
                  {"2020-03-02", Clerk(), Draw(), "ACTION_NOT_IN_STEP"},
                  {"2020-03-02", Clerk(), Sign("secretary", "张三"), "ACTION_NOT_IN_STEP"},
                  {"2020-03-02", Clerk(), Object(), "OBJECTION_NOT_POSSIBLE"},
                  {"2020-03-02", Clerk(), Resolve(1, ResolveObjection::UPHELD), "OBJECTION_NOT_OPEN"},
                  {"2020-03-02", Clerk(), ReturnTo("county-review"), "RETURN_NOT_ALLOWED"},
                  {"2020-03-02", Clerk(), Approve(), "village-meeting"},
              });
  EXPECT_EQ(story.DoIn("apply", "2020-03-02", Clerk(), Approve()), "STEP_NOT_CURRENT");
}

TEST(TwoNoticesOneAnnouncement, MeetingsAreRefusedWithTheFigures) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 2);
  story.Do("2020-03-02", Clerk(), Submit("申请书", {"户1", "户2"}));
  story.Do("2020-03-02", Clerk(), Approve());
  const auto meeting = [](int entitled, int present, int one, int two) {
    return WithVote(WithVote(HoldMeeting("2020-03-03", entitled, present), "户1", one, present - one), "户2", two);
  };
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), meeting(30, 19, 15, 15)), "MEETING_NO_QUORUM");
  EXPECT_THAT(story.text(), HasSubstr("应到 30 人, 实到 19 人, 至少须到 20 人"));
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), meeting(30, 31, 15, 15)), "MEETING_FIGURES_WRONG");
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), meeting(30, 20, 15, 21)), "MEETING_FIGURES_WRONG");
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), WithVote(HoldMeeting("2020-03-03", 30, 20), "户1", 15)),
            "MEETING_FIGURES_WRONG");  // 户2 was not voted on
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), WithVote(meeting(30, 20, 15, 15), "户9", 15)), "SUBJECT_NOT_IN_LIST");
  EXPECT_EQ(story.Do("2020-03-02", Clerk(), meeting(30, 20, 15, 15)), "MEETING_TIME_WRONG");
  Action silent = meeting(30, 20, 15, 15);
  silent.mutable_record_meeting()->clear_minutes();
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), silent), "MINUTES_MISSING");

  // Ten of twenty is not more than a half: the second household leaves the list, the first goes on.
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), meeting(30, 20, 11, 10)), "village-meeting");
  EXPECT_EQ(story.StateOf("户1"), Subject::ACTIVE);
  EXPECT_EQ(story.StateOf("户2"), Subject::REJECTED);
  EXPECT_THAT(story.procedure().subjects(1).note(), HasSubstr("赞成 10 票, 须 11 票"));
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), meeting(30, 20, 20, 20)), "ALREADY_DONE");
  EXPECT_EQ(story.Do("2020-03-03", Clerk(), Approve()), "notice-1");
  EXPECT_TRUE(story.ReplaysToTheSame());
}

TEST(TwoNoticesOneAnnouncement, ObjectionsStopTheClockAndTakeOutWhomTheyConcern) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 3);
  Tell(story, {
                  {"2020-03-02", Clerk(), Submit("申请书", AllOf(3)), "apply"},
                  {"2020-03-02", Clerk(), Approve(), "village-meeting"},
                  {"2020-03-02", Clerk(), MeetingForAll("2020-03-02", 3), "village-meeting"},
                  {"2020-03-02", Clerk(), Approve(), "notice-1"},
                  {"2020-03-02", Clerk(), Object(), "OBJECTION_NOT_POSSIBLE"},
                  {"2020-03-02", Clerk(), Post("2020-03-02"), "notice-1"},
              });
  EXPECT_EQ(story.progress().notice().to_date(), "2020-03-08");
  EXPECT_EQ(story.DueDate(), "2020-05-01");  // sixty days

  // Somebody calls the county; the clock stands still on 4, 5 and 6 March.
  Tell(story, {{"2020-03-04", CountyReviewer(), Object("户2"), "notice-1"}});
  EXPECT_EQ(story.progress().notice().to_date(), "");
  EXPECT_EQ(story.DueDate(), "");
  EXPECT_THAT(story.Pending("2020-03-05"), ElementsAre("OBJECTIONS_OPEN", "NOTICE_RUNNING"));
  Tell(story, {
                  {"2020-03-05", Clerk(), Object("户3"), "notice-1"},
                  {"2020-03-06", Clerk(), Resolve(1, ResolveObjection::UPHELD), "notice-1"},
                  {"2020-03-06", Clerk(), Resolve(1, ResolveObjection::DISMISSED), "OBJECTION_NOT_OPEN"},
                  {"2020-03-06", Clerk(), Resolve(2, ResolveObjection::DISMISSED), "notice-1"},
                  {"2020-03-06", Clerk(), Object("户2"), "SUBJECT_NOT_IN_LIST"},
              });
  EXPECT_EQ(story.progress().notice().to_date(), "2020-03-11");
  EXPECT_EQ(story.DueDate(), "2020-05-04");
  EXPECT_EQ(story.StateOf("户2"), Subject::REJECTED);
  Tell(story, {
                  {"2020-03-11", Clerk(), Approve(), "NOTICE_RUNNING"},
                  {"2020-03-12", Clerk(), Object(), "notice-1"},  // until it is approved
                  {"2020-03-12", Clerk(), Approve(), "OBJECTIONS_OPEN"},
                  {"2020-03-13", Clerk(), Resolve(3, ResolveObjection::UPHELD), "notice-1"},
                  {"2020-03-14", Clerk(), Approve(), "OBJECTION_UPHELD"},  // to all of the list: back it must go
                  {"2020-03-14", Clerk(), ReturnTo("village-meeting"), "village-meeting"},
                  {"2020-03-14", Clerk(), Approve(), "MEETING_MISSING"},
                  // The meeting of the first round cannot be handed in again.
                  {"2020-03-14", Clerk(), MeetingForAll("2020-03-02", 3), "MEETING_TIME_WRONG"},
              });
  EXPECT_EQ(story.progress().round(), 2);
}

TEST(TwoNoticesOneAnnouncement, AFailedRecheckSendsTheListBack) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 10);
  Tell(story, {
                  {"2020-03-02", Clerk(), Submit("申请书", AllOf(10)), "apply"},
                  {"2020-03-02", Clerk(), Approve(), "village-meeting"},
                  {"2020-03-02", Clerk(), MeetingForAll("2020-03-02", 10), "village-meeting"},
                  {"2020-03-02", Clerk(), Approve(), "notice-1"},
                  {"2020-03-02", Clerk(), Post("2020-03-02"), "notice-1"},
                  {"2020-03-09", Clerk(), Approve(), "township-review"},
                  {"2020-03-09", TownshipReviewer(), Recheck("户1", true), "NOT_IN_SAMPLE"},
                  {"2020-03-09", TownshipReviewer(), Draw("abc"), "township-review"},
                  {"2020-03-09", TownshipReviewer(), Draw("def"), "ALREADY_DONE"},
              });
  const auto sample = story.progress().sample();
  ASSERT_EQ(sample.subject_ids_size(), 2);
  EXPECT_EQ(std::vector<std::string>(sample.subject_ids().begin(), sample.subject_ids().end()),
            DrawSample("abc", AllOf(10), 2));
  Tell(story, {
                  {"2020-03-10", TownshipReviewer(), Recheck(sample.subject_ids(0), false), "township-review"},
                  {"2020-03-10", TownshipReviewer(), Recheck(sample.subject_ids(0), true), "NOT_IN_SAMPLE"},
                  // To take the other one out completes the sample, and does not hide the failure.
                  {"2020-03-10", TownshipReviewer(), TakeOut(sample.subject_ids(1)), "village-meeting"},
              });
  EXPECT_THAT(story.procedure().steps(3).note(), HasSubstr("不合格 1 个"));
}

TEST(TwoNoticesOneAnnouncement, OneLeavesTheListAndTheOthersGoOn) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 2);
  Tell(story, {
                  {"2020-03-02", Clerk(), Submit("申请书", AllOf(2)), "apply"},
                  {"2020-03-02", Clerk(), Approve(), "village-meeting"},
                  {"2020-03-02", Clerk(), TakeOut("户1"), "village-meeting"},
                  {"2020-03-02", Clerk(), TakeOut("户1"), "SUBJECT_NOT_IN_LIST"},
                  {"2020-03-02", Clerk(), TakeOut("户2"), "否决"},  // nobody is left
              });
  EXPECT_EQ(story.procedure().counts().rejected_count(), 2);
}

TEST(TwoNoticesOneAnnouncement, IsWithdrawnByThoseWhoApplied) {
  Case story(TwoNoticesOneAnnouncement(), "2020-03-02", 2);
  Tell(story, {
                  {"2020-03-02", TownshipReviewer(), Withdraw(), "NOT_YOUR_STEP"},
                  {"2020-03-02", Clerk(), Withdraw(), "撤回"},
              });
  EXPECT_EQ(story.StateOf("户1"), Subject::WITHDRAWN);
}

TEST(TwoNoticesOneAnnouncement, DeadlinesAreTheStepsOrTheWholes) {
  Case story(TwoNoticesOneAnnouncement(), "2020-01-02", 1);
  story.Do("2020-01-02", Clerk(), Submit("申请书", {"户1"}));
  story.Do("2020-01-02", Clerk(), Approve());
  story.Do("2020-01-02", Clerk(), MeetingForAll("2020-01-02", 1));
  story.Do("2020-01-02", Clerk(), Approve());
  story.Do("2020-01-02", Clerk(), Post("2020-01-10"));
  EXPECT_EQ(story.DueDate(), "2020-03-02");  // sixty days of the whole
  EXPECT_EQ(story.Do("2020-01-17", Clerk(), Approve()), "township-review");
  // Ten working days from Friday, 17 January: Sunday the 19th is worked, from the 24th to 2 February is holiday.
  EXPECT_EQ(story.DueDate(), "2020-02-07");
}

TEST(SevenSteps, HigherLevelMayStandInForAVillageAndPaperSignsForAHouseholder) {
  Case story(SevenSteps(), "2020-03-02", 2);
  const Actor team = Of(v1::VILLAGE, options::v1::HELPER, "工作队");
  const Actor township = Of(v1::TOWNSHIP, options::v1::REGISTRAR, "乡-录入员");
  Tell(story, {
                  {"2020-03-02", Clerk(), Approve(), "home-check"},
                  {"2020-03-03", township, Submit("入户核查表", {"户1", "户2"}), "home-check"},
                  {"2020-03-03", township, Approve(), "EVIDENCE_MISSING"},
                  {"2020-03-03", township, Submit("入户核查表", {"户1", "户2"}, 1), "home-check"},  // the same files
                  {"2020-03-03", township, Approve(), "EVIDENCE_MISSING"},
                  {"2020-03-03", township, Submit("入户核查表", {"户1", "户2"}, 2), "home-check"},
                  {"2020-03-03", township, Approve(), "group-meeting"},
                  {"2020-03-04", township, HoldMeeting("2020-03-04", 20, 12), "NOT_YOUR_STEP"},
                  {"2020-03-04", Clerk(), HoldMeeting("2020-03-04", 20, 10), "MEETING_NO_QUORUM"},
                  {"2020-03-04", Clerk(), HoldMeeting("2020-03-04", 20, 11), "group-meeting"},
                  {"2020-03-04", Clerk(), Approve(), "committees"},
                  {"2020-03-05", Clerk("书记"), Sign("secretary", "王书记"), "committees"},
                  {"2020-03-05", Clerk("书记"), Sign("team", "王书记"), "NOT_YOUR_STEP"},
                  {"2020-03-05", team, Sign("mayor", "李队长"), "SLOT_UNKNOWN"},
                  {"2020-03-05", Clerk("主任"), Sign("secretary", "赵主任"), "SLOT_FULL"},
                  {"2020-03-05", team, Sign("team", "王书记"), "SIGNED_ALREADY"},  // one person, two posts
                  {"2020-03-05", team, Sign("team", "李队长"), "committees"},
                  {"2020-03-05", Clerk(), Approve(), "SIGNATURES_MISSING"},
                  {"2020-03-05", Clerk("书记"), Sign("householder", "户主甲"), "EVIDENCE_MISSING"},
                  {"2020-03-05", Clerk("书记"), SignOnPaper("householder", "户主甲"), "committees"},
                  {"2020-03-05", Clerk(), Approve(), "notice-1"},
                  {"2020-03-05", Clerk(), Post("2020-03-05"), "notice-1"},
                  {"2020-03-10", Clerk(), Approve(), "township"},
                  {"2020-03-10", TownshipReviewer(), Post("2020-03-11"), "township"},
                  {"2020-03-15", TownshipReviewer(), Approve(), "NOTICE_RUNNING"},
                  {"2020-03-16", TownshipReviewer(), Approve(), "county"},
                  {"2020-03-16", CountyReviewer(), ReturnTo("township"), "township"},
                  {"2020-03-16", TownshipReviewer(), Approve(), "NOTICE_NOT_POSTED"},  // posted anew
                  {"2020-03-16", TownshipReviewer(), Reject(), "否决"},
              });
}

TEST(NineSteps, VotesOfAllEntitledAndSamplesWithTolerance) {
  Case story(NineSteps(), "2020-03-02", 10);
  const auto vote = [](const std::string& date, int in_favour) {
    return WithVote(HoldMeeting(date, 30, 25), "", in_favour);
  };
  Tell(story, {
                  {"2020-03-02", Clerk(), Approve(), "home-check"},
                  {"2020-03-02", Of(v1::VILLAGE, options::v1::HELPER, "帮扶人"), Approve(), "group-review"},
                  {"2020-03-02", Clerk(), HoldMeeting("2020-03-02", 12, 9), "MEETING_NO_QUORUM"},
                  {"2020-03-02", Clerk(), HoldMeeting("2020-03-02", 12, 10), "group-review"},
                  {"2020-03-02", Clerk(), Approve(), "village-vote"},
                  {"2020-03-03", Clerk(), vote("2020-03-03", 19), "village-vote"},
                  {"2020-03-03", Clerk(), Approve(), "VOTE_NOT_CARRIED"},
                  {"2020-03-03", Clerk(), vote("2020-03-03", 25), "ALREADY_DONE"},  // no voting until it fits
              });
  EXPECT_THAT(story.Pending("2020-03-03"), ElementsAre("VOTE_NOT_CARRIED"));
  story.Do("2020-03-03", Clerk(), Approve());
  EXPECT_THAT(story.text(), HasSubstr("赞成 19 票, 基数 30 人, 至少须 20 票"));
  Tell(story, {
                  {"2020-03-03", Clerk(), ReturnTo("group-review"), "group-review"},
                  {"2020-03-05", Clerk(), HoldMeeting("2020-03-05", 12, 12), "group-review"},
                  {"2020-03-05", Clerk(), Approve(), "village-vote"},
                  {"2020-03-06", Clerk(), vote("2020-03-06", 20), "village-vote"},
                  {"2020-03-06", Clerk(), Approve(), "village-notice"},
                  {"2020-03-06", Clerk(), Post("2020-03-06"), "village-notice"},
                  {"2020-03-13", Clerk(), Approve(), "township-review"},
                  {"2020-03-13", TownshipReviewer(), Draw("x"), "township-review"},
              });
  const auto sample = story.progress().sample();
  ASSERT_EQ(sample.subject_ids_size(), 3);
  Tell(story, {
                  {"2020-03-16", TownshipReviewer(), Recheck(sample.subject_ids(0), false), "township-review"},
                  {"2020-03-16", TownshipReviewer(), Recheck(sample.subject_ids(1), true), "township-review"},
                  {"2020-03-16", TownshipReviewer(), Recheck(sample.subject_ids(2), true), "township-review"},
              });
  EXPECT_EQ(story.StateOf(sample.subject_ids(0)), Subject::REJECTED);  // one failure is within the tolerance
  EXPECT_EQ(story.Do("2020-03-16", TownshipReviewer(), Approve()), "township-notice");
}

TEST(Chain4342, SignsLevelByLevelAndNobodyTwice) {
  Case story(Chain4342(), "2020-03-02", 1);
  const struct {
    const char* slot;
    v1::Level level;
    options::v1::Role role;
    int count;
  } kChain[] = {{"village", v1::VILLAGE, options::v1::REGISTRAR, 4},
                {"township", v1::TOWNSHIP, options::v1::REVIEWER, 3},
                {"county", v1::COUNTY, options::v1::REVIEWER, 4},
                {"city", v1::CITY, options::v1::REVIEWER, 2}};
  EXPECT_EQ(story.Do("2020-03-02", TownshipReviewer(), Sign("township", "甲")), "SIGNATURE_OUT_OF_ORDER");
  EXPECT_THAT(story.text(), HasSubstr("村级验收人 尚未签齐 (0/4)"));
  EXPECT_EQ(story.Do("2020-03-02", CountyReviewer(), Sign("village", "甲")), "NOT_YOUR_STEP");
  int signatures = 0;
  for (const auto& link : kChain) {
    for (int i = 0; i < link.count; ++i) {
      EXPECT_EQ(story.Do("2020-03-02", CountyReviewer(), Approve()), "SIGNATURES_MISSING");
      const std::string name = absl::StrCat(link.slot, i);
      const Actor actor = Of(link.level, link.role, name);
      EXPECT_EQ(story.Do("2020-03-02", actor, Sign(link.slot, name)), "acceptance") << story.text();
      EXPECT_NE(story.Do("2020-03-02", actor, Sign(link.slot, absl::StrCat(name, "又"))), "acceptance");
      ++signatures;
    }
  }
  EXPECT_EQ(signatures, 13);
  EXPECT_EQ(story.Do("2020-03-03", CountyReviewer(), Approve()), "办结");
  EXPECT_TRUE(story.ReplaysToTheSame());
}

TEST(Advance, OwnCasesAndSeparateSteps) {
  ProcedureDefinition definition;
  for (const char* key : {"make", "approve"}) {
    StepDefinition& step = *definition.add_steps();
    step.set_key(key);
    step.set_title(key);
    step.set_level(v1::VILLAGE);
    step.add_roles(options::v1::REGISTRAR);
    step.set_may_reject(true);
  }
  definition.set_title("经办与审核分开");
  definition.mutable_steps(1)->add_different_from("make");
  NewProcedure given{"150526-0000000000001", "k", kTestVillage, Households(2), {}};
  given.subjects[0].add_excluded_accounts("亲属");
  const absl::Time now = StartOf(absl::CivilDay(2020, 3, 2));
  auto procedure = *Begin(Applying(definition), given, now);
  const auto act = [&](const std::string& step, const Actor& actor, Action action) -> std::string {
    action.set_step(step);
    auto advanced = Advance(definition, procedure, action, actor, now, policy::WorkCalendar());
    if (!advanced.ok()) return status::ReasonOf(advanced.status());
    procedure = advanced->procedure;
    return "OK";
  };
  EXPECT_EQ(act("make", Clerk("亲属"), Approve()), "ACTOR_EXCLUDED");
  EXPECT_EQ(act("make", Clerk("甲"), Approve()), "OK");
  EXPECT_EQ(act("approve", Clerk("甲"), Approve()), "ACTED_BEFORE");
  EXPECT_EQ(act("approve", Clerk("亲属"), Approve()), "ACTOR_EXCLUDED");
  EXPECT_EQ(act("approve", Clerk("乙"), TakeOut("户1")), "OK");
  EXPECT_EQ(act("approve", Clerk("亲属"), Approve()), "OK");  // the relative's case has left the list
}

TEST(Begin, RefusesListsAndAreasThatCannotBe) {
  const absl::Time now = StartOf(absl::CivilDay(2020, 3, 2));
  const auto reason = [&](int64_t area, std::vector<Subject> subjects) {
    NewProcedure given{"150526-0000000000001", "k", area, std::move(subjects), {}};
    return status::ReasonOf(Begin(Applying(TwoNoticesOneAnnouncement()), given, now).status());
  };
  EXPECT_EQ(reason(kTestVillage, Households(3)), "");
  EXPECT_EQ(reason(kTestVillage, {}), "LIST_INVALID");
  EXPECT_EQ(reason(kTestVillage, Households(kMostSubjects + 1)), "LIST_INVALID");
  EXPECT_EQ(reason(kTestVillage, {Households(1)[0], Households(1)[0]}), "LIST_INVALID");
  // One meeting of the village cannot be held for all of a township.
  EXPECT_EQ(reason(AreaAt(v1::TOWNSHIP, kTestVillage), Households(3)), "STEP_BELOW_AREA");
}

TEST(Definition, SaysWhatContradictsItself) {
  const ProcedureDefinition right = TwoNoticesOneAnnouncement();
  EXPECT_TRUE(CheckDefinition(right).ok());
  EXPECT_TRUE(CheckDefinition(SevenSteps()).ok());
  EXPECT_TRUE(CheckDefinition(NineSteps()).ok());
  EXPECT_TRUE(CheckDefinition(Chain4342()).ok());
  const auto paths = [&](auto change) {
    ProcedureDefinition wrong = right;
    change(wrong);
    std::vector<std::string> found;
    for (const auto& fault : DefinitionFaults(wrong)) found.push_back(fault.path);
    return found;
  };
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(1)->set_key("apply"); }),
              ElementsAre("steps[1].key", "steps[2].return_to", "steps[3].return_to", "steps[3].recheck.return_to",
                          "steps[4].return_to"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(0)->set_key("Apply"); }),
              ElementsAre("steps[0].key", "steps[1].return_to"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(2)->add_return_to("county-review"); }),
              ElementsAre("steps[2].return_to"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(1)->mutable_meeting()->mutable_quorum()->set_numerator(4); }),
              ElementsAre("steps[1].meeting.quorum"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(1)->mutable_meeting()->clear_vote(); }),
              ElementsAre("steps[1].meeting.vote"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(2)->mutable_notice()->set_template_("{id_number}"); }),
              ElementsAre("steps[2].notice.template"));
  EXPECT_THAT(paths([](auto& d) { d.mutable_steps(2)->mutable_notice()->clear_columns(); }),
              ElementsAre("steps[2].notice.template"));
}

TEST(Sample, IsTheLeastDigests) {
  // Whoever doubts it: for h in $(seq 1 10); do printf 'abc\n户%s' $h | sha256sum; done, then sort.
  const std::vector<std::string> all = AllOf(10);
  const auto drawn = DrawSample("abc", all, 10);
  EXPECT_THAT(DrawSample("abc", all, 4), ElementsAre("户10", "户8", "户2", "户7"));
  EXPECT_EQ(DrawSample("abc", {all.rbegin(), all.rend()}, 4),
            std::vector<std::string>(drawn.begin(), drawn.begin() + 4));
  EXPECT_NE(DrawSample("abd", all, 10), drawn);
}

}  // namespace
}  // namespace bangfu::procedure
