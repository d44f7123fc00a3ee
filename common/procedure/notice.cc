// Notices: posted, objected to, over.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/procedure/advance.h"
#include "common/procedure/turn.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;
using v1::Notice;
using v1::Objection;
using v1::ResolveObjection;

namespace {

// Days ahead for which a notice may be recorded as posted.
constexpr int kMostDaysAhead = 30;

bool IsOpen(const Objection& objection) { return objection.outcome() == ResolveObjection::OUTCOME_UNSPECIFIED; }

}  // namespace

std::vector<policy::Pause> PausesOf(const Notice& notice) {
  std::vector<policy::Pause> pauses;
  for (const Objection& objection : notice.objections()) {
    policy::Pause pause{DayOf(TimeOf(objection.record_time())), std::nullopt};
    if (!IsOpen(objection)) pause.to = DayOf(TimeOf(objection.resolve_time()));
    pauses.push_back(pause);
  }
  return pauses;
}

void SetNoticeEnd(const v1::NoticeRequirement& requirement, const policy::WorkCalendar& calendar, Notice* notice) {
  const std::vector<policy::Pause> pauses =
      requirement.objections_stop_clock() ? PausesOf(*notice) : std::vector<policy::Pause>();
  const auto last = policy::LastDay(*standards::ParseDate(notice->from_date()), requirement.days(),
                                    requirement.day_kind(), pauses, calendar);
  notice->set_to_date(last ? standards::FormatDate(*last) : "");
}

absl::Status TakePosting(const Turn& turn) {
  if (!turn.step.has_notice()) return RefuseAction(turn.step, "登记公示");
  if (turn.progress().has_notice()) return RefuseRepeat("登记公示");
  const v1::NoticeRequirement& requirement = turn.step.notice();
  const v1::PostNotice& given = turn.action.post_notice();
  const auto from = standards::ParseDate(given.from_date());
  const absl::CivilDay today = DayOf(turn.now);
  if (!from || *from < today || *from > today + kMostDaysAhead) {
    return Refuse(v1::NOTICE_DATE_WRONG, {{"from", given.from_date()}});
  }
  Notice& notice = *turn.progress().mutable_notice();
  notice.set_place(given.place().empty() ? requirement.place() : given.place());
  notice.set_from_date(given.from_date());
  notice.set_text_sha256(given.text_sha256());
  SetTime(turn.now, notice.mutable_post_time());
  SetNoticeEnd(requirement, turn.calendar, &notice);
  return absl::OkStatus();
}

absl::Status TakeObjection(const Turn& turn) {
  if (!turn.progress().has_notice() || turn.step.notice().announcement()) return Refuse(v1::OBJECTION_NOT_POSSIBLE);
  const v1::RecordObjection& given = turn.action.record_objection();
  if (!given.subject_id().empty() && !IsActive(turn.procedure, given.subject_id())) {
    return Refuse(v1::SUBJECT_NOT_IN_LIST, {{"subject", given.subject_id()}});
  }
  Notice& notice = *turn.progress().mutable_notice();
  if (notice.objections_size() >= kMostObjections) {
    return Refuse(v1::TOO_MANY_OBJECTIONS, {{"limit", absl::StrCat(kMostObjections)}});
  }
  Objection& objection = *notice.add_objections();
  objection.set_number(notice.objections_size());
  objection.set_subject_id(given.subject_id());
  objection.set_text(given.text());
  objection.set_objector_name(given.objector_name());
  SetTime(turn.now, objection.mutable_record_time());
  SetNoticeEnd(turn.step.notice(), turn.calendar, &notice);
  return absl::OkStatus();
}

absl::Status TakeResolution(const Turn& turn) {
  const ResolveObjection& given = turn.action.resolve_objection();
  Notice& notice = *turn.progress().mutable_notice();
  if (given.number() > notice.objections_size() || !IsOpen(notice.objections(given.number() - 1))) {
    return Refuse(v1::OBJECTION_NOT_OPEN, {{"number", absl::StrCat(given.number())}});
  }
  Objection& objection = *notice.mutable_objections(given.number() - 1);
  objection.set_outcome(given.outcome());
  objection.set_finding(given.finding());
  SetTime(turn.now, objection.mutable_resolve_time());
  SetNoticeEnd(turn.step.notice(), turn.calendar, &notice);
  if (given.outcome() == ResolveObjection::UPHELD) {
    Drop(turn, {{objection.subject_id(), absl::StrCat("公示异议 ", given.number(), " 成立")}});
  }
  return absl::OkStatus();
}

void AddNoticeLacks(const StepDefinition& step, const Procedure& procedure, absl::Time now, std::vector<Lack>* lacks) {
  if (!step.has_notice()) return;
  const StepProgress& progress = CurrentProgress(procedure);
  if (!progress.has_notice()) {
    lacks->push_back(LackOf(step, Refuse(v1::NOTICE_NOT_POSTED, {{"notice", step.notice().title()}})));
    return;
  }
  const Notice& notice = progress.notice();
  const auto& objections = notice.objections();
  if (const auto open = std::count_if(objections.begin(), objections.end(), IsOpen); open > 0) {
    lacks->push_back(LackOf(step, Refuse(v1::OBJECTIONS_OPEN, {{"count", absl::StrCat(open)}})));
  }
  for (const Objection& objection : objections) {
    if (objection.outcome() != ResolveObjection::UPHELD || !objection.subject_id().empty()) continue;
    lacks->push_back(LackOf(step, Refuse(v1::OBJECTION_UPHELD, {{"number", absl::StrCat(objection.number())}})));
  }
  const auto last = standards::ParseDate(notice.to_date());
  if (last && DayOf(now) > *last) return;
  lacks->push_back(LackOf(
      step, Refuse(v1::NOTICE_RUNNING,
                   {{"from", notice.from_date()}, {"to", last ? notice.to_date() : "异议处理后重新计算的日期"}})));
  lacks->back().waiting = true;
}

}  // namespace bangfu::procedure
