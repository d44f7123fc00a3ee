// The entry test, what comes of a decision about a household's place on the register, and the rules of both. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_ENTRY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_ENTRY_H_

#include <string>
#include <vector>

#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/entry_rules.pb.h"
#include "bangfu/registration/v1/identification.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "bangfu/registration/v1/scoring.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/family.h"

namespace bangfu::registration::domain {

// What the annotations cannot say. The check of the policy kind.
std::vector<status::FieldError> CheckEntryRules(const v1::EntryRules& rules);

// What was found that excludes: each once, with the paper that is asked for, and known to the rubric or the rules.
std::vector<status::FieldError> CheckExclusions(
    const google::protobuf::RepeatedPtrField<v1::ExclusionFinding>& exclusions, const v1::ScoringRubric& rubric,
    const v1::EntryRules& rules, const std::string& path);

// Replayable as HOUSEHOLD_ENTRY: PASS if the income is below the line or a guarantee is not met, and nothing excludes;
// FAIL if something excludes, or if the income is known to reach the line and all guarantees to be met; else
// INCOMPLETE.
policy::v1::RuleOutcome JudgeEntry(const v1::EntryInputs& inputs, const v1::EntryRules& rules,
                                   const v1::PovertyLine& line);

// The family of an ordinary household that has been identified, as its application says, on that day.
Family Identified(const Family& family, const v1::IdentificationApplication& application, const std::string& day);

// The family of a registered household that has been removed: ordinary, and no buffer runs.
Family Removed(const Family& family);

// The family of one that was out of poverty and fell back for that cause, on that day.
Family Returned(const Family& family, const std::string& main_cause, const std::string& day);

// On the register and ordinary; on the register and registered; the latter and out of poverty.
bool CanBeIdentified(const v1::Household& household);
bool CanBeRemoved(const v1::Household& household);
bool CanReturn(const v1::Household& household);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_ENTRY_H_
