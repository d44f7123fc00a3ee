// Authorisations of households (承诺授权书), and the binding of MatchingService.

#include "bangfu/registration/v1/matching_events.pb.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"
#include "services/registration/domain/match_hit.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/match_authorisation_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using v1::MatchAuthorisation;

constexpr int kShownAuthorisations = 200;

void Tell(const MatchAuthorisation& authorisation, const v1::Household& household, bool revoked,
          rpc::Effects* effects) {
  const int64_t area = AreaNumber(household.area());
  effects->ActOn(authorisation.authorisation_id(), area);
  v1::MatchAuthorisationChanged changed;
  changed.set_authorisation_id(authorisation.authorisation_id());
  changed.set_household_id(household.household_id());
  changed.set_revoked(revoked);
  effects->Emit(changed, household.household_id(), area);
}

absl::Status CheckSignerOf(const Registration& registration, db::Tx& tx, const MatchAuthorisation& given) {
  ASSIGN_OR_RETURN(const auto signer,
                   store::LoadMember(tx, registration.sealer(), store::IdOf(given.signer_member_id())));
  return domain::CheckSigner(signer ? &*signer : nullptr, given.household_id(), given.sign_date());
}

}  // namespace

absl::StatusOr<MatchAuthorisation> MatchingRpc::CreateMatchAuthorisation(
    rpc::Call& call, const v1::CreateMatchAuthorisationRequest& request) {
  const std::string today = TodayOf(call);
  RETURN_IF_ERROR(domain::CheckAuthorisation(request.authorisation(), today));
  MatchAuthorisation given = request.authorisation();
  given.set_authorisation_id(NewIdIn(request.household_id()));
  given.set_household_id(request.household_id());
  given.set_subject(call.caller().subject);
  store::SetTime(call.now(), given.mutable_create_time());
  given.set_state(domain::StateOf(given, today));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<MatchAuthorisation> {
    ASSIGN_OR_RETURN(const v1::Household household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    RETURN_IF_ERROR(CheckSignerOf(registration_, tx, given));
    store::InsertAuthorisation(tx, given);
    Tell(given, household, /*revoked=*/false, &effects);
    return given;
  };
  return rpc::Write<MatchAuthorisation>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListMatchAuthorisationsResponse> MatchingRpc::ListMatchAuthorisations(
    rpc::Call& call, const v1::ListMatchAuthorisationsRequest& request) {
  using Response = v1::ListMatchAuthorisationsResponse;
  const ids::RecordId id = store::IdOf(request.household_id());
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto household, store::LoadHousehold(tx, registration_.sealer(), id));
    if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
    Response response;
    for (MatchAuthorisation& authorisation : store::ListAuthorisations(tx, id, kShownAuthorisations)) {
      authorisation.set_state(domain::StateOf(authorisation, TodayOf(call)));
      *response.add_authorisations() = std::move(authorisation);
    }
    return response;
  });
}

absl::StatusOr<MatchAuthorisation> MatchingRpc::RevokeMatchAuthorisation(
    rpc::Call& call, const v1::RevokeMatchAuthorisationRequest& request) {
  const ids::RecordId id = store::IdOf(request.authorisation_id());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<MatchAuthorisation> {
    auto authorisation = store::LoadAuthorisationForUpdate(tx, id);
    if (!authorisation) {
      return call.Missing(request.authorisation_id(), Refuse(v1::MATCH_AUTHORISATION_NOT_FOUND));
    }
    ASSIGN_OR_RETURN(const auto household,
                     store::LoadHousehold(tx, registration_.sealer(), store::IdOf(authorisation->household_id())));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
    if (!authorisation->revoke_date().empty()) return Refuse(v1::MATCH_AUTHORISATION_REVOKED);
    authorisation->set_revoke_date(TodayOf(call));
    authorisation->set_state(MatchAuthorisation::REVOKED);
    store::RevokeAuthorisation(tx, id, authorisation->revoke_date(), call.caller().subject);
    Tell(*authorisation, *household, /*revoked=*/true, &effects);
    return *authorisation;
  };
  return rpc::Write<MatchAuthorisation>(call, registration_.write, request, write);
}

namespace {

void Bind(rpc::ServiceTable& table, MatchingRpc* matching) {
  table.Add(matching, &MatchingRpc::CreateMatchAuthorisation)
      .Add(matching, &MatchingRpc::ListMatchAuthorisations)
      .Add(matching, &MatchingRpc::RevokeMatchAuthorisation)
      .Add(matching, &MatchingRpc::CreateMatchList)
      .Add(matching, &MatchingRpc::UploadMatchFile)
      .Add(matching, &MatchingRpc::SubmitMatchBatch)
      .Add(matching, &MatchingRpc::CloseMatchList)
      .Add(matching, &MatchingRpc::GetMatchList)
      .Add(matching, &MatchingRpc::ListMatchLists)
      .Add(matching, &MatchingRpc::ListMatchRowFaults)
      .Add(matching, &MatchingRpc::StartMatchRun)
      .Add(matching, &MatchingRpc::CancelMatchRun)
      .Add(matching, &MatchingRpc::GetMatchRun)
      .Add(matching, &MatchingRpc::ListMatchRuns)
      .Add(matching, &MatchingRpc::ListMatchHits)
      .Add(matching, &MatchingRpc::GetMatchFigures)
      .Add(matching, &MatchingRpc::GetMatchHit)
      .Add(matching, &MatchingRpc::VerifyMatchHit)
      .Add(matching, &MatchingRpc::ReviewMatchHit)
      .Add(matching, &MatchingRpc::ResolveMatchHit);
}

}  // namespace

MatchingTables::MatchingTables(const Registration& registration, rpc::Dispatcher& dispatcher,
                               std::function<void()> wake)
    : matching_(registration, std::move(wake)),
      reconciliations_(registration),
      matching_table_("bangfu.registration.v1.MatchingService", dispatcher),
      reconciliation_table_("bangfu.registration.v1.ReconciliationService", dispatcher) {
  Bind(matching_table_, &matching_);
  reconciliation_table_.Add(&reconciliations_, &ReconciliationRpc::CreateReconciliation)
      .Add(&reconciliations_, &ReconciliationRpc::GetReconciliation)
      .Add(&reconciliations_, &ReconciliationRpc::ListReconciliations)
      .Add(&reconciliations_, &ReconciliationRpc::ReplayReconciliation)
      .Add(&reconciliations_, &ReconciliationRpc::ListReconciliationForms)
      .Add(&reconciliations_, &ReconciliationRpc::GetReconciliationForm)
      .Add(&reconciliations_, &ReconciliationRpc::EnterReconciliationForm)
      .Add(&reconciliations_, &ReconciliationRpc::ListReconciliationTasks)
      .Add(&reconciliations_, &ReconciliationRpc::FixReconciliationTask);
}

}  // namespace bangfu::registration
