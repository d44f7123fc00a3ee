// Whether a household may leave. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_HOUSEHOLD_EXIT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_HOUSEHOLD_EXIT_H_

#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/poverty_line.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "services/registration/domain/exit_verdict.h"

namespace bangfu::registration::domain {

// What the register knows of a household whose `members` are present, on the day `date` (YYYY-MM-DD): the reports are
// those of `year`, nothing where none was made. Names and numbers of persons and their health stay out.
v1::HouseholdExitInputs DescribeForExit(const std::vector<v1::Member>& members, const std::optional<v1::Income>& income,
                                        const std::optional<v1::LivingCondition>& living, int year,
                                        const std::string& date);

// What the register says of a condition; nothing of things that it does not keep. Of the rules only the school age
// counts.
std::optional<Finding> RegisteredFinding(v1::ExitCondition::Item item, const v1::HouseholdExitInputs& inputs,
                                         const v1::HouseholdExitRules& rules);

// Replayable as HOUSEHOLD_EXIT. The reasons are the rule's conditions in their order, then the household's acceptance
// and the working group's recognition if they are asked for.
RuleOutcome JudgeHouseholdExit(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules,
                               const v1::PovertyLine& line);

// The same as if the household accepted and the working group recognised it: what can be known before they are asked.
RuleOutcome JudgeBeforeConsent(v1::HouseholdExitInputs inputs, const v1::HouseholdExitRules& rules,
                               const v1::PovertyLine& line);

// Whether one of those that the rules ask has not said anything, or has said no.
enum class Consent { kGiven, kMissing, kRefused };
Consent ConsentIn(const v1::HouseholdExitInputs& inputs, const v1::HouseholdExitRules& rules);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_HOUSEHOLD_EXIT_H_
