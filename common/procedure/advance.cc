#include "common/procedure/advance.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/api/etag.h"
#include "common/procedure/turn.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;

namespace {

std::string StateName(Procedure::State state) {
  return v1::Procedure_State_descriptor()->FindValueByNumber(state)->options().GetExtension(options::v1::label);
}

void CountSubjects(Procedure* procedure) {
  v1::SubjectCounts counts;
  for (const Subject& subject : procedure->subjects()) {
    switch (subject.state()) {
      case Subject::APPROVED: counts.set_approved_count(counts.approved_count() + 1); break;
      case Subject::REJECTED: counts.set_rejected_count(counts.rejected_count() + 1); break;
      case Subject::WITHDRAWN: counts.set_withdrawn_count(counts.withdrawn_count() + 1); break;
      default: counts.set_active_count(counts.active_count() + 1);
    }
  }
  *procedure->mutable_counts() = counts;
}

// Marks one more version.
void Stamp(absl::Time now, Procedure* procedure) {
  procedure->set_version(procedure->version() + 1);
  procedure->set_etag(api::EtagOf(procedure->procedure_id(), procedure->version()));
  SetTime(now, procedure->mutable_update_time());
  CountSubjects(procedure);
}

absl::Status CheckList(const std::vector<Subject>& subjects) {
  const auto invalid = [](const std::string& detail) { return Refuse(v1::LIST_INVALID, {{"detail", detail}}); };
  if (subjects.empty()) return invalid("名单是空的");
  if (subjects.size() > kMostSubjects) return invalid(absl::StrCat("最多 ", kMostSubjects, " 个对象"));
  std::set<std::string> ids;
  for (const Subject& subject : subjects) {
    if (subject.subject_id().empty()) return invalid("有对象没有编号");
    if (!ids.insert(subject.subject_id()).second) return invalid(absl::StrCat(subject.subject_id(), " 重复"));
  }
  return absl::OkStatus();
}

absl::Status RefuseActor(const StepDefinition& step, const std::string& title, v1::Level level, const RoleList& roles) {
  return Refuse(v1::NOT_YOUR_STEP, {{"step", title}, {"level", LevelName(level)}, {"roles", RoleNames(roles)}});
}

absl::StatusOr<Right> RightIn(const Turn& turn, const StepDefinition& step) {
  const int64_t area = *standards::ParseAreaCode(turn.procedure.area());
  auto right = FindRight(turn.actor, step.roles(), step.level(), step.higher_level_may_act(), area);
  if (!right) return RefuseActor(step, step.title(), step.level(), step.roles());
  return *right;
}

// Whoever has a part in the procedure, at whatever level, takes objections in.
absl::StatusOr<Right> RightToRecordObjection(const Turn& turn) {
  const int64_t area = *standards::ParseAreaCode(turn.procedure.area());
  for (const StepDefinition& step : turn.definition.steps()) {
    if (auto right = FindRight(turn.actor, step.roles(), v1::VILLAGE, /*or_above=*/true, area)) return *right;
  }
  return RefuseActor(turn.step, turn.step.title(), turn.step.level(), turn.step.roles());
}

absl::StatusOr<Right> FindRightFor(const Turn& turn) {
  switch (turn.action.what_case()) {
    case Action::kSign: return RightToSign(turn);
    case Action::kRecordObjection: return RightToRecordObjection(turn);
    case Action::kWithdraw: {
      // The side that applied takes back what it began, wherever it stands now.
      absl::StatusOr<Right> first = RightIn(turn, turn.definition.steps(0));
      return first.ok() ? first : RightIn(turn, turn.step);
    }
    default: return RightIn(turn, turn.step);
  }
}

// Own cases, and steps that must be taken by different people. To take in an objection decides nothing.
absl::Status CheckImpartial(const Turn& turn) {
  if (turn.action.has_record_objection()) return absl::OkStatus();
  const std::string& account = turn.actor.account;
  for (const Subject& subject : turn.procedure.subjects()) {
    const auto& excluded = subject.excluded_accounts();
    if (subject.state() == Subject::ACTIVE && std::find(excluded.begin(), excluded.end(), account) != excluded.end()) {
      return Refuse(v1::ACTOR_EXCLUDED, {{"subject", subject.subject_id()}});
    }
  }
  const auto& separate = turn.step.different_from();
  for (const StepProgress& progress : turn.procedure.steps()) {
    if (std::find(separate.begin(), separate.end(), progress.step()) == separate.end()) continue;
    const auto& accounts = progress.accounts();
    if (std::find(accounts.begin(), accounts.end(), account) != accounts.end()) {
      return Refuse(v1::ACTED_BEFORE, {{"step", progress.title()}});
    }
  }
  return absl::OkStatus();
}

void End(const Turn& turn, Procedure::State state, Subject::State subjects, StepProgress::Outcome outcome,
         const std::string& note) {
  LeaveStep(turn, outcome, note);
  turn.procedure.set_state(state);
  for (Subject& subject : *turn.procedure.mutable_subjects()) {
    if (subject.state() != Subject::ACTIVE) continue;
    subject.set_state(subjects);
    subject.set_step(turn.step.key());
  }
}

absl::Status TakeApproval(const Turn& turn) {
  const std::vector<Lack> lacks = LacksOf(turn.step, turn.procedure, turn.now);
  if (!lacks.empty()) return lacks.front().refusal;
  const std::string& opinion = turn.action.approve().opinion();
  const int next = StepIndex(turn.definition, turn.step.key()) + 1;
  if (next == turn.definition.steps_size()) {
    End(turn, Procedure::COMPLETED, Subject::APPROVED, StepProgress::APPROVED, opinion);
    return absl::OkStatus();
  }
  LeaveStep(turn, StepProgress::APPROVED, opinion);
  EnterStep(turn.definition, next, turn.now, &turn.procedure);
  return absl::OkStatus();
}

absl::Status TakeRejection(const Turn& turn) {
  if (!turn.step.may_reject()) return RefuseAction(turn.step, "否决");
  End(turn, Procedure::REJECTED, Subject::REJECTED, StepProgress::REJECTED, turn.action.reject().reason());
  return absl::OkStatus();
}

absl::Status TakeWithdrawal(const Turn& turn) {
  if (!turn.step.may_withdraw()) return RefuseAction(turn.step, "撤回");
  End(turn, Procedure::WITHDRAWN, Subject::WITHDRAWN, StepProgress::WITHDRAWN, turn.action.withdraw().reason());
  return absl::OkStatus();
}

absl::Status TakeReturn(const Turn& turn) {
  const v1::ReturnForCorrection& given = turn.action.return_for_correction();
  const auto& allowed = turn.step.return_to();
  if (std::find(allowed.begin(), allowed.end(), given.to_step()) == allowed.end()) {
    return Refuse(v1::RETURN_NOT_ALLOWED,
                  {{"step", turn.step.title()}, {"to", StepTitle(turn.definition, given.to_step())}});
  }
  GoBack(turn, given.to_step(), given.reason());
  return absl::OkStatus();
}

absl::Status TakeTakeOut(const Turn& turn) {
  if (!turn.step.may_reject()) return RefuseAction(turn.step, "剔除对象");
  const v1::TakeOut& given = turn.action.take_out();
  if (!IsActive(turn.procedure, given.subject_id())) {
    return Refuse(v1::SUBJECT_NOT_IN_LIST, {{"subject", given.subject_id()}});
  }
  Drop(turn, {{given.subject_id(), given.reason()}});
  return absl::OkStatus();
}

absl::Status Take(const Turn& turn) {
  switch (turn.action.what_case()) {
    case Action::kSubmit: return absl::OkStatus();
    case Action::kRecordMeeting: return TakeMeeting(turn);
    case Action::kSign: return TakeSignature(turn);
    case Action::kPostNotice: return TakePosting(turn);
    case Action::kRecordObjection: return TakeObjection(turn);
    case Action::kResolveObjection: return TakeResolution(turn);
    case Action::kDrawSample: return TakeSample(turn);
    case Action::kRecordRecheck: return TakeRecheck(turn);
    case Action::kTakeOut: return TakeTakeOut(turn);
    case Action::kApprove: return TakeApproval(turn);
    case Action::kReject: return TakeRejection(turn);
    case Action::kReturnForCorrection: return TakeReturn(turn);
    case Action::kWithdraw: return TakeWithdrawal(turn);
    case Action::WHAT_NOT_SET: break;
  }
  return Refuse(v1::ACTION_MISSING);
}

void NoteActor(const Turn& turn) {
  if (turn.action.has_record_objection()) return;
  auto& accounts = *turn.progress().mutable_accounts();
  if (std::find(accounts.begin(), accounts.end(), turn.actor.account) == accounts.end()) {
    *accounts.Add() = turn.actor.account;
  }
}

// What follows from an action by itself: a sample that is complete decides, and without subjects there is no procedure.
void Settle(const Turn& turn, int steps_before) {
  const bool stays = turn.procedure.state() == Procedure::RUNNING && turn.procedure.steps_size() == steps_before;
  if (stays && turn.progress().has_sample()) JudgeSample(turn);
  if (turn.procedure.state() != Procedure::RUNNING || !ActiveIds(turn.procedure).empty()) return;
  End(turn, Procedure::REJECTED, Subject::REJECTED, StepProgress::REJECTED, "名单中已没有对象");
}

ProcedureEntry EntryOf(const Turn& turn, const Right& right, int round) {
  ProcedureEntry entry;
  entry.set_number(turn.procedure.version());
  SetTime(turn.now, entry.mutable_time());
  entry.set_account(turn.actor.account);
  entry.set_role(right.role);
  entry.set_level(right.level);
  entry.set_round(round);
  *entry.mutable_action() = turn.action;
  entry.set_next_step(turn.procedure.step());
  entry.set_next_state(turn.procedure.state());
  return entry;
}

}  // namespace

