#include "services/registration/rpc/exit_rpc.h"

#include <algorithm>
#include <functional>

#include "bangfu/registration/v1/exit_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/procedure/actor.h"
#include "common/procedure/procedure_store.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/guarantee.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/poverty_area.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/exit_procedures.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/exit_case_store.h"
#include "services/registration/store/guarantee_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/poverty_area_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/summary_store.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

template <typename Request>
absl::CivilDay DayOf(const rpc::Call& call, const Request& request) {
  return *standards::ParseDate(request.date().empty() ? TodayOf(call) : request.date());
}

// Judges what stood together: in one snapshot, or, if the request asks that the decision be kept, in the transaction
// that keeps it. What is kept is of no day to come: nobody knows yet what will stand then. INVALID_FIELD.
using Kept = std::function<void(db::Tx&, const std::string& decision_id)>;

template <typename Request, typename Judge>
absl::StatusOr<v1::ExitJudgement> Answer(const Registration& registration, rpc::Call& call, const Request& request,
                                         Judge judge, const Kept& kept = nullptr) {
  using Result = absl::StatusOr<v1::ExitJudgement>;
  if (!request.record()) {
    return registration.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Result {
      ASSIGN_OR_RETURN(const auto judged, judge(tx));
      return Describe(judged.decision);
    });
  }
  if (request.date() > TodayOf(call)) {
    return status::RefuseFields({{"date", "判定日期: 留存的判定不能晚于今天; 试算请不留存"}});
  }
  return rpc::Write<v1::ExitJudgement>(call, registration.write, request,
                                       [&](db::Tx& tx, rpc::Effects& effects) -> Result {
                                         ASSIGN_OR_RETURN(const auto judged, judge(tx));
                                         const auto record = policy::RecordDecision(tx, judged.decision, judged.inputs);
                                         effects.ActOn(judged.decision.subject_id, judged.decision.area);
                                         v1::ExitJudgement judgement = Describe(judged.decision);
                                         judgement.set_decision_id(record.decision_id());
                                         if (kept) kept(tx, record.decision_id());
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
  if (const auto recorded = store::LoadGuarantees(tx, id, year)) domain::AddRecorded(*recorded, &inputs);
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
  JudgedHousehold judged{NewDecisionFor(call, kHouseholdExit, area, DayOf(call, request)), {}};
  judged.decision.subject_id = request.household_id();
  ASSIGN_OR_RETURN(judged.inputs, GatherInputs(registration, tx, request, judged.decision.date));
  ASSIGN_OR_RETURN(const auto policies, ResolveHouseholdExit(registration, tx, area, judged.decision.date));
  Decide(policies, &judged);
  return judged;
}

// What the register counts in a village or county, and what the request adds. AREA_NOT_FOUND.
template <typename Request>
absl::StatusOr<JudgedArea> GatherArea(const rpc::Call& call, db::Tx& tx, const Request& request, const char* rule,
                                      absl::CivilDay date) {
  const int64_t area = AreaNumber(request.area());
  JudgedArea judged{NewDecisionFor(call, rule, area, date), {}};
  judged.decision.subject_id = SubjectOfArea(area);
  ASSIGN_OR_RETURN(const v1::RegisterStatistics counts, store::LoadStatistics(tx, area));
  v1::AreaExitInputs& inputs = judged.inputs;
  PutCounts(counts.total(), judged.decision.date, &inputs);
  inputs.set_area(request.area());
  inputs.set_rural_population(request.rural_population());
  *inputs.mutable_figures() = request.figures();
  *inputs.mutable_statements() = request.statements();
  return judged;
}

// The newest profile of the day's year or before adds what the request does not say. VILLAGE_PROFILE_MISSING if nobody
// says how many live there.
absl::Status AddProfile(db::Tx& tx, JudgedArea* judged) {
  const int64_t area = judged->decision.area;
  const auto profiles = store::LoadVillageProfiles(tx, {area}, static_cast<int>(judged->decision.date.year()));
  if (!profiles.empty()) domain::AddProfile(profiles.at(area), &judged->inputs);
  if (judged->inputs.rural_population() > 0) return absl::OkStatus();
  return Refuse(v1::VILLAGE_PROFILE_MISSING, {{"area", judged->inputs.area()}});
}

// A judgement for a procedure is kept, and its day is that of the start. INVALID_FIELD.
absl::Status CheckForProcedure(const v1::JudgeCountyExitRequest& request) {
  if (request.procedure_id().empty()) return absl::OkStatus();
  if (!request.record()) return status::RefuseFields({{"record", "留存判定: 为退出事项作的判定应留存"}});
  if (request.date().empty()) return absl::OkStatus();
  return status::RefuseFields({{"date", "判定日期: 为退出事项作的判定以发起之日为准, 请不要填写"}});
}

// The day that is judged for. For a procedure, which is locked, that of its start; only a reviewer of a level above the
// county judges for it, and only while it is above the county. COUNTY_JUDGEMENT_NOT_INDEPENDENT.
absl::StatusOr<absl::CivilDay> DayOfCounty(const rpc::Call& call, db::Tx& tx,
                                           const v1::JudgeCountyExitRequest& request) {
  if (request.procedure_id().empty()) return DayOf(call, request);
  const auto refuse = [&](const char* detail) {
    return Refuse(v1::COUNTY_JUDGEMENT_NOT_INDEPENDENT, {{"detail", detail}});
  };
  const auto stored = procedure::LockProcedure(tx, store::IdOf(request.procedure_id()));
  if (!stored || stored->procedure.kind() != kCountyExitKind || stored->procedure.area() != request.area() ||
      stored->procedure.state() != procedure::Procedure::RUNNING) {
    return refuse("没有该县正在办理的这一退出事项");
  }
  const auto& steps = stored->definition.steps();
  const auto step =
      std::find_if(steps.begin(), steps.end(), [&](const auto& one) { return one.key() == stored->procedure.step(); });
  if (step == steps.end() || step->level() >= procedure::v1::COUNTY) return refuse("事项还在县级办理");
  procedure::RoleList roles;
  roles.Add(options::v1::REVIEWER);
  const procedure::Actor actor{call.caller().subject, call.caller().grants};
  if (!procedure::FindRight(actor, roles, procedure::v1::CITY, /*or_above=*/true, AreaNumber(request.area()))) {
    return refuse("判定人不是市级以上的业务审核员");
  }
  return *standards::ParseDate(domain::DayOf(store::TimeOf(stored->procedure.start_time())));
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
    ASSIGN_OR_RETURN(JudgedArea judged, GatherArea(call, tx, request, kVillageExit, DayOf(call, request)));
    *judged.inputs.mutable_hamlets() = request.hamlets();
    RETURN_IF_ERROR(AddProfile(tx, &judged));
    RETURN_IF_ERROR(DecideVillage(registration_, tx, &judged));
    return judged;
  });
}

