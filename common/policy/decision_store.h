// Rows of decisions: written with their effect, never changed.
#ifndef BANGFU_COMMON_POLICY_DECISION_STORE_H_
#define BANGFU_COMMON_POLICY_DECISION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/policy/v1/decision.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "google/protobuf/message.h"

namespace bangfu::policy {

using v1::DecisionRecord;

struct NewDecision {
  std::string subject_id;               // record that it is about
  int64_t area = 0;                     // of the record
  absl::CivilDay date;                  // decided for
  std::string rule;                     // as registered in Rules
  std::vector<v1::PolicyRef> policies;  // in the order of the rule's parameters
  v1::RuleOutcome outcome;
  std::string decider;  // caller's subject
  absl::Time time;
};

// Keeps a decision together with everything that the rule knew, in the transaction of its effect. Aborts if `inputs`
// can hold sealed fields or health details, for they are kept in clear and nothing in them is masked: whoever designs
// the inputs of a rule leaves identity numbers, phones and accounts out, and gives what follows from health (the
// medical guarantee is met) instead of the detail.
DecisionRecord RecordDecision(db::Tx& tx, const NewDecision& decision, const google::protobuf::Message& inputs);

// The same for many, whose inputs are of one type, in one statement for each county; the records are in their order.
std::vector<DecisionRecord> RecordDecisions(db::Tx& tx, const std::vector<NewDecision>& decisions,
                                            const std::vector<const google::protobuf::Message*>& inputs);

struct LoadedDecision {
  DecisionRecord decision;
  int64_t area = 0;
};
std::optional<LoadedDecision> LoadDecision(db::Tx& tx, const ids::RecordId& id);

// Decisions about a record, newest first, with an id below `before` (0 for the first page); of any rule if it is empty.
std::vector<LoadedDecision> ListDecisions(db::Tx& tx, const ids::RecordId& subject, const std::string& rule,
                                          int64_t before, int limit);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_DECISION_STORE_H_
