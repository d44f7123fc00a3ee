// PolicyService, the same in every process: its kinds and rules are those that the service has added.
#ifndef BANGFU_COMMON_POLICY_POLICY_RPC_H_
#define BANGFU_COMMON_POLICY_POLICY_RPC_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "bangfu/policy/v1/policy_service.pb.h"
#include "common/api/page_token.h"
#include "common/api/validate.h"
#include "common/policy/library.h"
#include "common/policy/rules.h"
#include "common/rpc/call.h"
#include "common/rpc/service_table.h"
#include "common/rpc/write.h"

namespace bangfu::policy {

// Outlives the RPC class.
struct PolicyContext {
  rpc::WriteContext write;
  const api::PageTokens* page_tokens = nullptr;
  Library* policies = nullptr;
  const Rules* rules = nullptr;
  const api::CodeLookup* codes = nullptr;  // may be null
};

class PolicyRpc {
 public:
  explicit PolicyRpc(PolicyContext context) : context_(std::move(context)) {}

  absl::StatusOr<v1::ListPolicyKindsResponse> ListPolicyKinds(rpc::Call& call,
                                                              const v1::ListPolicyKindsRequest& request);
  absl::StatusOr<v1::ListPoliciesResponse> ListPolicies(rpc::Call& call, const v1::ListPoliciesRequest& request);
  absl::StatusOr<PolicyDocument> GetPolicy(rpc::Call& call, const v1::GetPolicyRequest& request);
  absl::StatusOr<v1::DiffPoliciesResponse> DiffPolicies(rpc::Call& call, const v1::DiffPoliciesRequest& request);
  absl::StatusOr<v1::ResolvePolicyResponse> ResolvePolicy(rpc::Call& call, const v1::ResolvePolicyRequest& request);

  absl::StatusOr<PolicyDocument> CreatePolicy(rpc::Call& call, const v1::CreatePolicyRequest& request);
  absl::StatusOr<PolicyDocument> UpdatePolicy(rpc::Call& call, const v1::UpdatePolicyRequest& request);
  absl::StatusOr<PolicyDocument> SubmitPolicy(rpc::Call& call, const v1::SubmitPolicyRequest& request);
  absl::StatusOr<PolicyDocument> ReviewPolicy(rpc::Call& call, const v1::ReviewPolicyRequest& request);
  absl::StatusOr<PolicyDocument> PublishPolicy(rpc::Call& call, const v1::PublishPolicyRequest& request);
  absl::StatusOr<PolicyDocument> WithdrawPolicy(rpc::Call& call, const v1::WithdrawPolicyRequest& request);

  absl::StatusOr<DecisionRecord> GetDecision(rpc::Call& call, const v1::GetDecisionRequest& request);
  absl::StatusOr<v1::ListDecisionsResponse> ListDecisions(rpc::Call& call, const v1::ListDecisionsRequest& request);
  absl::StatusOr<v1::ReplayDecisionResponse> ReplayDecision(rpc::Call& call, const v1::ReplayDecisionRequest& request);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  db::Database& database() const { return *context_.write.database; }

  // The document, authorised for its area.
  absl::StatusOr<PolicyDocument> Load(rpc::Call& call, db::Tx& tx, const std::string& policy_id) const;
  // The same, locked and of the version that the caller has read. Whoever changes what is in force locks the key
  // before.
  absl::StatusOr<PolicyDocument> Lock(rpc::Call& call, db::Tx& tx, const std::string& policy_id,
                                      const std::string& etag) const;

  // Locks the document, lets `move` change it, saves it and tells of it.
  template <typename Request>
  absl::StatusOr<PolicyDocument> Move(rpc::Call& call, const Request& request,
                                      absl::FunctionRef<absl::Status(PolicyDocument*)> move);

  const PolicyContext context_;
};

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_POLICY_RPC_H_
