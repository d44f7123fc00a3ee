// A pack of rules ready to judge households: the policy document with the functions that it puts to work.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_PACK_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_PACK_H_

#include <string>
#include <vector>

#include "common/status/refusal.h"
#include "services/registration/domain/quality_case.h"
#include "services/registration/domain/quality_catalogue.h"

namespace bangfu::registration::domain {

// Nothing is on twice, what a rule needs is given, bounds are in order, and what counts in scores has a weight. Paths
// are relative to the rules.
std::vector<status::FieldError> CheckQualityRules(const v1::QualityRules& rules);

// Immutable, thread-safe.
class QualityPack {
 public:
  explicit QualityPack(v1::QualityRules rules);

  const v1::QualityRules& rules() const { return rules_; }

  // The rule as the pack has it; null if it is off.
  const v1::QualityRule* Find(v1::QualityRule::Code code) const;

  // The numbers of the rules that are on, in order.
  const std::vector<int>& codes() const { return codes_; }

  // What to do about findings of a rule that is on.
  std::string FixOf(const v1::QualityRule& rule) const;

  // Everything that the rules find, in order of their numbers.
  std::vector<QualityFinding> Judge(const QualityCase& judged) const;

 private:
  v1::QualityRules rules_;
  std::vector<int> codes_;
  std::vector<const QualityCheck*> checks_;  // of the rules that are on and look at one household
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_QUALITY_PACK_H_