bool IsActive(const Procedure& procedure, absl::string_view subject_id) {
  return std::any_of(procedure.subjects().begin(), procedure.subjects().end(), [&](const Subject& subject) {
    return subject.subject_id() == subject_id && subject.state() == Subject::ACTIVE;
  });
}

absl::flat_hash_set<std::string> ActiveIds(const Procedure& procedure) {
  absl::flat_hash_set<std::string> ids;
  for (const Subject& subject : procedure.subjects()) {
    if (subject.state() == Subject::ACTIVE) ids.insert(subject.subject_id());
  }
  return ids;
}

void Drop(const Turn& turn, const std::map<std::string, std::string>& notes) {
  for (Subject& subject : *turn.procedure.mutable_subjects()) {
    const auto note = notes.find(subject.subject_id());
    if (note == notes.end() || subject.state() != Subject::ACTIVE) continue;
    subject.set_state(Subject::REJECTED);
    subject.set_step(turn.step.key());
    subject.set_note(note->second);
  }
}

absl::Status RefuseAction(const StepDefinition& step, const std::string& action) {
  return Refuse(v1::ACTION_NOT_IN_STEP, {{"step", step.title()}, {"action", action}});
}

absl::Status RefuseRepeat(const std::string& action) { return Refuse(v1::ALREADY_DONE, {{"action", action}}); }

