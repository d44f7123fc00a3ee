// A procedure under test, told as people tell it: on which day who does what, and what comes of it.
#ifndef BANGFU_COMMON_PROCEDURE_CASE_FOR_TESTS_H_
#define BANGFU_COMMON_PROCEDURE_CASE_FOR_TESTS_H_

#include <string>
#include <vector>

#include "common/procedure/advance.h"

namespace bangfu::procedure {

inline constexpr int64_t kTestVillage = 150526100201;

// Somebody with one role in the area of that level in which the test village lies.
Actor Of(v1::Level level, options::v1::Role role, const std::string& account);
Actor Clerk(const std::string& account = "村-录入员");  // the village's
Actor TownshipReviewer(const std::string& account = "乡-审核员");
Actor CountyReviewer(const std::string& account = "县-审核员");

// The definition, as if a document had it.
AppliedDefinition Applying(const ProcedureDefinition& definition);

// Ids "户1", "户2" … of so many households.
std::vector<Subject> Households(int count);

// Actions. A digest stands for the file of that name.
Action Approve();
Action Reject();
Action Withdraw();
Action ReturnTo(const std::string& step);
Action TakeOut(const std::string& subject);
Action Submit(const std::string& kind, const std::vector<std::string>& subjects, int copies = 1);
Action HoldMeeting(const std::string& date, int entitled, int present);
Action WithVote(Action meeting, const std::string& subject, int in_favour, int against = 0);
Action Sign(const std::string& slot, const std::string& name);
Action SignOnPaper(const std::string& slot, const std::string& name);
Action Post(const std::string& from);
Action Object(const std::string& subject = "");
Action Resolve(int number, v1::ResolveObjection::Outcome outcome);
Action Draw(const std::string& seed = "种子");
Action Recheck(const std::string& subject, bool passed);

class Case {
 public:
  // Begun at nine in the morning of `date`.
  Case(const ProcedureDefinition& definition, const std::string& date, int households);

  // Takes the action in the current step at noon; the reason of the refusal, or the step in which the procedure then
  // stands, or 办结, 否决, 撤回.
  std::string Do(const std::string& date, const Actor& actor, Action action);
  // The same, meant for a step.
  std::string DoIn(const std::string& step, const std::string& date, const Actor& actor, Action action);

  // Text of the last refusal.
  const std::string& text() const { return text_; }
  const Procedure& procedure() const { return procedure_; }
  const v1::StepProgress& progress() const { return procedure_.steps(procedure_.steps_size() - 1); }
  Subject::State StateOf(const std::string& subject) const;
  // Day by which the procedure is due: the last on which it is not overdue.
  std::string DueDate() const;
  // What is pending on a day: reasons in order, 通过 for the approval.
  std::vector<std::string> Pending(const std::string& date) const;

  // The history makes the same procedure again.
  bool ReplaysToTheSame() const;

 private:
  const ProcedureDefinition definition_;
  const policy::WorkCalendar calendar_;
  Procedure begun_;
  Procedure procedure_;
  std::vector<ProcedureEntry> entries_;
  std::string text_;
};

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_CASE_FOR_TESTS_H_
