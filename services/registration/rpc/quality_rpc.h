// QualityService: runs of rules over the register, their issues and scores.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RPC_H_

#include <functional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/quality_service.pb.h"
#include "common/rpc/service_table.h"
#include "services/registration/domain/quality_reconcile.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/quality_run_store.h"

namespace bangfu::registration {

class QualityRpc {
 public:
  // `wake` tells the runner that there is work.
  QualityRpc(const Registration& registration, std::function<void()> wake)
      : registration_(registration), wake_(std::move(wake)) {}

  // quality_rpc.cc
  absl::StatusOr<v1::ListQualityRulesResponse> ListQualityRules(rpc::Call& call,
                                                                const v1::ListQualityRulesRequest& request);
  absl::StatusOr<v1::QualityRun> StartQualityRun(rpc::Call& call, const v1::StartQualityRunRequest& request);
  absl::StatusOr<v1::QualityRun> GetQualityRun(rpc::Call& call, const v1::GetQualityRunRequest& request);
  absl::StatusOr<v1::ListQualityRunsResponse> ListQualityRuns(rpc::Call& call,
                                                              const v1::ListQualityRunsRequest& request);
  absl::StatusOr<v1::QualityRun> CancelQualityRun(rpc::Call& call, const v1::CancelQualityRunRequest& request);
  absl::StatusOr<v1::ListQualityScoresResponse> ListQualityScores(rpc::Call& call,
                                                                  const v1::ListQualityScoresRequest& request);

  // quality_issue_rpc.cc
  absl::StatusOr<v1::ListQualityIssuesResponse> ListQualityIssues(rpc::Call& call,
                                                                  const v1::ListQualityIssuesRequest& request);
  absl::StatusOr<v1::GetQualityIssueResponse> GetQualityIssue(rpc::Call& call,
                                                              const v1::GetQualityIssueRequest& request);
  absl::StatusOr<v1::AssignQualityIssuesResponse> AssignQualityIssues(rpc::Call& call,
                                                                      const v1::AssignQualityIssuesRequest& request);
  absl::StatusOr<v1::QualityIssue> CommentQualityIssue(rpc::Call& call, const v1::CommentQualityIssueRequest& request);
  absl::StatusOr<v1::QualityIssue> RequestQualityWaiver(rpc::Call& call,
                                                        const v1::RequestQualityWaiverRequest& request);
  absl::StatusOr<v1::QualityIssue> DecideQualityWaiver(rpc::Call& call, const v1::DecideQualityWaiverRequest& request);
  absl::StatusOr<v1::RecheckHouseholdResponse> RecheckHousehold(rpc::Call& call,
                                                                const v1::RecheckHouseholdRequest& request);

 private:
  v1::QualityRun Shown(db::Tx& tx, const store::QualityRunRecord& record) const;

  const Registration& registration_;
  const std::function<void()> wake_;
};

// QualityService, ready to be served.
class QualityTables {
 public:
  QualityTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake);

  rpc::ServiceTable* table() { return &table_; }

 private:
  QualityRpc quality_;
  rpc::ServiceTable table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_RPC_H_