absl::StatusOr<v1::ExitJudgement> ExitRpc::JudgeCountyExit(rpc::Call& call, const v1::JudgeCountyExitRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  if (standards::LevelOf(area) != standards::kCountyLevel) {
    return status::RefuseFields({{"area", "县代码: 应为县级代码"}});
  }
  RETURN_IF_ERROR(domain::CheckCountyFigures(request.figures()));
  RETURN_IF_ERROR(CheckForProcedure(request));
  const auto judge = [&](db::Tx& tx) -> absl::StatusOr<JudgedArea> {
    ASSIGN_OR_RETURN(const absl::CivilDay day, DayOfCounty(call, tx, request));
    ASSIGN_OR_RETURN(JudgedArea judged, GatherArea(call, tx, request, kCountyExit, day));
    const store::PoorVillages villages = store::CountPoorVillages(tx, area);
    domain::AddVillagesOut(villages.exited, villages.total, &judged.inputs);
    RETURN_IF_ERROR(DecideCounty(registration_, tx, &judged));
    return judged;
  };
  return Answer(registration_, call, request, judge, [&](db::Tx& tx, const std::string& decision_id) {
    if (request.procedure_id().empty()) return;
    store::InsertCountyJudgement(tx, store::IdOf(request.procedure_id()), store::IdOf(decision_id));
  });
}

}  // namespace bangfu::registration
