// The methods of PolicyService that explain and replay decisions.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/policy/v1/reason.pb.h"
#include "common/policy/decision_store.h"
#include "common/policy/policy_rpc.h"
#include "common/policy/replay.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::policy {

using status::Refuse;

namespace {

// The decision, authorised for the area of its record.
absl::StatusOr<DecisionRecord> LoadFor(rpc::Call& call, db::Tx& tx, const std::string& decision_id) {
  const auto id = ids::ParseRecordId(decision_id);
  auto loaded = id ? LoadDecision(tx, *id) : std::nullopt;
  if (!loaded) return call.Missing(decision_id, Refuse(v1::DECISION_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(loaded->area));
  return std::move(loaded->decision);
}

}  // namespace

absl::StatusOr<DecisionRecord> PolicyRpc::GetDecision(rpc::Call& call, const v1::GetDecisionRequest& request) {
  return database().Read(call.bounds(), [&](db::Tx& tx) { return LoadFor(call, tx, request.decision_id()); });
}

absl::StatusOr<v1::ListDecisionsResponse> PolicyRpc::ListDecisions(rpc::Call& call,
                                                                   const v1::ListDecisionsRequest& request) {
  const std::string name = absl::StrCat("decisions\n", request.subject_id(), "\n", request.rule());
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  const auto subject = ids::ParseRecordId(request.subject_id());
  if (!subject) return Refuse(v1::DECISION_NOT_FOUND);
  int64_t before = 0;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const auto key, context_.page_tokens->Open(request.page_token(), name));
    if (key.size() != 1 || !absl::SimpleAtoi(key[0], &before)) return Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  return database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListDecisionsResponse> {
    const auto loaded = policy::ListDecisions(tx, *subject, request.rule(), before, page_size + 1);
    // Without decisions there is no area to go by: that the caller has some area of the county, which the wrapper has
    // found out, decides.
    if (loaded.empty() && before == 0) RETURN_IF_ERROR(call.ScopeIn("").status());
    v1::ListDecisionsResponse response;
    for (const LoadedDecision& one : loaded) {
      RETURN_IF_ERROR(call.Authorise(one.area));
      if (response.decisions_size() == page_size) {
        const auto last = ids::ParseRecordId(response.decisions(page_size - 1).decision_id());
        response.set_next_page_token(context_.page_tokens->Seal(name, {absl::StrCat(last->number)}));
        break;
      }
      *response.add_decisions() = one.decision;
    }
    return response;
  });
}

absl::StatusOr<v1::ReplayDecisionResponse> PolicyRpc::ReplayDecision(rpc::Call& call,
                                                                     const v1::ReplayDecisionRequest& request) {
  ReplayChoice choice;
  if (!request.date().empty()) choice.date = *standards::ParseDate(request.date());
  if (request.has_as_known_at()) {
    if (!choice.date) return status::RefuseFields({{"date", "日期: 按历史时点重新判定时请填写"}});
    choice.as_known_at =
        absl::FromUnixSeconds(request.as_known_at().seconds()) + absl::Nanoseconds(request.as_known_at().nanos());
  }
  choice.policy_ids.assign(request.policy_ids().begin(), request.policy_ids().end());
  return database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ReplayDecisionResponse> {
    ASSIGN_OR_RETURN(const DecisionRecord decision, LoadFor(call, tx, request.decision_id()));
    return Replay(*context_.rules, *context_.policies->Open(tx), decision, choice);
  });
}

}  // namespace bangfu::policy
