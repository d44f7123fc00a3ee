// ExitProcedureService: starting the exit of households, and their consent.
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/exit_buffer.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/page_token.h"
#include "common/standards/area_code.h"
#include "services/registration/domain/exit_buffer.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/rpc/exit_records.h"
#include "services/registration/rpc/exit_start.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/store/exit_case_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

const char* FlagOf(const v1::StartHouseholdExitRequest& request) {
  return request.pre_exit() ? domain::kPreExit : domain::kOut;
}

// There are rules of the buffer, and they allow what is asked for. NO_POLICY_APPLIES, PRE_EXIT_NOT_ALLOWED.
absl::Status CheckBuffer(const Registration& registration, db::Tx& tx, const v1::StartHouseholdExitRequest& request,
                         absl::CivilDay day) {
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::ExitBufferRules>(*book, AreaNumber(request.area()), day));
  if (!request.pre_exit() || rules.message.pre_exit_allowed()) return absl::OkStatus();
  return Refuse(v1::PRE_EXIT_NOT_ALLOWED, {{"area", request.area()}});
}

// Whoever fails apart from the consent that nobody has asked for yet.
absl::Status CheckPassed(const HouseholdExitPolicies& policies, const std::vector<JudgedHousehold>& judged) {
  std::vector<status::FieldError> faults;
  for (size_t i = 0; i < judged.size(); ++i) {
    const auto outcome = domain::JudgeBeforeConsent(judged[i].inputs, policies.rules.message, policies.line.message);
    if (outcome.verdict() == "PASS") continue;
    faults.push_back(
        {absl::StrCat("household_ids[", i, "]"),
         absl::StrCat(judged[i].decision.subject_id, " ", outcome.label(), " (", UnmetText(outcome), ")")});
  }
  return RefuseUnpassed(faults);
}

std::vector<store::StoredExitCase> CasesOf(const std::vector<JudgedHousehold>& judged, const v1::ExitStart& start) {
  std::vector<store::StoredExitCase> cases;
  for (size_t i = 0; i < judged.size(); ++i) {
    store::StoredExitCase one{{}, judged[i].inputs};
    one.shown.set_household_id(judged[i].decision.subject_id);
    one.shown.set_decision_id(start.judgements(static_cast<int>(i)).decision_id());
    cases.push_back(std::move(one));
  }
  return cases;
}

// The procedure, which the caller may reach. EXIT_CASE_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::StatusOr<store::ExitProcedure> LoadReachable(rpc::Call& call, db::Tx& tx, const std::string& procedure_id) {
  const auto found = store::LoadExitProcedure(tx, store::IdOf(procedure_id));
  if (!found) return call.Missing(procedure_id, Refuse(v1::EXIT_CASE_NOT_FOUND, {{"subject", ""}}));
  RETURN_IF_ERROR(call.Authorise(found->area));
  return *found;
}

using Cases = std::map<std::string, v1::ExitCase>;

// All households of the procedure, as they stand.
Cases CasesIn(db::Tx& tx, const ids::RecordId& procedure) {
  Cases cases;
  for (v1::ExitCase& one : store::ListExitCases(tx, procedure, 0, procedure::kMostSubjects)) {
    cases.emplace(one.household_id(), std::move(one));
  }
  return cases;
}

