// Published figures against each other and against the register.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_PUBLISHED_FIGURES_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_PUBLISHED_FIGURES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/population.pb.h"
#include "bangfu/registration/v1/published_figure_service.pb.h"

namespace bangfu::registration::domain {

// 户, 人 or %.
const char* UnitOf(v1::PublishedFigure::Measure measure);

// A flow has a period and a stock has none; no day lies behind today; rates do not flow. INVALID_FIELD,
// PERIOD_REVERSED.
absl::Status CheckFigure(const v1::PublishedFigure& figure, const std::string& today);

// The figures by fact, in the order of measure and days; the newest source first.
std::vector<v1::PublishedFact> FactsOf(std::vector<v1::PublishedFigure> figures);

// Of the register's flow of an area the figure of the same fact, in hundredths: of a stock that at the end of the flow.
// Nothing for rates. What a measure sums over several statuses does not change by moving between them.
std::optional<int64_t> RegisterFigure(const v1::PopulationFlow& flow, v1::PublishedFigure::Measure measure,
                                      v1::PublishedFigure::Movement movement);

// Of figures of one measure. PUBLISHED_STOCK_MISSING.
absl::StatusOr<v1::PublishedBalance> BalanceOf(const std::vector<v1::PublishedFigure>& figures,
                                               const std::string& from_date, const std::string& to_date);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_PUBLISHED_FIGURES_H_
