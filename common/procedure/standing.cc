// What a procedure waits for: what its step lacks, who can do something about it, and until when.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/procedure/advance.h"
#include "common/procedure/turn.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {
namespace {

std::optional<absl::Time> EndOf(const v1::Deadline& deadline, absl::Time start,
                                const std::vector<policy::Pause>& pauses, const policy::WorkCalendar& calendar) {
  const std::vector<policy::Pause> counted = deadline.objections_stop_clock() ? pauses : std::vector<policy::Pause>();
  const auto last = policy::LastDay(DayOf(start) + 1, deadline.days(), deadline.day_kind(), counted, calendar);
  if (!last) return std::nullopt;
  return StartOf(*last + 1);
}

const StepDefinition& CurrentStep(const ProcedureDefinition& definition, const Procedure& procedure) {
  return definition.steps(StepIndex(definition, procedure.step()));
}

}  // namespace

Lack LackOf(const StepDefinition& step, absl::Status refusal) {
  return {std::move(refusal), step.level(), step.roles()};
}

std::vector<Lack> LacksOf(const StepDefinition& step, const Procedure& procedure, absl::Time now) {
  std::vector<Lack> lacks;
  AddEvidenceLacks(step, procedure, &lacks);
  AddMeetingLacks(step, procedure, &lacks);
  AddRecheckLacks(step, procedure, &lacks);
  AddNoticeLacks(step, procedure, now, &lacks);
  AddSignatureLacks(step, procedure, &lacks);
  return lacks;
}

std::optional<absl::Time> DueTime(const ProcedureDefinition& definition, const Procedure& procedure,
                                  const policy::WorkCalendar& calendar) {
  if (procedure.state() != Procedure::RUNNING) return std::nullopt;
  std::vector<policy::Pause> pauses;
  for (const StepProgress& progress : procedure.steps()) {
    for (const policy::Pause& pause : PausesOf(progress.notice())) pauses.push_back(pause);
  }
  std::optional<absl::Time> due;
  const auto consider = [&](const v1::Deadline& deadline, const google::protobuf::Timestamp& start) {
    const auto end = EndOf(deadline, TimeOf(start), pauses, calendar);
    if (end && (!due || *end < *due)) due = end;
  };
  if (definition.has_deadline()) consider(definition.deadline(), procedure.clock_start_time());
  const StepDefinition& step = CurrentStep(definition, procedure);
  if (step.has_deadline()) consider(step.deadline(), CurrentProgress(procedure).enter_time());
  return due;
}

Standing StandingOf(const ProcedureDefinition& definition, const Procedure& procedure, absl::Time now,
                    const policy::WorkCalendar& calendar) {
  Standing standing;
  if (procedure.state() != Procedure::RUNNING) return standing;
  standing.due_time = DueTime(definition, procedure, calendar);
  const StepDefinition& step = CurrentStep(definition, procedure);
  std::vector<Lack> lacks = LacksOf(step, procedure, now);
  const bool waits =
      !lacks.empty() && std::all_of(lacks.begin(), lacks.end(), [](const Lack& lack) { return lack.waiting; });
  const auto last = standards::ParseDate(CurrentProgress(procedure).notice().to_date());
  if (waits && last) standing.wait_until = StartOf(*last + 1);
  if (lacks.empty()) lacks.push_back(LackOf(step, absl::OkStatus()));
  std::set<int> codes;
  for (const Lack& lack : lacks) {
    const bool or_above = step.higher_level_may_act() && lack.level == step.level();
    for (int level = or_above ? v1::PROVINCE : lack.level; level <= lack.level; ++level) {
      for (int role : lack.roles) {
        codes.insert(TodoCode(static_cast<v1::Level>(level), static_cast<options::v1::Role>(role)));
      }
    }
  }
  standing.todo.assign(codes.begin(), codes.end());
  return standing;
}

void Describe(const ProcedureDefinition& definition, absl::Time now, const policy::WorkCalendar& calendar,
              Procedure* procedure) {
  procedure->clear_pending();
  procedure->clear_due_time();
  procedure->set_overdue(false);
  if (procedure->state() != Procedure::RUNNING) return;
  if (const auto due = DueTime(definition, *procedure, calendar)) {
    SetTime(*due, procedure->mutable_due_time());
    procedure->set_overdue(now >= *due);
  }
  const StepDefinition& step = CurrentStep(definition, *procedure);
  std::vector<Lack> lacks = LacksOf(step, *procedure, now);
  for (const Lack& lack : lacks) {
    v1::Pending& pending = *procedure->add_pending();
    pending.set_reason(status::ReasonOf(lack.refusal));
    pending.set_text(status::LocalizedMessageOf(lack.refusal).message());
    pending.set_level(lack.level);
    *pending.mutable_roles() = lack.roles;
    pending.set_waiting(lack.waiting);
  }
  if (!lacks.empty()) return;
  v1::Pending& approval = *procedure->add_pending();
  approval.set_text(absl::StrCat("办理\"", step.title(), "\""));
  approval.set_level(step.level());
  *approval.mutable_roles() = step.roles();
}

}  // namespace bangfu::procedure
