// Two worries and three guarantees (两不愁三保障), and the income that follows from them. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_GUARANTEE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_GUARANTEE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/exit_inputs.pb.h"
#include "bangfu/registration/v1/guarantee.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Each item is there once, and all are conditions of households other than income. INVALID_FIELD by the request's
// fields.
absl::Status CheckGuarantees(const v1::GuaranteeRecord& record);

// Says of each item who recorded it and when: `account` at `time`, unless it is as it was in `before`.
void NameRecorders(const std::optional<v1::GuaranteeRecord>& before, const std::string& account,
                   const google::protobuf::Timestamp& time, v1::GuaranteeRecord* record);

// The bit that stands for an item among those that are lacking.
inline int32_t GapBit(v1::ExitCondition::Item item) { return 1 << item; }
int32_t GapsOf(const v1::GuaranteeRecord& record);

// Adds what was recorded to what was stated: of one condition, what is stated there already wins.
void AddRecorded(const v1::GuaranteeRecord& record, v1::HouseholdExitInputs* inputs);

// Each item once, and the ages in order. Paths are relative to the policy.
std::vector<status::FieldError> CheckLivingNeeds(const v1::LivingNeeds& needs);

// What is known of a household whose `members` are present, on the day `date` (YYYY-MM-DD).
v1::NeedsInputs DescribeForNeeds(const std::vector<v1::Member>& members, const std::optional<v1::Income>& income,
                                 const std::optional<v1::GuaranteeRecord>& record, int year, const std::string& date);

// Replayable as INCOME_BY_NEEDS. What is met must have been paid: its sum is the least that the household had. Declared
// income below it, or income that would pay for everything while something is lacking, disagrees. The reasons are the
// items in the policy's order, then the declared income.
policy::v1::RuleOutcome JudgeIncomeByNeeds(const v1::NeedsInputs& inputs, const v1::LivingNeeds& needs);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_GUARANTEE_H_
