// How the rules of monitoring tell what they found: each thing that is asked holds, fails or is unknown.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_VERDICT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_VERDICT_H_

#include <string>

#include "bangfu/policy/v1/decision.pb.h"
#include "bangfu/registration/v1/monitoring_inputs.pb.h"
#include "services/registration/domain/exit_verdict.h"

namespace bangfu::registration::domain {

// Verdicts of both rules.
inline constexpr char kPass[] = "PASS";
inline constexpr char kFail[] = "FAIL";
inline constexpr char kIncomplete[] = "INCOMPLETE";

// Adds a reason; the state is added to `code`, a name in capitals.
void TellReason(const std::string& code, const std::string& label, const Finding& finding, const std::string& asked,
                RuleOutcome* outcome);

// Net income in the months that count: production expense is off, compliant expense is not.
int64_t NetFen(const v1::CheckedMoney& money);

// Per person and in yuan, as the rules hold it against the line; compliant expense is taken off if they say so.
int64_t IncomePerCapitaFen(const v1::CheckedMoney& money, int32_t member_count, bool expense_deducted);

// 4000.00 元/人·年
std::string YuanPerCapita(int64_t fen);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MONITORING_VERDICT_H_
