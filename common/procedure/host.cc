#include "common/procedure/host.h"

#include <utility>

#include "bangfu/procedure/v1/procedure_events.pb.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/api/etag.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;

namespace {

// Bytes of a sample's seed: too many to try out.
constexpr size_t kSeedBytes = 32;

int64_t AreaOf(const Procedure& procedure) { return *standards::ParseAreaCode(procedure.area()); }

absl::Status CallBack(const std::function<absl::Status(const Stage&)>& callback, const Stage& stage) {
  return callback ? callback(stage) : absl::OkStatus();
}

absl::StatusOr<const ProcedureKind*> KindOf(const ProcedureHost& host, const std::string& name) {
  const ProcedureKind* kind = host.Find(name);
  if (kind == nullptr) return Refuse(v1::KIND_UNKNOWN, {{"kind", name}});
  return kind;
}

void TellOfMove(const Procedure& before, const Procedure& after, rpc::Effects& effects) {
  const int64_t area = AreaOf(after);
  if (after.steps_size() > before.steps_size()) {
    v1::ProcedureMoved moved;
    moved.set_kind(after.kind());
    moved.set_from_step(before.step());
    moved.set_to_step(after.step());
    moved.set_round(after.steps(after.steps_size() - 1).round());
    effects.Emit(moved, after.procedure_id(), area);
  }
  if (after.state() != Procedure::RUNNING) {
    v1::ProcedureEnded ended;
    ended.set_kind(after.kind());
    ended.set_state(after.state());
    ended.set_step(after.step());
    *ended.mutable_counts() = after.counts();
    effects.Emit(ended, after.procedure_id(), area);
  }
}

// Keeps the text that the action says was posted: what the system makes of the list now, or it is refused.
absl::Status KeepNotice(const ProcedureHost& host, db::Tx& tx, const StoredProcedure& stored, const Action& action) {
  const v1::PostNotice& given = action.post_notice();
  const StepDefinition& step = stored.definition.steps(StepIndex(stored.definition, action.step()));
  ASSIGN_OR_RETURN(v1::NoticeText text,
                   DraftNotice(host, tx, stored, step, *standards::ParseDate(given.from_date()), given.place()));
  if (text.text_sha256() != given.text_sha256()) return Refuse(v1::NOTICE_TEXT_CHANGED);
  text.set_posted(true);
  const auto& steps = stored.procedure.steps();
  InsertNoticeText(tx, *ids::ParseRecordId(stored.procedure.procedure_id()), step.key(), steps.rbegin()->round(), text);
  return absl::OkStatus();
}

// The name of the action, as the contract has it: record_meeting.
std::string NameOf(const Action& action) {
  const auto* field = Action::descriptor()->FindFieldByNumber(action.what_case());
  return field == nullptr ? "" : field->name();
}

}  // namespace

void ProcedureHost::Add(ProcedureKind kind) {
  std::string name = kind.name;
  kinds.insert_or_assign(std::move(name), std::move(kind));
}

const ProcedureKind* ProcedureHost::Find(const std::string& name) const {
  const auto found = kinds.find(name);
  return found == kinds.end() ? nullptr : &found->second;
}

policy::WorkCalendar ProcedureHost::CalendarOf(db::Tx& tx, const Procedure& procedure) const {
  return policy::CalendarOf(*policies->Open(tx), AreaOf(procedure));
}

absl::StatusOr<AppliedDefinition> ResolveDefinition(const ProcedureHost& host, db::Tx& tx, int64_t area,
                                                    absl::CivilDay day, const std::string& purpose) {
  return policy::Resolve<ProcedureDefinition>(*host.policies->Open(tx), area, day, purpose);
}

absl::StatusOr<Procedure> StartProcedure(const ProcedureHost& host, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                         const AppliedDefinition& applied, NewProcedure given) {
  const ProcedureDefinition& definition = applied.message;
  ASSIGN_OR_RETURN(const ProcedureKind* kind, KindOf(host, given.kind));
  given.procedure_id = ids::RecordId{standards::CountyOf(given.area), ids::NewRecordNumber()}.ToString();
  ASSIGN_OR_RETURN(Procedure begun, Begin(applied, given, now));
  const policy::WorkCalendar calendar = host.CalendarOf(tx, begun);
  const Standing standing = StandingOf(definition, begun, now, calendar);
  RETURN_IF_ERROR(InsertProcedure(tx, {definition, begun}, standing));
  effects.ActOn(begun.procedure_id(), given.area);
  v1::ProcedureStarted started;
  started.set_kind(begun.kind());
  *started.mutable_policy() = begun.policy();
  started.set_step(begun.step());
  started.set_subject_count(begun.subjects_size());
  effects.Emit(started, begun.procedure_id(), given.area);
  RETURN_IF_ERROR(CallBack(
      kind->started, {tx, effects, now, Procedure::default_instance(), begun, ProcedureEntry::default_instance()}));
  Describe(definition, now, calendar, &begun);
  return begun;
}

