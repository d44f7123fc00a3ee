// What the three ledgers (三本账) say of a household, with what is missing marked. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_LEDGER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_LEDGER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/wall_chart.pb.h"

namespace bangfu::registration::domain {

// The Chinese label of a code in a dictionary.
using LabelOfCode = std::function<std::string(const std::string& dictionary, const std::string& code)>;

// What is known of a household beside its own record.
struct LedgerFacts {
  // Collection year and net income per head in fen, oldest first.
  std::vector<std::pair<int32_t, int64_t>> incomes;
  // Year and households that are to leave poverty, as planned for the village.
  std::vector<std::pair<int32_t, int64_t>> village_targets;
};

v1::LedgerEntry MakeLedgerEntry(v1::LedgerEntry::Ledger ledger, const v1::Household& household,
                                const LedgerFacts& facts, const LabelOfCode& label);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_LEDGER_H_
