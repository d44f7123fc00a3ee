// What becomes of a monitoring case. Pure: who, when and ids come in as parameters.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_CASE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_CASE_H_

#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/monitoring_case.pb.h"
#include "bangfu/registration/v1/monitoring_service.pb.h"

namespace bangfu::registration::domain {

// MONITORING_WRONG_STATE unless the case is in one of the states.
absl::Status CheckState(const v1::MonitoringCase& monitored, std::initializer_list<v1::MonitoringCase::State> states);

// Follows its clues, is reviewed or monitored: the household has no other such case.
bool IsEnded(const v1::MonitoringCase& monitored);

// Adds the triggers of a clue, in order, each once.
void AddTriggers(const google::protobuf::RepeatedPtrField<std::string>& triggers, v1::MonitoringCase* monitored);

// Takes a clue into the running case: its triggers, and that it came while a procedure ran. A judgement of elimination
// counts no more.
void TakeClue(v1::MonitoringClue* clue, v1::MonitoringCase* monitored);

// What a review does to the judgement of elimination.
void TakeReview(v1::MonitoringReview::Result result, v1::MonitoringCase* monitored);

// Back to the first step, with what is to be said of it: the household must be visited and reported on anew.
void ReturnToCheck(const std::string& note, v1::MonitoringCase* monitored);

// What recognises a clue when its source reports it again: its number, or else triggers and day.
std::string SourceKeyOf(const v1::RecordClueRequest& request, const std::string& day);

// The text of 《返贫致贫风险预警报告》, for print. `labels` are those of the triggers.
struct ReportFrame {
  std::string area_name;
  std::string date;
  std::string triggers;  // 因病、因学
  std::string proposal;
};
std::string RenderRiskReport(const v1::MonitoringCase& monitored, const v1::RiskMeeting& meeting,
                             const ReportFrame& frame);

// A household that is monitored from now on, and one whose risk is eliminated: its group stays.
void Enter(const std::string& group, v1::Household* household);
void Eliminate(v1::Household* household);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_CASE_H_
