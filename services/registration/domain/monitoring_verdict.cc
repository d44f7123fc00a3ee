#include "services/registration/domain/monitoring_verdict.h"

#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/income.h"

namespace bangfu::registration::domain {

void TellReason(const std::string& code, const std::string& label, const Finding& finding, const std::string& asked,
                RuleOutcome* outcome) {
  const char* const states[] = {"_HELD", "_FAILED", "_UNKNOWN"};
  auto& reason = *outcome->add_reasons();
  reason.set_code(absl::StrCat(code, states[finding.state]));
  reason.set_label(label);
  reason.set_met(finding.state == Finding::kHeld);
  reason.set_found(finding.text);
  reason.set_asked(asked);
}

int64_t NetFen(const v1::CheckedMoney& money) {
  return money.wage_fen() + money.production_fen() + money.property_fen() + money.transfer_fen() -
         money.production_expense_fen();
}

int64_t IncomePerCapitaFen(const v1::CheckedMoney& money, int32_t member_count, bool expense_deducted) {
  return PerHead(NetFen(money) - (expense_deducted ? money.compliant_expense_fen() : 0), member_count);
}

std::string YuanPerCapita(int64_t fen) { return absl::StrCat(standards::FormatHundredths(fen), " 元/人·年"); }

}  // namespace bangfu::registration::domain
