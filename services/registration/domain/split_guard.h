// Against splitting and joining households to become eligible (防止拆户并户套取政策). Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_SPLIT_GUARD_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_SPLIT_GUARD_H_

#include <string>
#include <vector>

#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/split_guard.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Campaigns end behind their beginning and do not overlap. Paths are relative to the guard.
std::vector<status::FieldError> CheckSplitGuard(const v1::SplitGuard& guard);

// The campaign whose guard the day falls into: its own days and the months before; null if none.
const v1::SplitGuard::Campaign* CampaignNear(const v1::SplitGuard& guard, const std::string& date);

// Verdict of what nothing stands in the way of.
inline constexpr char kSplitFree[] = "FREE";

// Replayable as SPLIT_GUARD. FREE where no campaign is near or the reason is allowed; else WARNED or REFUSED, as the
// guard says.
policy::v1::RuleOutcome JudgeSplit(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard);

// What follows from the outcome. SPLIT_WARNED if the warning was not acknowledged, SPLIT_REFUSED, MOVE_IN_REFUSED.
absl::Status CheckGuarded(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard,
                          const policy::v1::RuleOutcome& outcome);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_SPLIT_GUARD_H_
