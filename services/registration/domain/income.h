// The computation of a household's net income.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_INCOME_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_INCOME_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/yearly_report.pb.h"

namespace bangfu::registration::domain {

// net-2016-1: net = wage + production + property + transfer − production expense; per head by registered members.
inline constexpr absl::string_view kNetIncomeRule = "net-2016-1";

// Sum of the six parts of transfer income, in fen.
int64_t TransferParts(const v1::Income& income);

// Fen per head, rounded half up: −0.5 fen becomes 0. `member_count` is at least 1.
int64_t PerHead(int64_t net_fen, int32_t member_count);

// Fills transfer income from its parts if it is 0, then net income, income per head and the version of the rule.
// INCOME_PARTS_DISAGREE {difference_yuan: sum − parts} if transfer income is given and is not the sum of its parts.
absl::StatusOr<v1::Income> ComputeNet(v1::Income income, int32_t member_count);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_INCOME_H_
