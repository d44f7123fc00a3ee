// Rules that can be replayed: plain functions of inputs and policies, known by name.
//
//   v1::RuleOutcome JudgeExit(const v1::ExitInputs&, const v1::ExitRules&, const v1::PovertyLine&);
//   rules.Add("HOUSEHOLD_EXIT", domain::JudgeExit);
//
// The kinds of policy that a rule takes are those of its parameters, in their order.
#ifndef BANGFU_COMMON_POLICY_RULES_H_
#define BANGFU_COMMON_POLICY_RULES_H_

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/policy/v1/decision.pb.h"
#include "common/policy/kind.h"
#include "google/protobuf/message.h"

namespace bangfu::policy {

using v1::DecisionRecord;
using v1::RuleOutcome;

// Filled before the service starts; thread-safe from then on.
class Rules {
 public:
  struct Entry {
    const google::protobuf::Descriptor* inputs = nullptr;
    std::vector<std::string> kinds;
    // `policies` are of `kinds`, in their order.
    std::function<RuleOutcome(const google::protobuf::Message& inputs, const std::vector<Body>& policies)> judge;
  };

  // Aborts if the name is taken.
  template <typename Inputs, typename... Policies>
  Rules& Add(const std::string& name, RuleOutcome (*judge)(const Inputs&, const Policies&...)) {
    Entry entry;
    entry.inputs = Inputs::descriptor();
    entry.kinds = {KindOf(*Policies::descriptor()).name()...};
    entry.judge = [judge](const google::protobuf::Message& inputs, const std::vector<Body>& policies) {
      return Call(judge, inputs, policies, std::index_sequence_for<Policies...>());
    };
    if (!entries_.emplace(name, std::move(entry)).second) std::abort();  // a fault of the program's source
    return *this;
  }

  // Null if there is no such rule.
  const Entry* Find(const std::string& name) const {
    auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }

 private:
  template <typename Inputs, typename... Policies, size_t... I>
  static RuleOutcome Call(RuleOutcome (*judge)(const Inputs&, const Policies&...),
                          const google::protobuf::Message& inputs, const std::vector<Body>& policies,
                          std::index_sequence<I...>) {
    return judge(static_cast<const Inputs&>(inputs), static_cast<const Policies&>(*policies[I])...);
  }

  std::map<std::string, Entry> entries_;
};

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_RULES_H_
