// bangfu.registration.v1.MonitoringService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RPC_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/procedure/v1/procedure.pb.h"
#include "bangfu/registration/v1/monitoring_service.pb.h"
#include "common/procedure/host.h"
#include "common/rpc/call.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class MonitoringRpc {
 public:
  // `host` runs the kinds of monitoring_procedure.h; `wake` tells the runner that there is work.
  MonitoringRpc(const Registration& registration, const procedure::ProcedureHost& host, std::function<void()> wake)
      : registration_(registration), host_(host), wake_(std::move(wake)) {}

  // In monitoring_clue_rpc.cc.
  absl::StatusOr<v1::MonitoringClue> RecordClue(rpc::Call& call, const v1::RecordClueRequest& request);
  absl::StatusOr<v1::MonitoringClue> GetClue(rpc::Call& call, const v1::GetClueRequest& request);
  absl::StatusOr<v1::ListCluesResponse> ListClues(rpc::Call& call, const v1::ListCluesRequest& request);
  absl::StatusOr<v1::MonitoringClue> DismissClue(rpc::Call& call, const v1::DismissClueRequest& request);

  // In monitoring_case_rpc.cc.
  absl::StatusOr<v1::MonitoringCase> GetCase(rpc::Call& call, const v1::GetCaseRequest& request);
  absl::StatusOr<v1::ListCaseHistoryResponse> ListCaseHistory(rpc::Call& call,
                                                              const v1::ListCaseHistoryRequest& request);
  absl::StatusOr<v1::ListCasesResponse> ListCases(rpc::Call& call, const v1::ListCasesRequest& request);
  absl::StatusOr<v1::MonitoringCase> AssignCase(rpc::Call& call, const v1::AssignCaseRequest& request);
  absl::StatusOr<v1::MonitoringCase> CloseCase(rpc::Call& call, const v1::CloseCaseRequest& request);
  absl::StatusOr<v1::MonitoringCase> GrantEmergencySupport(rpc::Call& call,
                                                           const v1::GrantEmergencySupportRequest& request);

  // In monitoring_check_rpc.cc.
  absl::StatusOr<v1::MonitoringCase> RecordRiskCheck(rpc::Call& call, const v1::RecordRiskCheckRequest& request);
  absl::StatusOr<v1::MonitoringCase> IssueRiskReport(rpc::Call& call, const v1::IssueRiskReportRequest& request);
  absl::StatusOr<v1::MonitoringCase> JudgeElimination(rpc::Call& call, const v1::JudgeEliminationRequest& request);

  // In monitoring_review_rpc.cc.
  absl::StatusOr<procedure::v1::Procedure> StartEntryReview(rpc::Call& call,
                                                            const v1::StartEntryReviewRequest& request);
  absl::StatusOr<procedure::v1::Procedure> StartEliminationReview(rpc::Call& call,
                                                                  const v1::StartEliminationReviewRequest& request);
  absl::StatusOr<v1::MonitoringReview> RecordReview(rpc::Call& call, const v1::RecordReviewRequest& request);
  absl::StatusOr<v1::ListReviewsResponse> ListReviews(rpc::Call& call, const v1::ListReviewsRequest& request);
  absl::StatusOr<v1::ReviewCampaign> CreateReviewCampaign(rpc::Call& call,
                                                          const v1::CreateReviewCampaignRequest& request);
  absl::StatusOr<v1::ReviewCampaign> GetReviewCampaign(rpc::Call& call, const v1::GetReviewCampaignRequest& request);
  absl::StatusOr<v1::ListReviewCampaignsResponse> ListReviewCampaigns(rpc::Call& call,
                                                                      const v1::ListReviewCampaignsRequest& request);

  // In monitoring_alert_rpc.cc.
  absl::StatusOr<v1::ReportDepartmentFactsResponse> ReportDepartmentFacts(
      rpc::Call& call, const v1::ReportDepartmentFactsRequest& request);
  absl::StatusOr<v1::TriggerRun> StartTriggerRun(rpc::Call& call, const v1::StartTriggerRunRequest& request);
  absl::StatusOr<v1::TriggerRun> GetTriggerRun(rpc::Call& call, const v1::GetTriggerRunRequest& request);

  // In monitoring_case_rpc.cc.
  absl::StatusOr<v1::MonitoringStatistics> GetMonitoringStatistics(rpc::Call& call,
                                                                   const v1::GetMonitoringStatisticsRequest& request);

 private:
  // The campaign that a list asks about; nothing if it asks about none. MONITORING_CAMPAIGN_NOT_FOUND.
  static absl::StatusOr<std::optional<v1::ReviewCampaign>> CampaignOf(rpc::Call& call, db::Tx& tx,
                                                                      const std::string& campaign_id);
  // Starts a procedure of a kind about the households of cases.
  absl::StatusOr<procedure::v1::Procedure> StartReview(rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                                                       const std::string& kind,
                                                       const procedure::AppliedDefinition& applied,
                                                       const std::string& area,
                                                       const std::vector<v1::MonitoringCase>& cases) const;

  const Registration& registration_;
  const procedure::ProcedureHost& host_;
  const std::function<void()> wake_;
};

// MonitoringService, ready to be served.
class MonitoringTables {
 public:
  MonitoringTables(const Registration& registration, rpc::Dispatcher& dispatcher, const procedure::ProcedureHost& host,
                   std::function<void()> wake);

  rpc::ServiceTable* table() { return &table_; }

 private:
  MonitoringRpc monitoring_;
  rpc::ServiceTable table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_RPC_H_
