// The methods that read rules; those that write them stand in policy_write_rpc.cc, decisions in decision_rpc.cc.
#include "common/policy/policy_rpc.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/policy/v1/reason.pb.h"
#include "common/policy/area_chain.h"
#include "common/policy/diff.h"
#include "common/policy/policy_store.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::policy {

using status::Refuse;

namespace {

constexpr int kBeijingSeconds = 8 * 60 * 60;
constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";

// Whoever may call may read every document.
absl::StatusOr<PolicyDocument> Find(db::Tx& tx, const std::string& policy_id) {
  const auto id = ids::ParseRecordId(policy_id);
  auto document = id ? LoadPolicy(tx, *id) : std::nullopt;
  if (!document) return Refuse(v1::POLICY_NOT_FOUND);
  return *std::move(document);
}

}  // namespace

absl::StatusOr<v1::ListPolicyKindsResponse> PolicyRpc::ListPolicyKinds(rpc::Call& call,
                                                                       const v1::ListPolicyKindsRequest& request) {
  v1::ListPolicyKindsResponse response;
  for (const Kinds::Entry* entry : context_.policies->kinds().all()) {
    v1::PolicyKind& kind = *response.add_kinds();
    kind.set_kind(entry->kind().name());
    kind.set_title(entry->title());
    kind.set_type_url(absl::StrCat(kTypeUrlPrefix, entry->type->full_name()));
    *kind.mutable_purposes() = entry->kind().purposes();
    kind.set_finest_level(entry->kind().finest_level());
  }
  return response;
}

absl::StatusOr<v1::ListPoliciesResponse> PolicyRpc::ListPolicies(rpc::Call& call,
                                                                 const v1::ListPoliciesRequest& request) {
  const std::string name =
      absl::StrCat("policies\n", request.kind(), "\n", request.area(), "\n", static_cast<int>(request.state()));
  // An empty list would be taken for "there are no rules".
  if (!request.kind().empty() && context_.policies->kinds().Find(request.kind()) == nullptr) {
    return Refuse(v1::POLICY_KIND_UNKNOWN);
  }
  PolicyQuery query;
  query.kind = request.kind();
  query.areas = CodesIn(standards::ParseAreaCode(request.area()).value_or(0));
  query.state = request.state();
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  query.limit = page_size + 1;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const auto key, context_.page_tokens->Open(request.page_token(), name));
    if (key.size() != 1 || !absl::SimpleAtoi(key[0], &query.before)) return Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  return database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListPoliciesResponse> {
    auto documents = policy::ListPolicies(tx, query);
    const bool more = static_cast<int>(documents.size()) > page_size;
    if (more) documents.pop_back();
    FillPeriods(tx, &documents);
    v1::ListPoliciesResponse response;
    response.mutable_policies()->Assign(documents.begin(), documents.end());
    if (more) {
      const auto last = ids::ParseRecordId(documents.back().policy_id());
      response.set_next_page_token(context_.page_tokens->Seal(name, {absl::StrCat(last->number)}));
    }
    return response;
  });
}

absl::StatusOr<PolicyDocument> PolicyRpc::GetPolicy(rpc::Call& call, const v1::GetPolicyRequest& request) {
  return database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<PolicyDocument> {
    ASSIGN_OR_RETURN(PolicyDocument document, Find(tx, request.policy_id()));
    std::vector<PolicyDocument> documents = {std::move(document)};
    FillPeriods(tx, &documents);
    return std::move(documents[0]);
  });
}

absl::StatusOr<v1::DiffPoliciesResponse> PolicyRpc::DiffPolicies(rpc::Call& call,
                                                                 const v1::DiffPoliciesRequest& request) {
  return database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::DiffPoliciesResponse> {
    ASSIGN_OR_RETURN(const PolicyDocument first, Find(tx, request.policy_id()));
    ASSIGN_OR_RETURN(const PolicyDocument second, Find(tx, request.other_policy_id()));
    if (first.kind() != second.kind()) return Refuse(v1::POLICIES_NOT_COMPARABLE);
    v1::DiffPoliciesResponse response;
    const auto changes = DiffDocuments(first, second);
    response.mutable_changes()->Assign(changes.begin(), changes.end());
    return response;
  });
}

absl::StatusOr<v1::ResolvePolicyResponse> PolicyRpc::ResolvePolicy(rpc::Call& call,
                                                                   const v1::ResolvePolicyRequest& request) {
  if (context_.policies->kinds().Find(request.kind()) == nullptr) return Refuse(v1::POLICY_KIND_UNKNOWN);
  Question question{request.kind(), *standards::ParseAreaCode(request.area()),
                    absl::ToCivilDay(call.now(), absl::FixedTimeZone(kBeijingSeconds)), request.purpose()};
  if (!request.date().empty()) question.date = *standards::ParseDate(request.date());
  if (request.has_as_known_at()) {
    question.as_known_at =
        absl::FromUnixSeconds(request.as_known_at().seconds()) + absl::Nanoseconds(request.as_known_at().nanos());
  }
  return database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ResolvePolicyResponse> {
    const auto book = context_.policies->Open(tx);
    v1::ResolvePolicyResponse response;
    const Rule* rule = nullptr;
    for (const Book::Step& looked_at : book->Trace(question)) {
      v1::ResolveStep& step = *response.add_steps();
      step.set_area(standards::FormatAreaCode(looked_at.area));
      rule = looked_at.rule;
      if (rule != nullptr) step.set_policy_id(rule->document.policy_id());
    }
    if (rule == nullptr) return response;
    std::vector<PolicyDocument> documents = {rule->document};
    FillPeriods(tx, &documents);
    *response.mutable_policy() = std::move(documents[0]);
    return response;
  });
}

std::unique_ptr<rpc::ServiceTable> PolicyRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.policy.v1.PolicyService", dispatcher);
  table->Add(this, &PolicyRpc::ListPolicyKinds)
      .Add(this, &PolicyRpc::ListPolicies)
      .Add(this, &PolicyRpc::GetPolicy)
      .Add(this, &PolicyRpc::DiffPolicies)
      .Add(this, &PolicyRpc::ResolvePolicy)
      .Add(this, &PolicyRpc::CreatePolicy)
      .Add(this, &PolicyRpc::UpdatePolicy)
      .Add(this, &PolicyRpc::SubmitPolicy)
      .Add(this, &PolicyRpc::ReviewPolicy)
      .Add(this, &PolicyRpc::PublishPolicy)
      .Add(this, &PolicyRpc::WithdrawPolicy)
      .Add(this, &PolicyRpc::GetDecision)
      .Add(this, &PolicyRpc::ListDecisions)
      .Add(this, &PolicyRpc::ReplayDecision);
  return table;
}

}  // namespace bangfu::policy
