// Policies of comparison (数据比对): for which purposes lists may be used, and what in them is worth a look.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCHING_POLICY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCHING_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/match_hit.pb.h"
#include "bangfu/registration/v1/matching_policy.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Codes are capitals and unique, kinds stand once, and every rule has a basis.
std::vector<status::FieldError> CheckMatchingPurposes(const v1::MatchingPurposes& purposes);

// One rule a kind; ages in order; a rule of absence says nothing of items and values, since there are none.
std::vector<status::FieldError> CheckMatchingRules(const v1::MatchingRules& rules);

// The purpose, if it may use lists of the kind. MATCH_PURPOSE_UNKNOWN.
absl::StatusOr<v1::MatchingPurpose> FindPurpose(const v1::MatchingPurposes& purposes, const std::string& code,
                                                v1::MatchList::Kind kind);

// MATCH_RULE_MISSING.
absl::StatusOr<v1::MatchingRule> FindRule(const v1::MatchingRules& rules, v1::MatchList::Kind kind);

// Whether a person born then is of the age that the rule looks for. Who has no birth date is.
bool IsOfAge(const v1::MatchingRule& rule, absl::string_view birth_date, absl::string_view as_of);

// What a rule makes of a person.
struct MatchVerdict {
  int band = 0;  // from 1
  v1::MatchingBand::Severity severity = v1::MatchingBand::SEVERITY_UNSPECIFIED;
  bool veto = false;
};

// The weightiest band that one of the facts falls into: those with a veto first, then by severity, then in their order.
// For a rule of absence `facts` are empty. Nothing if no band fits.
std::optional<MatchVerdict> JudgeMatch(const v1::MatchingRule& rule, const std::vector<v1::MatchFact>& facts);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCHING_POLICY_H_
