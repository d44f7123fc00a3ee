#include "services/registration/domain/reported_year.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

TEST(ReportedYearTest, AYearIsReportedOnOnceItHasBegun) {
  EXPECT_TRUE(CheckBegun("household.exit_year", "脱贫年度", 0, "2025-12-31").ok());
  EXPECT_TRUE(CheckBegun("household.exit_year", "脱贫年度", 2025, "2025-12-31").ok());
  EXPECT_TRUE(CheckBegun("household.exit_year", "脱贫年度", 2026, "2026-01-01").ok());
  const absl::Status refused = CheckBegun("household.exit_year", "脱贫年度", 2026, "2025-12-31");
  EXPECT_EQ(status::ReasonOf(refused), "INVALID_FIELD");
  const auto violation = status::BadRequestOf(refused).field_violations(0);
  EXPECT_EQ(violation.field(), "household.exit_year");
  EXPECT_EQ(violation.description(), "脱贫年度: 2026 年尚未开始, 现可填报 2000 至 2025 年度");
}

TEST(ReportedYearTest, ACollectionYearBeginsInOctoberOfTheYearBefore) {
  EXPECT_TRUE(CheckCollectionBegun("income.year", "年度", 2026, "2026-09-30").ok());
  EXPECT_TRUE(CheckCollectionBegun("income.year", "年度", 2027, "2026-10-01").ok());
  const absl::Status refused = CheckCollectionBegun("income.year", "年度", 2027, "2026-09-30");
  const auto violation = status::BadRequestOf(refused).field_violations(0);
  EXPECT_EQ(violation.field(), "income.year");
  EXPECT_EQ(violation.description(),
            "年度: 2027 采集年度 (2026-10-01 至 2027-09-30) 尚未开始, 现可填报 2000 至 2026 年度");
}

}  // namespace
}  // namespace bangfu::registration::domain