void EnterStep(const ProcedureDefinition& definition, int index, absl::Time now, Procedure* procedure) {
  const StepDefinition& step = definition.steps(index);
  const auto& steps = procedure->steps();
  const auto rounds = std::count_if(steps.begin(), steps.end(),
                                    [&](const StepProgress& entered) { return entered.step() == step.key(); });
  StepProgress& progress = *procedure->add_steps();
  progress.set_step(step.key());
  progress.set_title(step.title());
  progress.set_round(static_cast<int>(rounds) + 1);
  SetTime(now, progress.mutable_enter_time());
  procedure->set_step(step.key());
  procedure->set_step_title(step.title());
}

void LeaveStep(const Turn& turn, StepProgress::Outcome outcome, const std::string& note) {
  StepProgress& progress = turn.progress();
  progress.set_outcome(outcome);
  progress.set_note(note);
  SetTime(turn.now, progress.mutable_leave_time());
}

void GoBack(const Turn& turn, const std::string& step, const std::string& note) {
  LeaveStep(turn, StepProgress::RETURNED, note);
  EnterStep(turn.definition, StepIndex(turn.definition, step), turn.now, &turn.procedure);
}

absl::StatusOr<Procedure> Begin(const AppliedDefinition& applied, const NewProcedure& given, absl::Time now) {
  const ProcedureDefinition& definition = applied.message;
  RETURN_IF_ERROR(CheckDefinition(definition));
  RETURN_IF_ERROR(CheckList(given.subjects));
  for (const StepDefinition& step : definition.steps()) {
    if (step.level() <= standards::LevelOf(given.area)) continue;
    return Refuse(
        v1::STEP_BELOW_AREA,
        {{"step", step.title()}, {"level", LevelName(step.level())}, {"area", standards::FormatAreaCode(given.area)}});
  }
  Procedure procedure;
  procedure.set_procedure_id(given.procedure_id);
  procedure.set_kind(given.kind);
  procedure.set_title(definition.title());
  procedure.set_area(standards::FormatAreaCode(given.area));
  procedure.set_state(Procedure::RUNNING);
  *procedure.mutable_policy() = applied.ref;
  SetTime(given.clock_start.value_or(now), procedure.mutable_clock_start_time());
  SetTime(now, procedure.mutable_start_time());
  for (const Subject& subject : given.subjects) {
    Subject& listed = *procedure.add_subjects();
    listed.set_subject_id(subject.subject_id());
    listed.set_state(Subject::ACTIVE);
    *listed.mutable_excluded_accounts() = subject.excluded_accounts();
  }
  EnterStep(definition, 0, now, &procedure);
  Stamp(now, &procedure);
  return procedure;
}

