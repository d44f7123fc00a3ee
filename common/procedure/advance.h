// The state machine of procedures: what an action makes of a procedure, or why it is refused. Pure functions over
// messages; who acts, when, and which days are worked come in as parameters.
//
// A procedure stands in one step. An action names the step it is meant for, so that none is skipped and none repeated;
// it is taken only of somebody whose role was granted at the step's level for the area in which the procedure runs. A
// step that the procedure comes back to begins anew: meetings, signatures, notices and samples of an earlier round do
// not count.
#ifndef BANGFU_COMMON_PROCEDURE_ADVANCE_H_
#define BANGFU_COMMON_PROCEDURE_ADVANCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/procedure/v1/procedure.pb.h"
#include "common/policy/working_days.h"
#include "common/procedure/actor.h"
#include "common/procedure/beijing_time.h"
#include "common/procedure/definition.h"

namespace bangfu::procedure {

using v1::Action;
using v1::Procedure;
using v1::ProcedureEntry;
using v1::Subject;

// Subjects that one procedure can be about: what a call can load, decide and write within its time. A county's list
// goes village by village.
inline constexpr int kMostSubjects = 2'000;
// Objections that one notice can hold.
inline constexpr int kMostObjections = 1'000;

// What a procedure is started with.
struct NewProcedure {
  std::string procedure_id;
  std::string kind;
  int64_t area = 0;
  // subject_id and, if somebody must stand aside, excluded_accounts.
  std::vector<Subject> subjects;
  // When the deadline begins to run; the start if not given.
  std::optional<absl::Time> clock_start;
};

// The procedure in its first step. INVALID_FIELD (the definition), LIST_INVALID, STEP_BELOW_AREA.
absl::StatusOr<Procedure> Begin(const AppliedDefinition& applied, const NewProcedure& given, absl::Time now);

struct Advanced {
  Procedure procedure;
  ProcedureEntry entry;  // the line of the history that stands for the action
};

// The procedure after the action. The refusals are those of bangfu/procedure/v1/reason.proto. An action that has been
// validated by its annotations is assumed; the seed of a sample is set by the caller.
absl::StatusOr<Advanced> Advance(const ProcedureDefinition& definition, const Procedure& procedure,
                                 const Action& action, const Actor& actor, absl::Time now,
                                 const policy::WorkCalendar& calendar);

// What the entries make of a procedure as it was begun: the same, to the byte, as it is stored. A refusal if they
// could not have been taken in this order.
absl::StatusOr<Procedure> Replay(const ProcedureDefinition& definition, const Procedure& begun,
                                 absl::Span<const ProcedureEntry> entries, const policy::WorkCalendar& calendar);

// Sets what depends on the instant of looking: what is pending, when it is due, whether it is overdue.
void Describe(const ProcedureDefinition& definition, absl::Time now, const policy::WorkCalendar& calendar,
              Procedure* procedure);

// What a procedure waits for, as lists select it.
struct Standing {
  // Who can do something: level and role of each that can, as level × 100 + role.
  std::vector<int> todo;
  // Before that instant there is nothing to do but wait (a notice that is posted); nothing if there is.
  std::optional<absl::Time> wait_until;
  std::optional<absl::Time> due_time;
};
Standing StandingOf(const ProcedureDefinition& definition, const Procedure& procedure, absl::Time now,
                    const policy::WorkCalendar& calendar);

// The code in Standing::todo.
inline int TodoCode(v1::Level level, options::v1::Role role) { return level * 100 + role; }

// The instant from which the current step or the whole is overdue; nothing while no deadline runs.
std::optional<absl::Time> DueTime(const ProcedureDefinition& definition, const Procedure& procedure,
                                  const policy::WorkCalendar& calendar);

// Subjects that a sample takes from a list: those with the least SHA-256 over seed, line feed and id, in that order.
std::vector<std::string> DrawSample(const std::string& seed, std::vector<std::string> subject_ids, int count);

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_ADVANCE_H_
