// Judges a recorded decision again, by its own documents or by others. Pure.
#ifndef BANGFU_COMMON_POLICY_REPLAY_H_
#define BANGFU_COMMON_POLICY_REPLAY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/policy/v1/policy_service.pb.h"
#include "common/policy/book.h"
#include "common/policy/rules.h"

namespace bangfu::policy {

// By which documents.
struct ReplayChoice {
  // Those that apply on this day as known at this time; the decision's own if absent.
  std::optional<absl::CivilDay> date;
  std::optional<absl::Time> as_known_at;
  // Then these instead of those of the same kinds.
  std::vector<std::string> policy_ids;
};

// RULE_UNKNOWN, NO_POLICY_APPLIES, REPLAY_POLICY_UNUSED, POLICY_NOT_FOUND.
absl::StatusOr<v1::ReplayDecisionResponse> Replay(const Rules& rules, const Book& book, const DecisionRecord& decision,
                                                  const ReplayChoice& choice);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_REPLAY_H_
