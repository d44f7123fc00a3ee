// bangfu.registration.v1.IdentificationService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_RPC_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/identification_service.pb.h"
#include "common/procedure/host.h"
#include "common/rpc/call.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/campaign_policies.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/identification_campaign_store.h"

namespace bangfu::registration {

class IdentificationRpc {
 public:
  // Both outlive the object.
  IdentificationRpc(const Registration& registration, const procedure::ProcedureHost& host)
      : registration_(registration), host_(host) {}

  // In identification_campaign_rpc.cc.
  absl::StatusOr<v1::IdentificationCampaign> OpenIdentificationCampaign(
      rpc::Call& call, const v1::OpenIdentificationCampaignRequest& request);
  absl::StatusOr<v1::IdentificationCampaign> GetIdentificationCampaign(
      rpc::Call& call, const v1::GetIdentificationCampaignRequest& request);
  absl::StatusOr<v1::ListIdentificationCampaignsResponse> ListIdentificationCampaigns(
      rpc::Call& call, const v1::ListIdentificationCampaignsRequest& request);
  absl::StatusOr<v1::IdentificationCampaign> CloseIdentificationCampaign(
      rpc::Call& call, const v1::CloseIdentificationCampaignRequest& request);

  // In identification_application_rpc.cc.
  absl::StatusOr<v1::IdentificationApplication> ApplyForIdentification(
      rpc::Call& call, const v1::ApplyForIdentificationRequest& request);
  absl::StatusOr<v1::IdentificationApplication> GetIdentificationApplication(
      rpc::Call& call, const v1::GetIdentificationApplicationRequest& request);
  absl::StatusOr<v1::ListIdentificationApplicationsResponse> ListIdentificationApplications(
      rpc::Call& call, const v1::ListIdentificationApplicationsRequest& request);
  absl::StatusOr<v1::IdentificationApplication> WithdrawIdentificationApplication(
      rpc::Call& call, const v1::WithdrawIdentificationApplicationRequest& request);

  // In home_check_rpc.cc.
  absl::StatusOr<v1::IdentificationApplication> RecordHomeCheck(rpc::Call& call,
                                                                const v1::RecordHomeCheckRequest& request);
  absl::StatusOr<v1::ListHomeChecksResponse> ListHomeChecks(rpc::Call& call, const v1::ListHomeChecksRequest& request);

  // In identification_list_rpc.cc.
  absl::StatusOr<v1::ListIdentificationRankingResponse> ListIdentificationRanking(
      rpc::Call& call, const v1::ListIdentificationRankingRequest& request);
  absl::StatusOr<v1::StartedProcedure> StartIdentification(rpc::Call& call,
                                                           const v1::StartIdentificationRequest& request);

  // In register_case_rpc.cc.
  absl::StatusOr<v1::StartedProcedure> StartRemoval(rpc::Call& call, const v1::StartRemovalRequest& request);
  absl::StatusOr<v1::StartedProcedure> StartReturn(rpc::Call& call, const v1::StartReturnRequest& request);
  absl::StatusOr<v1::ListRegisterCasesResponse> ListRegisterCases(rpc::Call& call,
                                                                  const v1::ListRegisterCasesRequest& request);

 private:
  // The campaign, which the caller need not reach as a whole. CAMPAIGN_NOT_FOUND.
  static absl::StatusOr<store::StoredCampaign> LoadCampaign(rpc::Call& call, db::Tx& tx, const std::string& campaign_id,
                                                            store::RowLock lock);
  // The part of the campaign's area that a request names, all of it if it names none, which the caller reaches.
  // INVALID_FIELD, AREA_OUT_OF_SCOPE.
  static absl::StatusOr<int64_t> PartOf(rpc::Call& call, const v1::IdentificationCampaign& campaign,
                                        const std::string& area);
  // An application that the caller reaches. APPLICATION_NOT_FOUND, AREA_OUT_OF_SCOPE.
  static absl::StatusOr<v1::IdentificationApplication> Reached(
      rpc::Call& call, const std::string& application_id, std::optional<v1::IdentificationApplication> application);
  // Locks an application for a change, behind its campaign, so that no list is started meanwhile.
  // APPLICATION_NOT_FOUND, AREA_OUT_OF_SCOPE.
  struct Locked {
    v1::IdentificationApplication application;
    store::StoredCampaign stored;
    // A list was made by the quota: what stands in the ranking stays where it is.
    bool ranks_decided = false;
  };
  static absl::StatusOr<Locked> LockBehindCampaign(rpc::Call& call, db::Tx& tx, const std::string& application_id);
  absl::StatusOr<v1::StartedProcedure> StartCases(rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                                                  std::vector<v1::RegisterCase> cases);
  absl::Status CheckCases(rpc::Call& call, db::Tx& tx, const std::vector<v1::RegisterCase>& cases) const;

  const Registration& registration_;
  const procedure::ProcedureHost& host_;
};

// IdentificationService, ready to be served.
class IdentificationTables {
 public:
  IdentificationTables(const Registration& registration, const procedure::ProcedureHost& host,
                       rpc::Dispatcher& dispatcher);

  rpc::ServiceTable* table() { return &table_; }

 private:
  IdentificationRpc identification_;
  rpc::ServiceTable table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IDENTIFICATION_RPC_H_
