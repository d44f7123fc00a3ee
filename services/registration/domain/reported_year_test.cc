#include "services/registration/domain/reported_year.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

TEST(ReportedYearTest, AYearIsReportedOnOnceItHasBegun) {
  EXPECT_TRUE(CheckBegun("income.year", "年度", 0, "2025-12-31").ok());
  EXPECT_TRUE(CheckBegun("income.year", "年度", 2025, "2025-12-31").ok());
  EXPECT_TRUE(CheckBegun("income.year", "年度", 2026, "2026-01-01").ok());
  const absl::Status refused = CheckBegun("income.year", "年度", 2026, "2025-12-31");
  EXPECT_EQ(status::ReasonOf(refused), "INVALID_FIELD");
  EXPECT_EQ(status::BadRequestOf(refused).field_violations(0).field(), "income.year");
}

}  // namespace
}  // namespace bangfu::registration::domain
