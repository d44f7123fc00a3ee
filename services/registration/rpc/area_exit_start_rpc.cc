// ExitProcedureService: starting the exit of villages and counties.
#include <map>

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/domain/exit_inputs.h"
#include "services/registration/domain/poverty_area.h"
#include "services/registration/rpc/exit_start.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/exit_case_store.h"
#include "services/registration/store/poverty_area_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

const v1::PovertyArea* Find(const std::map<int64_t, v1::PovertyArea>& areas, int64_t code) {
  const auto found = areas.find(code);
  return found == areas.end() ? nullptr : &found->second;
}

// Every village of the list lies in the area and is on the list of the poor. AREA_NOT_A_VILLAGE is the fields'.
absl::Status CheckVillages(const v1::StartVillageExitRequest& request,
                           const std::map<int64_t, v1::PovertyArea>& poverty) {
  for (int i = 0; i < request.villages_size(); ++i) {
    const int64_t code = AreaNumber(request.villages(i));
    if (standards::LevelOf(code) != standards::kVillageLevel) {
      return status::RefuseFields({{absl::StrCat("villages[", i, "]"), "村代码: 应为 12 位村级代码"}});
    }
    if (!standards::IsWithin(code, AreaNumber(request.area()))) {
      return Refuse(v1::EXIT_OUTSIDE_AREA, {{"subject", request.villages(i)}, {"area", request.area()}});
    }
    RETURN_IF_ERROR(domain::CheckPoor(request.villages(i), Find(poverty, code)));
  }
  return absl::OkStatus();
}

// What the register counts in villages, in one statement for each township. AREA_NOT_FOUND.
absl::StatusOr<std::map<int64_t, v1::RegisterCounts>> CountVillages(db::Tx& tx, const std::vector<int64_t>& villages) {
  std::map<int64_t, v1::RegisterCounts> counts;
  for (int64_t village : villages) {
    const int64_t township = standards::ParentOf(village);
    if (counts.count(village) > 0) continue;
    ASSIGN_OR_RETURN(const v1::RegisterStatistics statistics, store::LoadStatistics(tx, township));
    for (const v1::RegisterCounts& part : statistics.parts()) counts[AreaNumber(part.area())] = part;
    counts.try_emplace(village);  // a village of which nobody is registered has no part
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::vector<JudgedArea>> ExitProcedureRpc::JudgeVillages(
    rpc::Call& call, db::Tx& tx, const v1::StartVillageExitRequest& request) const {
  const absl::CivilDay day = DayOfCall(call);
  std::vector<int64_t> codes;
  for (const std::string& village : request.villages()) codes.push_back(AreaNumber(village));
  const auto profiles = store::LoadVillageProfiles(tx, codes, static_cast<int>(day.year()));
  ASSIGN_OR_RETURN(const auto counts, CountVillages(tx, codes));
  std::vector<JudgedArea> judged;
  for (const std::string& village : request.villages()) {
    const int64_t code = AreaNumber(village);
    const auto profile = profiles.find(code);
    if (profile == profiles.end()) return Refuse(v1::VILLAGE_PROFILE_MISSING, {{"area", village}});
    JudgedArea one{NewDecisionFor(call, kVillageExit, code, day), {}};
    one.decision.subject_id = SubjectOfArea(code);
    one.inputs.set_area(village);
    PutCounts(counts.at(code), day, &one.inputs);
    domain::AddProfile(profile->second, &one.inputs);
    RETURN_IF_ERROR(DecideVillage(registration_, tx, &one));
    judged.push_back(std::move(one));
  }
  return judged;
}

absl::StatusOr<v1::ExitStart> ExitProcedureRpc::StartVillageExit(rpc::Call& call,
                                                                 const v1::StartVillageExitRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  std::vector<int64_t> codes;
  for (const std::string& village : request.villages()) codes.push_back(AreaNumber(village));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::ExitStart> {
    RETURN_IF_ERROR(CheckVillages(request, store::LockPovertyAreas(tx, codes)));
    ASSIGN_OR_RETURN(const auto judged, JudgeVillages(call, tx, request));
    std::vector<status::FieldError> faults;
    for (size_t i = 0; i < judged.size(); ++i) {
      const auto& outcome = judged[i].decision.outcome;
      if (outcome.verdict() == "PASS") continue;
      faults.push_back({absl::StrCat("villages[", i, "]"),
                        absl::StrCat(judged[i].inputs.area(), " ", outcome.label(), " (", UnmetText(outcome), ")")});
    }
    RETURN_IF_ERROR(RefuseUnpassed(faults));
    const std::vector<std::string> villages(request.villages().begin(), request.villages().end());
    return Begin(call, tx, effects, kVillageExitKind, area, villages, judged);
  };
  return rpc::Write<v1::ExitStart>(call, registration_.write, request, write);
}

absl::StatusOr<JudgedArea> ExitProcedureRpc::JudgeCounty(rpc::Call& call, db::Tx& tx,
                                                         const v1::StartCountyExitRequest& request) const {
  const int64_t area = AreaNumber(request.area());
  JudgedArea judged{NewDecisionFor(call, kCountyExit, area, DayOfCall(call)), {}};
  judged.decision.subject_id = SubjectOfArea(area);
  ASSIGN_OR_RETURN(const v1::RegisterStatistics counts, store::LoadStatistics(tx, area));
  PutCounts(counts.total(), judged.decision.date, &judged.inputs);
  judged.inputs.set_area(request.area());
  judged.inputs.set_rural_population(request.rural_population());
  *judged.inputs.mutable_figures() = request.figures();
  *judged.inputs.mutable_statements() = request.statements();
  const store::PoorVillages villages = store::CountPoorVillages(tx, area);
  domain::AddVillagesOut(villages.exited, villages.total, &judged.inputs);
  RETURN_IF_ERROR(DecideCounty(registration_, tx, &judged));
  return judged;
}

absl::StatusOr<v1::ExitStart> ExitProcedureRpc::StartCountyExit(rpc::Call& call,
                                                                const v1::StartCountyExitRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  if (standards::LevelOf(area) != standards::kCountyLevel) {
    return status::RefuseFields({{"area", "县代码: 应为县级代码"}});
  }
  RETURN_IF_ERROR(domain::CheckCountyFigures(request.figures()));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::ExitStart> {
    RETURN_IF_ERROR(domain::CheckPoor(request.area(), Find(store::LockPovertyAreas(tx, {area}), area)));
    ASSIGN_OR_RETURN(const JudgedArea judged, JudgeCounty(call, tx, request));
    const auto& outcome = judged.decision.outcome;
    if (outcome.verdict() == "FAIL") {
      RETURN_IF_ERROR(RefuseUnpassed({{"area", absl::StrCat(request.area(), " ", UnmetText(outcome))}}));
    }
    ASSIGN_OR_RETURN(v1::ExitStart start,
                     Begin<v1::AreaExitInputs>(call, tx, effects, kCountyExitKind, area, {request.area()}, {judged}));
    store::InsertCountyJudgement(tx, store::IdOf(start.procedure().procedure_id()),
                                 store::IdOf(start.judgements(0).decision_id()));
    return start;
  };
  return rpc::Write<v1::ExitStart>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
