// Comparisons as people see them: started, watched, cancelled.

#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/operations/operation_store.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/matching_policy.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using operations::Operation;
using status::Refuse;
using store::MatchListRecord;
using store::MatchRunRecord;

constexpr int kShownRuns = 200;
constexpr char kStep[] = "match";

v1::MatchRun Shown(MatchRunRecord run, std::optional<operations::LoadedOperation> operation) {
  if (operation) *run.shown.mutable_operation() = std::move(operation->operation);
  return std::move(run.shown);
}

v1::MatchRun Shown(db::Tx& tx, MatchRunRecord run) {
  auto operation = operations::Load(tx, run.id);
  return Shown(std::move(run), std::move(operation));
}

// That the list may be compared today: its purpose may have been taken back since it came. The document by which hits
// are judged.
absl::StatusOr<std::string> CheckRules(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                                       const MatchListRecord& list) {
  const auto book = registration.policies->Open(tx);
  const absl::CivilDay today = *standards::ParseDate(TodayOf(call));
  ASSIGN_OR_RETURN(const auto purposes, policy::Resolve<v1::MatchingPurposes>(*book, list.area, today));
  RETURN_IF_ERROR(domain::FindPurpose(purposes.message, list.shown.purpose(), list.shown.kind()).status());
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MatchingRules>(*book, list.area, today));
  RETURN_IF_ERROR(domain::FindRule(rules.message, list.shown.kind()).status());
  return rules.ref.policy_id();
}

}  // namespace

absl::StatusOr<MatchRunRecord> MatchingRpc::LoadRun(rpc::Call& call, db::Tx& tx, const std::string& run_id) const {
  auto run = store::LoadMatchRun(tx, store::IdOf(run_id));
  if (!run) return call.Missing(run_id, Refuse(v1::MATCH_RUN_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(run->area));
  const auto list = LoadList(call, tx, run->shown.list_id());
  if (!list.ok()) return Refuse(v1::MATCH_RUN_NOT_FOUND);
  return *std::move(run);
}

absl::StatusOr<v1::MatchRun> MatchingRpc::StartMatchRun(rpc::Call& call, const v1::StartMatchRunRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::MatchRun> {
    ASSIGN_OR_RETURN(const MatchListRecord list, LoadList(call, tx, request.list_id(), store::ListLock::kUpdate));
    if (list.shown.state() != v1::MatchList::RECEIVED) {
      return Refuse(v1::MATCH_LIST_WRONG_STATE, {{"state", domain::LabelOf(list.shown.state())}});
    }
    if (store::IsBeingCompared(tx, list.id)) return Refuse(v1::MATCH_RUNNING);
    MatchRunRecord run;
    ASSIGN_OR_RETURN(*run.shown.mutable_policy_id(), CheckRules(registration_, call, tx, list));
    run.shown.set_run_id(NewIdIn(list.shown.area()));
    run.id = store::IdOf(run.shown.run_id());
    run.list = list.id;
    run.area = list.area;
    run.shown.set_subject(call.caller().subject);
    store::SetTime(call.now(), run.shown.mutable_create_time());
    store::InsertMatchRun(tx, run);
    operations::Insert(tx,
                       {run.id, kMatchingKind, list.area, call.caller().subject, kStep, Operation::AWAITING_DECISION});
    operations::Requeue(tx, run.id, kStep, {call.caller().session, call.trace()});
    effects.ActOn(run.shown.run_id(), list.area);
    effects.record().set_purpose(list.shown.purpose_label());
    return Shown(tx, *store::LoadMatchRun(tx, run.id));
  };
  auto started = rpc::Write<v1::MatchRun>(call, registration_.write, request, write);
  if (started.ok()) wake_();
  return started;
}

absl::StatusOr<v1::MatchRun> MatchingRpc::CancelMatchRun(rpc::Call& call, const v1::CancelMatchRunRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::MatchRun> {
    ASSIGN_OR_RETURN(const MatchRunRecord run, LoadRun(call, tx, request.run_id()));
    const auto operation = operations::Load(tx, run.id);
    const auto state = operation ? operation->operation.state() : Operation::FAILED;
    if (state != Operation::QUEUED && state != Operation::RUNNING) return Refuse(v1::MATCH_RUN_ENDED);
    operations::RequestCancel(tx, run.id);
    effects.ActOn(request.run_id(), run.area);
    return Shown(tx, run);
  };
  return rpc::Write<v1::MatchRun>(call, registration_.write, request, write);
}

absl::StatusOr<v1::MatchRun> MatchingRpc::GetMatchRun(rpc::Call& call, const v1::GetMatchRunRequest& request) {
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::MatchRun> {
    ASSIGN_OR_RETURN(const MatchRunRecord run, LoadRun(call, tx, request.run_id()));
    return Shown(tx, run);
  });
}

absl::StatusOr<v1::ListMatchRunsResponse> MatchingRpc::ListMatchRuns(rpc::Call& call,
                                                                     const v1::ListMatchRunsRequest& request) {
  using Response = v1::ListMatchRunsResponse;
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const MatchListRecord list, LoadList(call, tx, request.list_id()));
    auto runs = store::ListMatchRuns(tx, list.id, kShownRuns);
    std::vector<ids::RecordId> ids;
    for (const MatchRunRecord& run : runs) ids.push_back(run.id);
    auto operations = operations::LoadMany(tx, ids);
    Response response;
    for (size_t i = 0; i < runs.size(); ++i) *response.add_runs() = Shown(std::move(runs[i]), std::move(operations[i]));
    return response;
  });
}

}  // namespace bangfu::registration
