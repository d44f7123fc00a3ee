// Removal of registered households that do not meet the standard, and re-entry of those that fell back.
#include <map>

#include "bangfu/registration/v1/identification_reason.pb.h"
#include "common/procedure/beijing_time.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/entry.h"
#include "services/registration/rpc/identification_procedure.h"
#include "services/registration/rpc/identification_rpc.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/register_case_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using Case = v1::RegisterCase;

namespace {

template <typename Candidate>
Case NewCase(const std::string& area, Case::Kind kind, const Candidate& candidate) {
  Case one;
  one.set_case_id(NewIdIn(area));
  one.set_kind(kind);
  one.set_household_id(candidate.household_id());
  one.set_area(area);
  one.set_note(candidate.note());
  return one;
}

}  // namespace

absl::Status IdentificationRpc::CheckCases(rpc::Call& call, db::Tx& tx, const std::vector<Case>& cases) const {
  const std::string& area = cases[0].area();
  RETURN_IF_ERROR(call.Authorise(AreaNumber(area)));
  RETURN_IF_ERROR(CheckVillage(call, tx, area));
  std::vector<ids::RecordId> ids;
  for (const Case& one : cases) ids.push_back(store::IdOf(one.household_id()));
  ASSIGN_OR_RETURN(const auto households, store::LoadHouseholds(tx, registration_.sealer(), ids));
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string& id = cases[i].household_id();
    if (!households[i] || households[i]->area() != area || !domain::CanBeRemoved(*households[i])) {
      return Refuse(v1::HOUSEHOLD_NOT_ELIGIBLE, {{"household", id}, {"area", area}});
    }
    if (cases[i].kind() == Case::RETURN && !domain::CanReturn(*households[i])) {
      return Refuse(v1::HOUSEHOLD_NOT_OUT, {{"household", id}});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::StartedProcedure> IdentificationRpc::StartCases(rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                                                                   std::vector<Case> cases) {
  RETURN_IF_ERROR(CheckCases(call, tx, cases));
  const int64_t area = AreaNumber(cases[0].area());
  const CaseKind& kind = KindOf(cases[0].kind());
  ASSIGN_OR_RETURN(const auto applied,
                   procedure::ResolveDefinition(host_, tx, area, procedure::DayOf(call.now()), kind.purpose));
  std::vector<procedure::Subject> subjects;
  for (const Case& one : cases) subjects.emplace_back().set_subject_id(one.household_id());
  ASSIGN_OR_RETURN(const procedure::Procedure begun, procedure::StartProcedure(host_, tx, effects, call.now(), applied,
                                                                               {"", kind.name, area, subjects, {}}));
  for (Case& one : cases) one.set_procedure_id(begun.procedure_id());
  store::InsertCases(tx, cases, AuthorOf(call));
  v1::StartedProcedure started;
  started.set_listed_count(static_cast<int32_t>(cases.size()));
  Show(begun, &started);
  return started;
}

absl::StatusOr<v1::StartedProcedure> IdentificationRpc::StartRemoval(rpc::Call& call,
                                                                     const v1::StartRemovalRequest& request) {
  std::vector<Case> cases;
  for (const v1::RemovalCandidate& candidate : request.candidates()) {
    cases.push_back(NewCase(request.area(), Case::REMOVAL, candidate));
    cases.back().set_removal_reason(candidate.removal_reason());
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) { return StartCases(call, tx, effects, cases); };
  return rpc::Write<v1::StartedProcedure>(call, registration_.write, request, write);
}

absl::StatusOr<v1::StartedProcedure> IdentificationRpc::StartReturn(rpc::Call& call,
                                                                    const v1::StartReturnRequest& request) {
  std::vector<Case> cases;
  for (const v1::ReturnCandidate& candidate : request.candidates()) {
    cases.push_back(NewCase(request.area(), Case::RETURN, candidate));
    cases.back().set_main_cause(candidate.main_cause());
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) { return StartCases(call, tx, effects, cases); };
  return rpc::Write<v1::StartedProcedure>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListRegisterCasesResponse> IdentificationRpc::ListRegisterCases(
    rpc::Call& call, const v1::ListRegisterCasesRequest& request) {
  using Response = v1::ListRegisterCasesResponse;
  store::CaseQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.kind = request.kind();
  query.state = request.state();
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  query.limit = page_size + 1;
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  query.after_area = place[0];
  query.after_id = place[1];
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    Response response;
    for (Case& one : store::ListCases(tx, query)) {
      if (response.cases_size() == page_size) {
        const Case& last = response.cases(page_size - 1);
        response.set_next_page_token(
            PageBehind(registration_, request, {AreaNumber(last.area()), store::IdOf(last.case_id()).number}));
        break;
      }
      *response.add_cases() = std::move(one);
    }
    return response;
  });
}

}  // namespace bangfu::registration
