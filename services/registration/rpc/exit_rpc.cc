#include "services/registration/rpc/exit_rpc.h"

#include "bangfu/registration/v1/reason.pb.h"
#include "common/policy/decision_store.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area_exit.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/summary_store.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

constexpr char kLinePurpose[] = "EXIT";  // of PovertyLine

// A decision that can be kept, with what it was made from.
template <typename Inputs>
struct Judged {
  policy::NewDecision decision;
  Inputs inputs;
};
using JudgedHousehold = Judged<v1::HouseholdExitInputs>;
using JudgedArea = Judged<v1::AreaExitInputs>;

template <typename Request>
policy::NewDecision NewDecisionFor(const rpc::Call& call, const Request& request, const char* rule, int64_t area) {
  policy::NewDecision decision;
  decision.area = area;
  decision.date = *standards::ParseDate(request.date().empty() ? TodayOf(call) : request.date());
  decision.rule = rule;
  decision.decider = call.caller().subject;
  decision.time = call.now();
  return decision;
}

v1::ExitJudgement Describe(const policy::NewDecision& decision) {
  v1::ExitJudgement judgement;
  judgement.set_subject_id(decision.subject_id);
  judgement.set_area(standards::FormatAreaCode(decision.area));
  judgement.set_date(standards::FormatDate(decision.date));
  *judgement.mutable_outcome() = decision.outcome;
  judgement.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
  return judgement;
}

// Judges what stood together: in one snapshot, or, if the request asks that the decision be kept, in the transaction
// that keeps it.
template <typename Request, typename Judge>
absl::StatusOr<v1::ExitJudgement> Answer(const Registration& registration, rpc::Call& call, const Request& request,
                                         Judge judge) {
  using Result = absl::StatusOr<v1::ExitJudgement>;
  if (!request.record()) {
    return registration.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Result {
      ASSIGN_OR_RETURN(const auto judged, judge(tx));
      return Describe(judged.decision);
    });
  }
  return rpc::Write<v1::ExitJudgement>(call, registration.write, request,
                                       [&](db::Tx& tx, rpc::Effects& effects) -> Result {
                                         ASSIGN_OR_RETURN(const auto judged, judge(tx));
                                         const auto record = policy::RecordDecision(tx, judged.decision, judged.inputs);
                                         effects.ActOn(judged.decision.subject_id, judged.decision.area);
                                         v1::ExitJudgement judgement = Describe(judged.decision);
                                         judgement.set_decision_id(record.decision_id());
                                         return judgement;
                                       });
}

// What the register knows of the household, and what the request adds.
absl::StatusOr<v1::HouseholdExitInputs> GatherInputs(const Registration& registration, db::Tx& tx,
                                                     const v1::JudgeHouseholdExitRequest& request,
                                                     absl::CivilDay date) {
  const ids::RecordId id = store::IdOf(request.household_id());
  const int year = request.year() == 0 ? static_cast<int>(date.year()) : request.year();
  ASSIGN_OR_RETURN(const auto members, store::LoadPresentMembers(tx, registration.sealer(), {id}));
  v1::HouseholdExitInputs inputs =
      domain::DescribeForExit(members, store::LoadIncome(tx, id, year), store::LoadLivingCondition(tx, id, year), year,
                              standards::FormatDate(date));
  *inputs.mutable_statements() = request.statements();
  if (request.has_accepts()) inputs.set_accepts(request.accepts());
  if (request.has_recognised()) inputs.set_recognised(request.recognised());
  return inputs;
}

