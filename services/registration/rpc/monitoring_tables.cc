#include "services/registration/rpc/monitoring_rpc.h"

namespace bangfu::registration {

MonitoringTables::MonitoringTables(const Registration& registration, rpc::Dispatcher& dispatcher,
                                   const procedure::ProcedureHost& host, std::function<void()> wake)
    : monitoring_(registration, host, std::move(wake)), table_("bangfu.registration.v1.MonitoringService", dispatcher) {
  table_.Add(&monitoring_, &MonitoringRpc::RecordClue)
      .Add(&monitoring_, &MonitoringRpc::GetClue)
      .Add(&monitoring_, &MonitoringRpc::ListClues)
      .Add(&monitoring_, &MonitoringRpc::DismissClue)
      .Add(&monitoring_, &MonitoringRpc::GetCase)
      .Add(&monitoring_, &MonitoringRpc::ListCaseHistory)
      .Add(&monitoring_, &MonitoringRpc::ListCases)
      .Add(&monitoring_, &MonitoringRpc::AssignCase)
      .Add(&monitoring_, &MonitoringRpc::RecordRiskCheck)
      .Add(&monitoring_, &MonitoringRpc::CloseCase)
      .Add(&monitoring_, &MonitoringRpc::IssueRiskReport)
      .Add(&monitoring_, &MonitoringRpc::StartEntryReview)
      .Add(&monitoring_, &MonitoringRpc::GrantEmergencySupport)
      .Add(&monitoring_, &MonitoringRpc::JudgeElimination)
      .Add(&monitoring_, &MonitoringRpc::StartEliminationReview)
      .Add(&monitoring_, &MonitoringRpc::RecordReview)
      .Add(&monitoring_, &MonitoringRpc::ListReviews)
      .Add(&monitoring_, &MonitoringRpc::CreateReviewCampaign)
      .Add(&monitoring_, &MonitoringRpc::GetReviewCampaign)
      .Add(&monitoring_, &MonitoringRpc::ListReviewCampaigns)
      .Add(&monitoring_, &MonitoringRpc::GetMonitoringStatistics)
      .Add(&monitoring_, &MonitoringRpc::ReportDepartmentFacts)
      .Add(&monitoring_, &MonitoringRpc::StartTriggerRun)
      .Add(&monitoring_, &MonitoringRpc::GetTriggerRun);
}

}  // namespace bangfu::registration
