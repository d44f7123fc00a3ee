#include "common/procedure/case_for_tests.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/message_differencer.h"

namespace bangfu::procedure {
namespace {

// The days of the Spring Festival of 2020 are off; 19 January, a Sunday, is worked.
policy::WorkCalendar CalendarOf2020() {
  policy::v1::HolidayTable table;
  table.set_year(2020);
  policy::v1::Holiday& holiday = *table.add_holidays();
  holiday.set_first_day("2020-01-24");
  holiday.set_last_day("2020-02-02");
  table.add_working_days("2020-01-19");
  policy::WorkCalendar calendar;
  calendar.Add(table);
  return calendar;
}

absl::Time At(const std::string& date, int hour) { return StartOf(*standards::ParseDate(date)) + absl::Hours(hour); }

std::string DigestOf(const std::string& name) { return crypto::HexEncode(crypto::Sha256(name)); }

void AddFile(const std::string& kind, const std::string& name, const std::string& subject, Action* action) {
  v1::Evidence& file = *action->add_evidence();
  file.set_kind(kind);
  file.set_name(name);
  file.set_sha256(DigestOf(absl::StrCat(kind, name, subject)));
  file.set_size_bytes(1000);
  file.set_media_type("image/jpeg");
  file.set_subject_id(subject);
}

}  // namespace

Actor Of(v1::Level level, options::v1::Role role, const std::string& account) {
  return {account, {{role, {auth::RangeOf(AreaAt(level, kTestVillage))}}}};
}

Actor Clerk(const std::string& account) { return Of(v1::VILLAGE, options::v1::REGISTRAR, account); }
Actor TownshipReviewer(const std::string& account) { return Of(v1::TOWNSHIP, options::v1::REVIEWER, account); }
Actor CountyReviewer(const std::string& account) { return Of(v1::COUNTY, options::v1::REVIEWER, account); }

AppliedDefinition Applying(const ProcedureDefinition& definition) {
  AppliedDefinition applied{definition, {}};
  applied.ref.set_policy_id("150526-0000000000002");
  applied.ref.set_version(3);
  return applied;
}

std::vector<Subject> Households(int count) {
  std::vector<Subject> subjects(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) subjects[static_cast<size_t>(i)].set_subject_id(absl::StrCat("户", i + 1));
  return subjects;
}

Action Approve() {
  Action action;
  action.mutable_approve();
  return action;
}

Action Reject() {
  Action action;
  action.mutable_reject()->set_reason("不符合条件");
  return action;
}

Action Withdraw() {
  Action action;
  action.mutable_withdraw()->set_reason("本人放弃");
  return action;
}

Action ReturnTo(const std::string& step) {
  Action action;
  action.mutable_return_for_correction()->set_to_step(step);
  action.mutable_return_for_correction()->set_reason("材料有误");
  return action;
}

Action TakeOut(const std::string& subject) {
  Action action;
  action.mutable_take_out()->set_subject_id(subject);
  action.mutable_take_out()->set_reason("有商品房");
  return action;
}

Action Submit(const std::string& kind, const std::vector<std::string>& subjects, int copies) {
  Action action;
  action.mutable_submit();
  for (const std::string& subject : subjects) {
    for (int i = 0; i < copies; ++i) AddFile(kind, absl::StrCat(i), subject, &action);
  }
  return action;
}

Action HoldMeeting(const std::string& date, int entitled, int present) {
  Action action;
  v1::Meeting& meeting = *action.mutable_record_meeting();
  SetTime(At(date, 10), meeting.mutable_time());
  meeting.set_place("村委会");
  meeting.set_entitled_count(entitled);
  meeting.set_present_count(present);
  meeting.set_minutes("逐户评议。");
  return action;
}

Action WithVote(Action meeting, const std::string& subject, int in_favour, int against) {
  v1::Vote& vote = *meeting.mutable_record_meeting()->add_votes();
  vote.set_subject_id(subject);
  vote.set_in_favour_count(in_favour);
  vote.set_against_count(against);
  return meeting;
}

Action Sign(const std::string& slot, const std::string& name) {
  Action action;
  action.mutable_sign()->set_slot(slot);
  action.mutable_sign()->set_signer_name(name);
  return action;
}

Action SignOnPaper(const std::string& slot, const std::string& name) {
  Action action = Sign(slot, name);
  AddFile("签字页", name, "", &action);
  return action;
}

Action Post(const std::string& from) {
  Action action;
  action.mutable_post_notice()->set_from_date(from);
  action.mutable_post_notice()->set_text_sha256(DigestOf("公示"));
  return action;
}

Action Object(const std::string& subject) {
  Action action;
  action.mutable_record_objection()->set_subject_id(subject);
  action.mutable_record_objection()->set_text("该户在城里有房");
  return action;
}

Action Resolve(int number, v1::ResolveObjection::Outcome outcome) {
  Action action;
  action.mutable_resolve_objection()->set_number(number);
  action.mutable_resolve_objection()->set_outcome(outcome);
  action.mutable_resolve_objection()->set_finding("已入户核实");
  return action;
}

Action Draw(const std::string& seed) {
  Action action;
  action.mutable_draw_sample()->set_seed(seed);
  return action;
}

Action Recheck(const std::string& subject, bool passed) {
  Action action;
  action.mutable_record_recheck()->set_subject_id(subject);
  action.mutable_record_recheck()->set_passed(passed);
  action.mutable_record_recheck()->set_finding("入户复核");
  return action;
}

Case::Case(const ProcedureDefinition& definition, const std::string& date, int households)
    : definition_(definition), calendar_(CalendarOf2020()) {
  NewProcedure given;
  given.procedure_id = "150526-0000000000001";
  given.kind = "household-registration";
  given.area = kTestVillage;
  given.subjects = Households(households);
  auto begun = Begin(Applying(definition_), given, At(date, 9));
  if (!begun.ok()) {
    std::cerr << begun.status() << "\n";
    std::abort();
  }
  begun_ = *begun;
  procedure_ = *begun;
}

std::string Case::Do(const std::string& date, const Actor& actor, Action action) {
  return DoIn(procedure_.step(), date, actor, std::move(action));
}

std::string Case::DoIn(const std::string& step, const std::string& date, const Actor& actor, Action action) {
  action.set_step(step);
  auto advanced = Advance(definition_, procedure_, action, actor, At(date, 12), calendar_);
  if (!advanced.ok()) {
    text_ = status::LocalizedMessageOf(advanced.status()).message();
    return status::ReasonOf(advanced.status());
  }
  procedure_ = advanced->procedure;
  entries_.push_back(advanced->entry);
  if (procedure_.state() == Procedure::RUNNING) return procedure_.step();
  const auto* state = v1::Procedure_State_descriptor()->FindValueByNumber(procedure_.state());
  return state->options().GetExtension(options::v1::label);
}

Subject::State Case::StateOf(const std::string& subject) const {
  for (const Subject& listed : procedure_.subjects()) {
    if (listed.subject_id() == subject) return listed.state();
  }
  return Subject::STATE_UNSPECIFIED;
}

std::string Case::DueDate() const {
  const auto due = DueTime(definition_, procedure_, calendar_);
  return due ? standards::FormatDate(DayOf(*due) - 1) : "";
}

std::vector<std::string> Case::Pending(const std::string& date) const {
  Procedure described = procedure_;
  Describe(definition_, At(date, 12), calendar_, &described);
  std::vector<std::string> reasons;
  for (const v1::Pending& pending : described.pending()) {
    reasons.push_back(pending.reason().empty() ? "通过" : pending.reason());
  }
  return reasons;
}

bool Case::ReplaysToTheSame() const {
  auto replayed = Replay(definition_, begun_, entries_, calendar_);
  return replayed.ok() && google::protobuf::util::MessageDifferencer::Equals(*replayed, procedure_);
}

}  // namespace bangfu::procedure
