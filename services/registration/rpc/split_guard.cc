#include "services/registration/rpc/split_guard.h"

#include "common/policy/book.h"
#include "common/policy/decision_store.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/split_guard.h"
#include "services/registration/rpc/policies.h"

namespace bangfu::registration {
namespace {

// The guard of the area on the day of the call; one without campaigns where none applies.
policy::Applied<v1::SplitGuard> GuardOf(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                                        int64_t area) {
  if (registration.policies == nullptr) return {};
  auto guard =
      policy::Resolve<v1::SplitGuard>(*registration.policies->Open(tx), area, *standards::ParseDate(TodayOf(call)));
  return guard.ok() ? *std::move(guard) : policy::Applied<v1::SplitGuard>{};
}

// Decides, and keeps the decision if it says more than that nothing stands in the way, or if it is asked for.
absl::Status Guard(const Registration& registration, const rpc::Call& call, db::Tx& tx, const v1::Household& household,
                   const v1::SplitGuardInputs& inputs, bool always_kept) {
  const int64_t area = AreaNumber(household.area());
  const auto guard = GuardOf(registration, call, tx, area);
  policy::NewDecision decision;
  decision.subject_id = household.household_id();
  decision.area = area;
  decision.date = *standards::ParseDate(inputs.date());
  decision.rule = kSplitGuard;
  if (!guard.ref.policy_id().empty()) decision.policies = {guard.ref};
  decision.outcome = domain::JudgeSplit(inputs, guard.message);
  decision.decider = call.caller().subject;
  decision.time = call.now();
  RETURN_IF_ERROR(domain::CheckGuarded(inputs, guard.message, decision.outcome));
  if (always_kept || decision.outcome.verdict() != domain::kSplitFree) policy::RecordDecision(tx, decision, inputs);
  return absl::OkStatus();
}

}  // namespace

absl::Status GuardSplit(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                        const v1::Household& household, const v1::SplitHouseholdRequest& request,
                        const std::string& founded_household_id) {
  v1::SplitGuardInputs inputs;
  inputs.set_date(TodayOf(call));
  inputs.set_split_reason(request.reason());
  *inputs.mutable_evidence() = request.evidence();
  inputs.set_member_count(household.member_count());
  inputs.set_moved_count(request.members_size());
  inputs.set_acknowledged(request.acknowledge_warning());
  inputs.set_founded_household_id(founded_household_id);
  return Guard(registration, call, tx, household, inputs, /*always_kept=*/true);
}

absl::Status GuardMoveIn(const Registration& registration, const rpc::Call& call, db::Tx& tx,
                         const domain::Family& before, const domain::Family& after) {
  v1::SplitGuardInputs inputs;
  inputs.set_date(TodayOf(call));
  inputs.set_member_count(before.household.member_count());
  for (const v1::Member& member : after.members) {
    if (domain::FindMember(before, member.member_id()) != nullptr) continue;
    inputs.set_join_reason(member.join_reason());
    inputs.set_moved_count(inputs.moved_count() + 1);
  }
  return Guard(registration, call, tx, before.household, inputs, /*always_kept=*/false);
}

}  // namespace bangfu::registration