// The household, which the caller may judge. For a decision that is kept it is locked: whoever changes its members or
// reports locks it first, so that nothing changes between the statements which gather the inputs.
absl::StatusOr<v1::Household> LoadJudged(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                         const v1::JudgeHouseholdExitRequest& request) {
  if (request.record()) return LockHousehold(registration, call, tx, request.household_id());
  ASSIGN_OR_RETURN(auto household,
                   store::LoadHousehold(tx, registration.sealer(), store::IdOf(request.household_id())));
  if (!household) return call.Missing(request.household_id(), Refuse(v1::HOUSEHOLD_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
  return *std::move(household);
}

absl::StatusOr<JudgedHousehold> JudgeHousehold(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                               const v1::JudgeHouseholdExitRequest& request) {
  ASSIGN_OR_RETURN(const v1::Household household, LoadJudged(registration, call, tx, request));
  const int64_t area = AreaNumber(household.area());
  RETURN_IF_ERROR(domain::CheckActive(household));
  RETURN_IF_ERROR(domain::CheckStatements(request.statements()));
  JudgedHousehold judged{NewDecisionFor(call, request, kHouseholdExit, area), {}};
  judged.decision.subject_id = request.household_id();
  ASSIGN_OR_RETURN(judged.inputs, GatherInputs(registration, tx, request, judged.decision.date));
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::HouseholdExitRules>(*book, area, judged.decision.date));
  ASSIGN_OR_RETURN(const auto line, policy::Resolve<v1::PovertyLine>(*book, area, judged.decision.date, kLinePurpose));
  judged.decision.policies = {rules.ref, line.ref};
  judged.decision.outcome = domain::JudgeHouseholdExit(judged.inputs, rules.message, line.message);
  return judged;
}

// What the register counts in a village or county, and what the request adds. INVALID_FIELD, AREA_NOT_FOUND.
template <typename Request>
absl::StatusOr<JudgedArea> GatherArea(const rpc::Call& call, db::Tx& tx, const Request& request, const char* rule) {
  const int64_t area = AreaNumber(request.area());
  JudgedArea judged{NewDecisionFor(call, request, rule, area), {}};
  // Areas have no record ids; one made of the code lets their decisions be listed like any others.
  judged.decision.subject_id = ids::RecordId{standards::CountyOf(area), area}.ToString();
  ASSIGN_OR_RETURN(const v1::RegisterStatistics counts, store::LoadStatistics(tx, area));
  v1::AreaExitInputs& inputs = judged.inputs;
  inputs.set_area(request.area());
  inputs.set_date(standards::FormatDate(judged.decision.date));
  inputs.set_rural_population(request.rural_population());
  inputs.set_exited_count(counts.total().exited_person_count());
  inputs.set_not_out_count(counts.total().person_count() - counts.total().exited_person_count());
  *inputs.mutable_figures() = request.figures();
  *inputs.mutable_statements() = request.statements();
  RETURN_IF_ERROR(domain::CheckAreaInputs(inputs));
  return judged;
}

// Decides by the rules of the area.
template <typename Rules>
absl::Status Decide(const Registration& registration, db::Tx& tx,
                    policy::RuleOutcome (*judge)(const v1::AreaExitInputs&, const Rules&), JudgedArea* judged) {
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<Rules>(*book, judged->decision.area, judged->decision.date));
  judged->decision.policies = {rules.ref};
  judged->decision.outcome = judge(judged->inputs, rules.message);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ExitJudgement> ExitRpc::JudgeHouseholdExit(rpc::Call& call,
                                                              const v1::JudgeHouseholdExitRequest& request) {
  return Answer(registration_, call, request,
                [&](db::Tx& tx) { return JudgeHousehold(registration_, call, tx, request); });
}

absl::StatusOr<v1::ExitJudgement> ExitRpc::JudgeVillageExit(rpc::Call& call,
                                                            const v1::JudgeVillageExitRequest& request) {
  RETURN_IF_ERROR(call.Authorise(AreaNumber(request.area())));
  return Answer(registration_, call, request, [&](db::Tx& tx) -> absl::StatusOr<JudgedArea> {
    RETURN_IF_ERROR(CheckVillage(call, tx, request.area()));
    ASSIGN_OR_RETURN(JudgedArea judged, GatherArea(call, tx, request, kVillageExit));
    *judged.inputs.mutable_hamlets() = request.hamlets();
    RETURN_IF_ERROR(Decide(registration_, tx, domain::JudgeVillageExit, &judged));
    return judged;
  });
}

absl::StatusOr<v1::ExitJudgement> ExitRpc::JudgeCountyExit(rpc::Call& call, const v1::JudgeCountyExitRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  if (standards::LevelOf(area) != standards::kCountyLevel) {
    return status::RefuseFields({{"area", "县代码: 应为县级代码"}});
  }
  return Answer(registration_, call, request, [&](db::Tx& tx) -> absl::StatusOr<JudgedArea> {
    ASSIGN_OR_RETURN(JudgedArea judged, GatherArea(call, tx, request, kCountyExit));
    RETURN_IF_ERROR(Decide(registration_, tx, domain::JudgeCountyExit, &judged));
    return judged;
  });
}

}  // namespace bangfu::registration