// Whoever recorded a refusal does not make an acceptance of it. EXIT_CASE_NOT_FOUND, EXIT_REFUSAL_TURNED_ALONE.
absl::Status CheckTurns(const Cases& known, const v1::RecordExitConsentsRequest& request, const std::string& account) {
  for (const v1::ExitConsent& consent : request.consents()) {
    const auto found = known.find(consent.household_id());
    if (found == known.end()) return Refuse(v1::EXIT_CASE_NOT_FOUND, {{"subject", consent.household_id()}});
    const v1::ExitCase& one = found->second;
    const bool accepts = one.has_accepts() && !one.accepts() && consent.accepts() && one.accepts_recorder() == account;
    const bool recognises =
        one.has_recognised() && !one.recognised() && consent.recognised() && one.recognised_recorder() == account;
    if (accepts || recognises) return Refuse(v1::EXIT_REFUSAL_TURNED_ALONE, {{"subject", consent.household_id()}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<domain::Family>> ExitProcedureRpc::LockListed(
    rpc::Call& call, db::Tx& tx, const v1::StartHouseholdExitRequest& request) const {
  const int64_t area = AreaNumber(request.area());
  const auto outside = [&](const std::string& id) {
    return Refuse(v1::EXIT_OUTSIDE_AREA, {{"subject", id}, {"area", request.area()}});
  };
  const std::vector<std::string> ids(request.household_ids().begin(), request.household_ids().end());
  for (const std::string& id : ids) {
    if (store::IdOf(id).shard != standards::CountyOf(area)) return outside(id);
  }
  ASSIGN_OR_RETURN(auto families, LockFamilies(registration_, call, tx, ids));
  for (const domain::Family& family : families) {
    const v1::Household& household = family.household;
    if (!standards::IsWithin(AreaNumber(household.area()), area)) return outside(household.household_id());
    RETURN_IF_ERROR(domain::CheckMayExit(household, FlagOf(request)));
  }
  return families;
}

absl::StatusOr<v1::ExitStart> ExitProcedureRpc::StartHouseholdExit(rpc::Call& call,
                                                                   const v1::StartHouseholdExitRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  const absl::CivilDay day = DayOfCall(call);
  const int year = request.year() == 0 ? static_cast<int>(day.year()) : request.year();
  RETURN_IF_ERROR(domain::CheckExitYear(year, day));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::ExitStart> {
    ASSIGN_OR_RETURN(const auto families, LockListed(call, tx, request));
    RETURN_IF_ERROR(CheckBuffer(registration_, tx, request, day));
    ASSIGN_OR_RETURN(const auto policies, ResolveHouseholdExit(registration_, tx, area, day));
    const auto judged = JudgeFamilies(call, tx, policies, families, day, year);
    if (!request.pre_exit()) RETURN_IF_ERROR(CheckPassed(policies, judged));
    const std::vector<std::string> ids(request.household_ids().begin(), request.household_ids().end());
    ASSIGN_OR_RETURN(const v1::ExitStart start, Begin(call, tx, effects, kHouseholdExitKind, area, ids, judged));
    const store::ExitProcedure procedure{store::IdOf(start.procedure().procedure_id()), area, year,
                                         standards::FormatDate(day), FlagOf(request)};
    store::InsertExitProcedure(tx, procedure, CasesOf(judged, start));
    return start;
  };
  return rpc::Write<v1::ExitStart>(call, registration_.write, request, write);
}

absl::StatusOr<v1::RecordExitConsentsResponse> ExitProcedureRpc::RecordExitConsents(
    rpc::Call& call, const v1::RecordExitConsentsRequest& request) {
  using Response = v1::RecordExitConsentsResponse;
  std::set<std::string> ids;
  for (const v1::ExitConsent& consent : request.consents()) {
    if (ids.insert(consent.household_id()).second) continue;
    return status::RefuseFields({{"consents", absl::StrCat("认可情况: 户 ", consent.household_id(), " 重复")}});
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto procedure, LoadReachable(call, tx, request.procedure_id()));
    // Locked, so that it does not end between the question and the answer.
    const auto stored = procedure::LockProcedure(tx, procedure.id);
    if (!stored || stored->procedure.state() != procedure::Procedure::RUNNING) {
      return Refuse(v1::EXIT_CASE_NOT_FOUND, {{"subject", ""}});
    }
    const Cases known = CasesIn(tx, procedure.id);
    RETURN_IF_ERROR(CheckTurns(known, request, call.caller().subject));
    const auto cases =
        store::SaveConsents(tx, procedure.id, AuthorOf(call), {request.consents().begin(), request.consents().end()});
    for (const v1::ExitCase& one : cases) {
      effects.ActOn(one.household_id(), procedure.area);
      AuditChange(registration_.sealer(), known.at(one.household_id()), one, &effects);
    }
    effects.ActOn(request.procedure_id(), procedure.area);
    Response response;
    response.mutable_cases()->Assign(cases.begin(), cases.end());
    return response;
  };
  return rpc::Write<Response>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListExitCasesResponse> ExitProcedureRpc::ListExitCases(rpc::Call& call,
                                                                          const v1::ListExitCasesRequest& request) {
  using Response = v1::ListExitCasesResponse;
  const std::string name = absl::StrCat("exit cases\n", request.procedure_id());
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto after, PageKey(registration_, request.page_token(), name, {0}));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto procedure, LoadReachable(call, tx, request.procedure_id()));
    auto cases = store::ListExitCases(tx, procedure.id, after[0], limit);
    Response response;
    if (static_cast<int>(cases.size()) > limit) {
      cases.pop_back();
      response.set_next_page_token(SealKey(registration_, name, {store::IdOf(cases.back().household_id()).number}));
    }
    response.mutable_cases()->Assign(cases.begin(), cases.end());
    return response;
  });
}

}  // namespace bangfu::registration
