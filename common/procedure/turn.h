// The inside of Advance: one action on its way through the rules. Each function changes the procedure of its turn or
// refuses; a refused turn is thrown away whole.
#ifndef BANGFU_COMMON_PROCEDURE_TURN_H_
#define BANGFU_COMMON_PROCEDURE_TURN_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/procedure/v1/procedure.pb.h"
#include "common/policy/working_days.h"
#include "common/procedure/actor.h"
#include "common/procedure/beijing_time.h"
#include "common/procedure/definition.h"

namespace bangfu::procedure {

using v1::Action;
using v1::Procedure;
using v1::StepProgress;
using v1::Subject;

struct Turn {
  const ProcedureDefinition& definition;
  const StepDefinition& step;  // in which the action is taken
  const Action& action;
  const Actor& actor;
  const absl::Time now;
  const policy::WorkCalendar& calendar;
  Procedure& procedure;

  // What has been done in the current step, this time round.
  StepProgress& progress() const { return *procedure.mutable_steps(procedure.steps_size() - 1); }
};

inline const StepProgress& CurrentProgress(const Procedure& procedure) {
  return procedure.steps(procedure.steps_size() - 1);
}

// One thing that is missing before a step can be approved.
struct Lack {
  absl::Status refusal;
  v1::Level level;
  RoleList roles;
  bool waiting = false;  // for time to pass, not for somebody
};

// Subjects.
bool IsActive(const Procedure& procedure, absl::string_view subject_id);
absl::flat_hash_set<std::string> ActiveIds(const Procedure& procedure);
// Takes those of the subjects that are in the list out of it; the notes say why.
void Drop(const Turn& turn, const std::map<std::string, std::string>& notes);

// Leaving the current step.
absl::Status RefuseAction(const StepDefinition& step, const std::string& action);
absl::Status RefuseRepeat(const std::string& action);
void EnterStep(const ProcedureDefinition& definition, int index, absl::Time now, Procedure* procedure);
void LeaveStep(const Turn& turn, StepProgress::Outcome outcome, const std::string& note);
void GoBack(const Turn& turn, const std::string& step, const std::string& note);

// What each requirement accepts, and what it still lacks.
absl::Status TakeEvidence(const Turn& turn);
void AddEvidenceLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks);

absl::Status TakeMeeting(const Turn& turn);
void AddMeetingLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks);

absl::StatusOr<Right> RightToSign(const Turn& turn);
absl::Status TakeSignature(const Turn& turn);
void AddSignatureLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks);

absl::Status TakePosting(const Turn& turn);
absl::Status TakeObjection(const Turn& turn);
absl::Status TakeResolution(const Turn& turn);
void AddNoticeLacks(const StepDefinition& step, const Procedure& procedure, absl::Time now, std::vector<Lack>* lacks);
// The days on which objections to a notice were open.
std::vector<policy::Pause> PausesOf(const v1::Notice& notice);
// Works out the last day anew.
void SetNoticeEnd(const v1::NoticeRequirement& requirement, const policy::WorkCalendar& calendar, v1::Notice* notice);

absl::Status TakeSample(const Turn& turn);
absl::Status TakeRecheck(const Turn& turn);
// When all of the sample has been checked, the failures decide; repeated, it changes nothing more.
void JudgeSample(const Turn& turn);
void AddRecheckLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks);

// Makes a lack that somebody of the step has to make good.
Lack LackOf(const StepDefinition& step, absl::Status refusal);

// All that is missing before the step can be approved.
std::vector<Lack> LacksOf(const StepDefinition& step, const Procedure& procedure, absl::Time now);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_TURN_H_
