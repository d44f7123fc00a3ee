// Random histories against a model that knows only what must always hold: no step is skipped or repeated, subjects
// are never lost or doubled, what has ended stays, and the history makes the same procedure again.
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/procedure/case_for_tests.h"
#include "common/procedure/definitions_for_tests.h"
#include "common/standards/date.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

constexpr int kHistories = 400;
constexpr int kActions = 120;
constexpr int kSubjects = 6;

class RandomHistory {
 public:
  RandomHistory(const ProcedureDefinition& definition, uint64_t seed)
      : definition_(definition), random_(seed), story_(definition, "2020-03-02", kSubjects) {}

  void Run() {
    for (int i = 0; i < kActions && story_.procedure().state() == Procedure::RUNNING; ++i) {
      const Procedure before = story_.procedure();
      day_ += Below(4);
      const std::string date = standards::FormatDate(day_);
      // Mostly what the step wants; sometimes anything.
      const std::string step = Below(10) > 0 ? before.step() : definition_.steps(Below(definition_.steps_size())).key();
      const Action action = Below(8) > 0 ? WantedAction(date) : AnyAction(date);
      const std::string outcome = story_.DoIn(step, date, AnyActor(action), action);
      Check(before, step, action, outcome);
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_TRUE(story_.ReplaysToTheSame());
    ended_ = story_.procedure().state();
  }

  Procedure::State ended() const { return ended_; }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }
  std::string AnySubject() { return absl::StrCat("户", 1 + Below(kSubjects + 1)); }

  const StepDefinition& Step() const { return definition_.steps(StepIndex(definition_, story_.procedure().step())); }

  // Mostly somebody who may.
  Actor AnyActor(const Action& action) {
    v1::Level level = Step().level();
    int role = Step().roles(Below(Step().roles_size()));
    for (const v1::SignatureSlot& slot : Step().signatures().slots()) {
      if (slot.key() != action.sign().slot()) continue;
      level = slot.level();
      role = slot.roles(0);
    }
    if (Below(10) == 0) level = static_cast<v1::Level>(1 + Below(5));
    if (Below(10) == 0) role = 4 + Below(4);
    return Of(level, static_cast<options::v1::Role>(role), absl::StrCat("账号", Below(30)));
  }

  Action AnyMeeting(const std::string& date) {
    Action meeting = HoldMeeting(date, 30, 19 + Below(12));
    if (!Step().meeting().has_vote()) return meeting;
    if (!Step().meeting().vote_each_subject()) return WithVote(meeting, "", 15 + Below(16));
    for (const Subject& subject : story_.procedure().subjects()) {
      if (subject.state() == Subject::ACTIVE) meeting = WithVote(meeting, subject.subject_id(), 9 + Below(11));
    }
    return meeting;
  }

  Action AllFiles() {
    std::vector<std::string> ids;
    for (const Subject& subject : story_.procedure().subjects()) {
      if (subject.state() == Subject::ACTIVE) ids.push_back(subject.subject_id());
    }
    return Submit(Below(2) == 0 ? "申请书" : "入户核查表", ids, 2);
  }

  Action AnySignature() {
    const auto& slots = Step().signatures().slots();
    const std::string slot = slots.empty() ? "secretary" : slots.Get(Below(slots.size())).key();
    return SignOnPaper(slot, absl::StrCat("人", Below(40)));
  }

  Action AnyRecheck() {
    const auto& sample = story_.progress().sample();
    const bool drawn = !sample.subject_ids().empty();
    return Recheck(drawn ? sample.subject_ids(Below(sample.subject_ids_size())) : AnySubject(), Below(8) > 0);
  }

  Action WantedAction(const std::string& date) {
    const std::string wanted = story_.Pending(date).front();
    if (wanted == "EVIDENCE_MISSING") return AllFiles();
    if (wanted == "MEETING_MISSING") return AnyMeeting(date);
    if (wanted == "SAMPLE_NOT_DRAWN") return Draw(absl::StrCat(Below(1000)));
    if (wanted == "RECHECKS_MISSING") return AnyRecheck();
    if (wanted == "NOTICE_NOT_POSTED") return procedure::Post(date);
    if (wanted == "OBJECTIONS_OPEN") {
      return Resolve(1 + Below(4), static_cast<v1::ResolveObjection::Outcome>(1 + Below(3)));
    }
    if (wanted == "SIGNATURES_MISSING") return AnySignature();
    if (wanted == "VOTE_NOT_CARRIED" || wanted == "OBJECTION_UPHELD") {
      return Step().return_to().empty() ? Reject() : ReturnTo(Step().return_to(0));
    }
    return Approve();
  }

