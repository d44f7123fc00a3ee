// How the rules of exit come to a verdict: each thing that is asked holds, fails or is unknown.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_VERDICT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_VERDICT_H_

#include <optional>
#include <string>

#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "bangfu/registration/v1/exit_rules.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace bangfu::registration::domain {

using policy::v1::RuleOutcome;

// What was found of one thing, and the words for it.
struct Finding {
  enum State { kHeld, kFailed, kUnknown };
  State state = kUnknown;
  std::string text;
};

// Collects findings in the order in which they are to be shown.
class ExitVerdict {
 public:
  // Without it there is no exit. `code` is a name in capitals, to which the state is added.
  void Require(const std::string& code, const std::string& label, const Finding& finding, const std::string& asked);

  // A condition with a veto is required; of the others, enough must hold.
  void Add(const v1::ExitCondition& condition, const Finding& finding, const std::string& asked = "具备");

  // PASS; FAIL if something required fails or too few others can hold; else INCOMPLETE. Of the conditions without veto
  // `least_held` must hold, all if it is 0.
  RuleOutcome Conclude(int least_held);

 private:
  void Tell(const std::string& code, const std::string& label, const Finding& finding, const std::string& asked);

  RuleOutcome outcome_;
  bool required_failed_ = false;
  bool required_unknown_ = false;
  int others_ = 0;
  int others_held_ = 0;
  int others_unknown_ = 0;
};

// Puts together what the register says of a condition (nothing if it does not know of such things) and what was stated:
// one that fails decides, and so does evidence that is asked for and missing.
Finding Combine(const v1::ExitCondition& condition, const std::optional<Finding>& registered,
                const google::protobuf::RepeatedPtrField<v1::ExitStatement>& statements);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXIT_VERDICT_H_
