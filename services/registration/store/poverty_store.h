// Incomes of a year held against lines, and incomes of households for ledgers.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/poverty_measure.h"

namespace bangfu::registration::store {

// Sums over the registered households of areas that have an income report of the year; each area with its line. Areas
// do not overlap.
std::map<int64_t, domain::PovertySums> SumPoverty(db::Tx& tx, const std::vector<domain::LineOfArea>& lines,
                                                  int32_t year);

// Net income per head by year, oldest first, of households; those without reports are left out.
struct YearlyIncome {
  int32_t year = 0;
  int64_t net_per_capita_fen = 0;
};
std::map<std::string, std::vector<YearlyIncome>> LoadIncomesPerHead(db::Tx& tx,
                                                                    absl::Span<const ids::RecordId> households);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_POVERTY_STORE_H_
