// MatchingService: comparison of the register with lists of departments.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_RPC_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/matching_service.pb.h"
#include "common/operations/runner.h"
#include "common/rpc/service_table.h"
#include "services/registration/rpc/reconciliation_rpc.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/match_list_store.h"
#include "services/registration/store/match_run_store.h"

namespace bangfu::registration {

// Kind of a comparison's operation.
inline constexpr char kMatchingKind[] = "register-matching";

// What operations::Runner runs for that kind. `registration` outlives the runner.
operations::Runner::Body MatchingBody(const Registration& registration);

// Deletes what is no longer kept of lists and hits, a bounded number of rows, and leaves an audit record of how many: a
// chore.
absl::Status PurgeMatching(db::Tx& tx, absl::Time now);

class MatchingRpc {
 public:
  // `wake` tells the runner that there is work.
  MatchingRpc(const Registration& registration, std::function<void()> wake)
      : registration_(registration), wake_(std::move(wake)) {}

  absl::StatusOr<v1::MatchAuthorisation> CreateMatchAuthorisation(rpc::Call& call,
                                                                  const v1::CreateMatchAuthorisationRequest& request);
  absl::StatusOr<v1::ListMatchAuthorisationsResponse> ListMatchAuthorisations(
      rpc::Call& call, const v1::ListMatchAuthorisationsRequest& request);
  absl::StatusOr<v1::MatchAuthorisation> RevokeMatchAuthorisation(rpc::Call& call,
                                                                  const v1::RevokeMatchAuthorisationRequest& request);

  absl::StatusOr<v1::MatchList> CreateMatchList(rpc::Call& call, const v1::CreateMatchListRequest& request);
  absl::StatusOr<v1::MatchPart> UploadMatchFile(rpc::Call& call, rpc::Reader<v1::UploadMatchFileRequest>& reader);
  absl::StatusOr<v1::MatchPart> SubmitMatchBatch(rpc::Call& call, const v1::SubmitMatchBatchRequest& request);
  absl::StatusOr<v1::MatchList> CloseMatchList(rpc::Call& call, const v1::CloseMatchListRequest& request);
  absl::StatusOr<v1::MatchList> GetMatchList(rpc::Call& call, const v1::GetMatchListRequest& request);
  absl::StatusOr<v1::ListMatchListsResponse> ListMatchLists(rpc::Call& call, const v1::ListMatchListsRequest& request);
  absl::StatusOr<v1::ListMatchRowFaultsResponse> ListMatchRowFaults(rpc::Call& call,
                                                                    const v1::ListMatchRowFaultsRequest& request);

  absl::StatusOr<v1::MatchRun> StartMatchRun(rpc::Call& call, const v1::StartMatchRunRequest& request);
  absl::StatusOr<v1::MatchRun> CancelMatchRun(rpc::Call& call, const v1::CancelMatchRunRequest& request);
  absl::StatusOr<v1::MatchRun> GetMatchRun(rpc::Call& call, const v1::GetMatchRunRequest& request);
  absl::StatusOr<v1::ListMatchRunsResponse> ListMatchRuns(rpc::Call& call, const v1::ListMatchRunsRequest& request);

  absl::StatusOr<v1::ListMatchHitsResponse> ListMatchHits(rpc::Call& call, const v1::ListMatchHitsRequest& request);
  absl::StatusOr<v1::GetMatchFiguresResponse> GetMatchFigures(rpc::Call& call,
                                                              const v1::GetMatchFiguresRequest& request);
  absl::StatusOr<v1::MatchHit> GetMatchHit(rpc::Call& call, const v1::GetMatchHitRequest& request);
  absl::StatusOr<v1::MatchHit> VerifyMatchHit(rpc::Call& call, const v1::VerifyMatchHitRequest& request);
  absl::StatusOr<v1::MatchHit> ReviewMatchHit(rpc::Call& call, const v1::ReviewMatchHitRequest& request);
  absl::StatusOr<v1::MatchHit> ResolveMatchHit(rpc::Call& call, const v1::ResolveMatchHitRequest& request);

 private:
  // A list that the caller may see. MATCH_LIST_NOT_FOUND, also for a department's system that did not send it;
  // AREA_OUT_OF_SCOPE.
  absl::StatusOr<store::MatchListRecord> LoadList(rpc::Call& call, db::Tx& tx, const std::string& list_id,
                                                  store::ListLock lock = store::ListLock::kNone) const;
  // The same, if it takes rows. MATCH_LIST_WRONG_STATE.
  absl::StatusOr<store::MatchListRecord> LoadReceiving(rpc::Call& call, db::Tx& tx, const std::string& list_id,
                                                       store::ListLock lock) const;
  absl::StatusOr<store::MatchRunRecord> LoadRun(rpc::Call& call, db::Tx& tx, const std::string& run_id) const;
  domain::MatchRowReader ReaderOf(const v1::MatchList& list) const;

  // Loads a hit under lock, lets `change` decide, and writes what it answers.
  template <typename Request, typename Change>
  absl::StatusOr<v1::MatchHit> ChangeHit(rpc::Call& call, const Request& request, Change change);

  const Registration& registration_;
  const std::function<void()> wake_;
};

// MatchingService and ReconciliationService, ready to be served.
class MatchingTables {
 public:
  MatchingTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake);

  std::vector<rpc::ServiceTable*> all() { return {&matching_table_, &reconciliation_table_}; }

 private:
  MatchingRpc matching_;
  ReconciliationRpc reconciliations_;
  rpc::ServiceTable matching_table_;
  rpc::ServiceTable reconciliation_table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_RPC_H_