absl::StatusOr<Advanced> Advance(const ProcedureDefinition& definition, const Procedure& procedure,
                                 const Action& action, const Actor& actor, absl::Time now,
                                 const policy::WorkCalendar& calendar) {
  if (procedure.state() != Procedure::RUNNING) {
    return Refuse(v1::PROCEDURE_ENDED, {{"state", StateName(procedure.state())}});
  }
  if (action.step() != procedure.step()) {
    return Refuse(v1::STEP_NOT_CURRENT,
                  {{"current", procedure.step_title()}, {"wanted", StepTitle(definition, action.step())}});
  }
  Procedure next = procedure;
  const int round = CurrentProgress(procedure).round();
  const Turn turn{definition, definition.steps(StepIndex(definition, procedure.step())), action, actor, now, calendar,
                  next};
  ASSIGN_OR_RETURN(const Right right, FindRightFor(turn));
  RETURN_IF_ERROR(CheckImpartial(turn));
  NoteActor(turn);
  RETURN_IF_ERROR(TakeEvidence(turn));
  RETURN_IF_ERROR(Take(turn));
  Settle(turn, procedure.steps_size());
  Stamp(now, &next);
  ProcedureEntry entry = EntryOf(turn, right, round);
  return Advanced{std::move(next), std::move(entry)};
}

absl::StatusOr<Procedure> Replay(const ProcedureDefinition& definition, const Procedure& begun,
                                 absl::Span<const ProcedureEntry> entries, const policy::WorkCalendar& calendar) {
  Procedure procedure = begun;
  for (const ProcedureEntry& entry : entries) {
    const int64_t area = AreaAt(entry.level(), *standards::ParseAreaCode(procedure.area()));
    const Actor actor{entry.account(), {{entry.role(), {auth::RangeOf(area)}}}};
    ASSIGN_OR_RETURN(Advanced advanced,
                     Advance(definition, procedure, entry.action(), actor, TimeOf(entry.time()), calendar));
    procedure = std::move(advanced.procedure);
  }
  return procedure;
}

}  // namespace bangfu::procedure
