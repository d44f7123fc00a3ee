#include "services/registration/rpc/area_reform_rpc.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/operations/operation_store.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area.h"
#include "services/registration/domain/area_reform.h"
#include "services/registration/rpc/area_reform_run.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;
using store::AreaReformRecord;

namespace {

// The successors that households are moved to can take them. AREA_ENDED, AREA_OUT_OF_SCOPE.
absl::Status CheckTargets(rpc::Call& call, const std::map<int64_t, v1::Area>& known,
                          const std::set<std::string>& targets) {
  for (const std::string& target : targets) {
    RETURN_IF_ERROR(call.Authorise(AreaNumber(target)));
    const auto found = known.find(AreaNumber(target));
    std::optional<v1::Area> area;
    if (found != known.end()) area = found->second;
    RETURN_IF_ERROR(domain::CheckVillage(target, area, TodayOf(call)));
  }
  return absl::OkStatus();
}

using Named = std::vector<std::pair<ids::RecordId, int64_t>>;

// INVALID_FIELD with those that are not in the village.
absl::StatusOr<Named> NamedIn(db::Tx& tx, int64_t area, const v1::StartAreaReformRequest& request) {
  Named named;
  std::vector<ids::RecordId> ids;
  for (const v1::ReformAssignment& assignment : request.assignments()) {
    for (const std::string& id : assignment.household_ids()) {
      ids.push_back(store::IdOf(id));
      named.emplace_back(ids.back(), AreaNumber(assignment.to_area()));
    }
  }
  const std::set<int64_t> there = store::HouseholdsIn(tx, area, ids);
  std::vector<status::FieldError> faults;
  size_t next = 0;
  for (int i = 0; i < request.assignments_size(); ++i) {
    for (int j = 0; j < request.assignments(i).household_ids_size(); ++j) {
      if (there.contains(ids[next++].number)) continue;
      faults.push_back({absl::StrCat("assignments[", i, "].household_ids[", j, "]"), "户标识: 该户不在原村, 或已归档"});
    }
  }
  if (!faults.empty()) return status::RefuseFields(faults);
  return named;
}

}  // namespace

absl::StatusOr<v1::AreaReform> AreaReformRpc::StartAreaReform(rpc::Call& call,
                                                              const v1::StartAreaReformRequest& request) {
  const int64_t code = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(code));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::AreaReform> {
    const auto known = store::LoadAreasForUpdate(tx, {code});
    const auto area = known.find(code);
    if (area == known.end()) return Refuse(v1::AREA_NOT_FOUND, {{"area", request.area()}});
    ASSIGN_OR_RETURN(const std::string rest_to, domain::PlanReform(area->second, request, TodayOf(call)));
    std::set<std::string> targets;
    if (!rest_to.empty()) targets.insert(rest_to);
    for (const auto& assignment : request.assignments()) targets.insert(assignment.to_area());
    RETURN_IF_ERROR(CheckTargets(call, known, targets));
    if (store::HasReformAtWork(tx, code)) return Refuse(v1::AREA_REFORM_AT_WORK);
    ASSIGN_OR_RETURN(const auto named, NamedIn(tx, code, request));
    AreaReformRecord reform{*ids::ParseRecordId(NewIdIn(request.area())), code};
    if (!rest_to.empty()) reform.rest_to = AreaNumber(rest_to);
    reform.state = v1::AreaReform::MOVING;
    reform.requester = call.caller().subject;
    reform.create_time = call.now();
    store::InsertReform(tx, reform, named);
    operations::Insert(tx, {reform.id, kAreaReformKind, code, reform.requester, kMoveStep});
    operations::Requeue(tx, reform.id, kMoveStep, {call.caller().session, call.trace()});
    effects.ActOn(reform.id.ToString(), code);
    return store::DescribeReform(tx, reform);
  };
  auto started = rpc::Write<v1::AreaReform>(call, registration_.write, request, write);
  if (started.ok()) wake_();
  return started;
}

absl::StatusOr<AreaReformRecord> AreaReformRpc::Find(rpc::Call& call, const std::string& reform_id,
                                                     std::optional<AreaReformRecord> reform) const {
  if (!reform) return call.Missing(reform_id, Refuse(v1::AREA_REFORM_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(reform->area));
  return *std::move(reform);
}

absl::StatusOr<v1::AreaReform> AreaReformRpc::GetAreaReform(rpc::Call& call, const v1::GetAreaReformRequest& request) {
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::AreaReform> {
    const ids::RecordId id = store::IdOf(request.reform_id());
    ASSIGN_OR_RETURN(const auto reform, Find(call, request.reform_id(), store::LoadReform(tx, id)));
    return store::DescribeReform(tx, reform);
  });
}

absl::StatusOr<v1::AreaReform> AreaReformRpc::UndoAreaReform(rpc::Call& call,
                                                             const v1::UndoAreaReformRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::AreaReform> {
    const ids::RecordId id = store::IdOf(request.reform_id());
    ASSIGN_OR_RETURN(auto reform, Find(call, request.reform_id(), store::LoadReformForUpdate(tx, id)));
    // No other reform of the village, and none of its restorations, comes in between.
    store::LoadAreasForUpdate(tx, {reform.area});
    if (store::HasReformAtWork(tx, reform.area)) return Refuse(v1::AREA_REFORM_AT_WORK);
    const v1::AreaReform shown = store::DescribeReform(tx, reform);
    if (reform.state != v1::AreaReform::MOVED || shown.changed_count() > 0) {
      return Refuse(v1::AREA_REFORM_NOT_UNDOABLE, {{"changed_count", absl::StrCat(shown.changed_count())}});
    }
    reform.state = v1::AreaReform::UNDOING;
    store::SetReformState(tx, id, reform.state);
    operations::Requeue(tx, id, kMoveBackStep, {call.caller().session, call.trace()});
    effects.ActOn(request.reform_id(), reform.area);
    effects.record().set_purpose(request.reason());
    return store::DescribeReform(tx, reform);
  };
  auto started = rpc::Write<v1::AreaReform>(call, registration_.write, request, write);
  if (started.ok()) wake_();
  return started;
}

}  // namespace bangfu::registration
