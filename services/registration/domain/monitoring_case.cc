#include "services/registration/domain/monitoring_case.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {

absl::Status CheckState(const v1::MonitoringCase& monitored, std::initializer_list<v1::MonitoringCase::State> states) {
  if (std::find(states.begin(), states.end(), monitored.state()) != states.end()) return absl::OkStatus();
  return status::Refuse(v1::MONITORING_WRONG_STATE, {{"state", LabelOf(monitored.state())}});
}

bool IsEnded(const v1::MonitoringCase& monitored) {
  return monitored.state() == v1::MonitoringCase::ELIMINATED || monitored.state() == v1::MonitoringCase::CLOSED;
}

void AddTriggers(const google::protobuf::RepeatedPtrField<std::string>& triggers, v1::MonitoringCase* monitored) {
  auto& all = *monitored->mutable_triggers();
  for (const std::string& trigger : triggers) {
    if (std::find(all.begin(), all.end(), trigger) == all.end()) *all.Add() = trigger;
  }
  std::sort(all.begin(), all.end());
}

void TakeClue(v1::MonitoringClue* clue, v1::MonitoringCase* monitored) {
  AddTriggers(clue->triggers(), monitored);
  clue->set_case_id(monitored->case_id());
  if (monitored->state() == v1::MonitoringCase::IN_REVIEW) clue->set_procedure_id(monitored->entry_procedure_id());
  if (monitored->state() == v1::MonitoringCase::ELIMINATING) {
    clue->set_procedure_id(monitored->elimination_procedure_id());
  }
  if (monitored->has_elimination()) monitored->mutable_elimination()->set_outdated(true);
}

void TakeReview(v1::MonitoringReview::Result result, v1::MonitoringCase* monitored) {
  if (!monitored->has_elimination()) return;
  monitored->mutable_elimination()->set_outdated(true);
  const bool worsened = result == v1::MonitoringReview::WORSENED;
  if (worsened && monitored->state() == v1::MonitoringCase::ELIMINATING) {
    monitored->mutable_elimination()->set_worsened(true);
  }
}

void ReturnToCheck(const std::string& note, v1::MonitoringCase* monitored) {
  monitored->set_state(v1::MonitoringCase::OPEN);
  monitored->clear_group();
  monitored->clear_report();
  monitored->set_return_note(note);
}

std::string SourceKeyOf(const v1::RecordClueRequest& request, const std::string& day) {
  const int channel = request.channel();
  if (!request.source_number().empty()) return absl::StrCat(channel, "/", request.source_number());
  std::vector<std::string> triggers(request.triggers().begin(), request.triggers().end());
  std::sort(triggers.begin(), triggers.end());
  return absl::StrCat(channel, "/", day, "/", absl::StrJoin(triggers, ","));
}

std::string RenderRiskReport(const v1::MonitoringCase& monitored, const v1::RiskMeeting& meeting,
                             const ReportFrame& frame) {
  std::string found;
  for (const auto& reason : monitored.check().outcome().reasons()) {
    if (absl::string_view(reason.code()).substr(0, 6) == "GROUP_") continue;
    absl::StrAppend(&found, "  ", reason.label(), ": ", reason.found(), " (规则: ", reason.asked(), ")\n");
  }
  return absl::StrCat("返贫致贫风险预警报告\n\n个案编号: ", monitored.case_id(), "\n所在村: ", frame.area_name,
                      "\n户主: ", monitored.head_name(), "\n拟纳入类型: ", monitored.check().group_title(),
                      "\n风险类型: ", frame.triggers, "\n报告日期: ", frame.date, "\n\n一、村级会议\n  ",
                      meeting.date(), " 召开", meeting.title(), ", 应到 ", meeting.entitled_count(), " 人, 实到 ",
                      meeting.present_count(), " 人, 赞成 ", meeting.in_favour_count(),
                      " 人, 讨论通过。\n\n二、入户核查 (", monitored.check().date(), ")\n", found,
                      "  结论: ", monitored.check().outcome().label(), "\n\n三、帮扶建议\n  ", frame.proposal,
                      "\n\n发布人 (签字):            年    月    日\n");
}

void Enter(const std::string& group, v1::Household* household) {
  household->set_monitor_type(group);
  household->set_risk_eliminated(false);
}

void Eliminate(v1::Household* household) { household->set_risk_eliminated(true); }

}  // namespace bangfu::registration::domain