absl::StatusOr<Procedure> TakeAction(const ProcedureHost& host, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                     const StoredProcedure& stored, const std::string& etag, const Actor& actor,
                                     Action action) {
  const Procedure& before = stored.procedure;
  ASSIGN_OR_RETURN(const ProcedureKind* kind, KindOf(host, before.kind()));
  RETURN_IF_ERROR(api::CheckEtag(etag, before.procedure_id(), before.version()));
  if (action.has_draw_sample()) {
    action.mutable_draw_sample()->set_seed(crypto::HexEncode(crypto::RandomBytes(kSeedBytes)));
  }
  const policy::WorkCalendar calendar = host.CalendarOf(tx, before);
  ASSIGN_OR_RETURN(Advanced advanced, Advance(stored.definition, before, action, actor, now, calendar));
  if (action.has_post_notice()) RETURN_IF_ERROR(KeepNotice(host, tx, stored, action));
  SaveProcedure(tx, before, advanced, StandingOf(stored.definition, advanced.procedure, now, calendar));
  effects.ActOn(before.procedure_id(), AreaOf(before));
  effects.Change({NameOf(action)});
  TellOfMove(before, advanced.procedure, effects);
  const Stage stage{tx, effects, now, before, advanced.procedure, advanced.entry};
  RETURN_IF_ERROR(CallBack(kind->acted, stage));
  if (advanced.procedure.state() != Procedure::RUNNING) RETURN_IF_ERROR(CallBack(kind->ended, stage));
  Describe(stored.definition, now, calendar, &advanced.procedure);
  return std::move(advanced.procedure);
}

absl::StatusOr<v1::NoticeText> DraftNotice(const ProcedureHost& host, db::Tx& tx, const StoredProcedure& stored,
                                           const StepDefinition& step, absl::CivilDay from, const std::string& place) {
  if (!step.has_notice()) return Refuse(v1::STEP_HAS_NO_NOTICE, {{"step", step.title()}});
  const v1::NoticeRequirement& requirement = step.notice();
  const Procedure& procedure = stored.procedure;
  ASSIGN_OR_RETURN(const ProcedureKind* kind, KindOf(host, procedure.kind()));
  const policy::WorkCalendar calendar = host.CalendarOf(tx, procedure);
  const auto to = policy::LastDay(from, requirement.days(), requirement.day_kind(), {}, calendar);
  NoticeFrame frame{"", place.empty() ? requirement.place() : place, from, to.value_or(from)};
  if (host.area_name) {
    ASSIGN_OR_RETURN(frame.area_name, host.area_name(tx, AreaOf(procedure)));
  }
  std::vector<std::string> ids;
  for (const Subject& subject : procedure.subjects()) {
    if (subject.state() == Subject::ACTIVE || subject.state() == Subject::APPROVED) ids.push_back(subject.subject_id());
  }
  std::vector<NoticeLine> lines(ids.size());
  if (!requirement.columns().empty()) {
    if (!kind->notice_records) return absl::InternalError("the kind gives no records for notices");
    ASSIGN_OR_RETURN(const auto records, kind->notice_records(tx, ids));
    if (records.size() != ids.size()) return absl::InternalError("the kind gives another number of records");
    for (size_t i = 0; i < records.size(); ++i) {
      ASSIGN_OR_RETURN(lines[i], NoticeLine::Of(*records[i], requirement.columns(), host.code_label));
    }
  }
  v1::NoticeText notice;
  ASSIGN_OR_RETURN(*notice.mutable_text(), RenderNotice(requirement, frame, lines));
  notice.set_text_sha256(crypto::HexEncode(crypto::Sha256(notice.text())));
  notice.set_place(frame.place);
  notice.set_from_date(standards::FormatDate(frame.from));
  notice.set_to_date(standards::FormatDate(frame.to));
  return notice;
}

}  // namespace bangfu::procedure