  Action AnyAction(const std::string& date) {
    switch (Below(13)) {
      case 0: return Below(3) == 0 ? Withdraw() : Approve();
      case 1: return Below(3) == 0 ? Reject() : Approve();
      case 2: return ReturnTo(definition_.steps(Below(definition_.steps_size())).key());
      case 3: return TakeOut(AnySubject());
      case 4:
      case 5: return Object(Below(2) == 0 ? "" : AnySubject());
      case 6: return Resolve(1 + Below(4), static_cast<v1::ResolveObjection::Outcome>(1 + Below(3)));
      case 7: return Draw(absl::StrCat(Below(1000)));
      case 8: return AnyRecheck();
      case 9: return procedure::Post(date);
      case 10: return AnyMeeting(date);
      case 11: return AllFiles();
      default: return AnySignature();
    }
  }

  void Check(const Procedure& before, const std::string& step, const Action& action, const std::string& outcome) {
    const Procedure& after = story_.procedure();
    const std::string what = absl::StrCat(step, ": ", action.ShortDebugString(), " -> ", outcome);
    if (after.version() == before.version()) {
      EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString()) << "a refusal changed something: " << what;
      return;
    }
    EXPECT_EQ(step, before.step()) << what;
    EXPECT_EQ(after.version(), before.version() + 1) << what;
    CheckMove(before, after, action, what);
    CheckSubjects(before, after, what);
  }

  // One step on by approval alone, back only to where the definition says, and an end only by those who may.
  void CheckMove(const Procedure& before, const Procedure& after, const Action& action, const std::string& what) {
    const int from = StepIndex(definition_, before.step());
    const int to = StepIndex(definition_, after.step());
    const StepDefinition& step = definition_.steps(from);
    EXPECT_LE(to, from + 1) << what;
    EXPECT_EQ(to == from + 1, action.has_approve() && after.state() == Procedure::RUNNING) << what;
    if (to < from) {
      const auto& allowed = step.return_to();
      const bool by_sample = step.has_recheck() && after.step() == step.recheck().return_to();
      EXPECT_TRUE(by_sample || std::count(allowed.begin(), allowed.end(), after.step()) == 1) << what;
    }
    EXPECT_EQ(after.steps_size(), before.steps_size() + (to == from ? 0 : 1)) << what;
    EXPECT_TRUE(after.state() != Procedure::COMPLETED || from == definition_.steps_size() - 1) << what;
    if (action.has_approve()) CheckApproval(step, before, what);
  }

  // What the definition requires was there.
  void CheckApproval(const StepDefinition& step, const Procedure& before, const std::string& what) {
    const auto& done = before.steps(before.steps_size() - 1);
    EXPECT_EQ(step.has_meeting(), done.has_meeting()) << what;
    EXPECT_EQ(step.has_notice(), done.has_notice()) << what;
    EXPECT_EQ(step.has_recheck(), done.has_sample()) << what;
    for (const v1::Objection& objection : done.notice().objections()) {
      EXPECT_NE(objection.outcome(), v1::ResolveObjection::OUTCOME_UNSPECIFIED) << what;
    }
    int wanted = 0;
    for (const v1::SignatureSlot& slot : step.signatures().slots()) wanted += std::max(1, slot.count());
    EXPECT_EQ(done.signatures_size(), wanted) << what;
    EXPECT_TRUE(!done.has_notice() || done.notice().to_date() < standards::FormatDate(day_)) << what;
  }

  // The totals always add up; who has left the list never comes back.
  void CheckSubjects(const Procedure& before, const Procedure& after, const std::string& what) {
    const v1::SubjectCounts& counts = after.counts();
    EXPECT_EQ(counts.active_count() + counts.approved_count() + counts.rejected_count() + counts.withdrawn_count(),
              kSubjects)
        << what;
    for (int i = 0; i < kSubjects; ++i) {
      EXPECT_EQ(after.subjects(i).subject_id(), before.subjects(i).subject_id()) << what;
      if (before.subjects(i).state() == Subject::ACTIVE) continue;
      EXPECT_EQ(after.subjects(i).SerializeAsString(), before.subjects(i).SerializeAsString()) << what;
    }
    EXPECT_EQ(after.state() == Procedure::RUNNING, counts.active_count() > 0) << what;
  }

  const ProcedureDefinition definition_;
  std::mt19937_64 random_;
  Case story_;
  absl::CivilDay day_{2020, 3, 2};
  Procedure::State ended_ = Procedure::RUNNING;
};

TEST(RandomHistory, KeepsWhatMustAlwaysHold) {
  std::multiset<Procedure::State> ends;
  const ProcedureDefinition definitions[] = {TwoNoticesOneAnnouncement(), SevenSteps(), NineSteps(), Chain4342()};
  for (int i = 0; i < kHistories; ++i) {
    RandomHistory history(definitions[i % 4], static_cast<uint64_t>(i));
    history.Run();
    ASSERT_FALSE(HasFailure()) << "seed " << i;
    ends.insert(history.ended());
  }
  // The histories are not all cut off at the first steps.
  for (auto state : {Procedure::RUNNING, Procedure::COMPLETED, Procedure::REJECTED, Procedure::WITHDRAWN}) {
    EXPECT_GT(ends.count(state), 0u) << state;
  }
}

}  // namespace
}  // namespace bangfu::procedure
