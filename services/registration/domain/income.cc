#include "services/registration/domain/income.h"

#include <string>

#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/hundredths.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

int64_t TransferParts(const v1::Income& income) {
  return income.family_planning_fen() + income.subsistence_fen() + income.extreme_poverty_fen() + income.pension_fen() +
         income.ecological_fen() + income.other_transfer_fen();
}

int64_t PerHead(int64_t net_fen, int32_t member_count) {
  const int64_t doubled = 2 * net_fen + member_count;
  const int64_t divisor = 2 * static_cast<int64_t>(member_count);
  // Division truncates towards zero; rounding half up wants the floor.
  return doubled / divisor - (doubled % divisor < 0 ? 1 : 0);
}

absl::StatusOr<v1::Income> ComputeNet(v1::Income income, int32_t member_count) {
  const int64_t parts = TransferParts(income);
  if (income.transfer_fen() == 0) income.set_transfer_fen(parts);
  if (income.transfer_fen() != parts) {
    return status::Refuse(v1::INCOME_PARTS_DISAGREE,
                          {{"difference_yuan", standards::FormatHundredths(income.transfer_fen() - parts)}});
  }
  income.set_net_fen(income.wage_fen() + income.production_fen() + income.property_fen() + income.transfer_fen() -
                     income.expense_fen());
  income.set_net_per_capita_fen(PerHead(income.net_fen(), member_count));
  income.set_member_count(member_count);
  income.set_rule_version(std::string(kNetIncomeRule));
  return income;
}

}  // namespace bangfu::registration::domain
