#include "services/registration/domain/income.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

// Yuan as people say them.
constexpr int64_t Yuan(int64_t yuan) { return yuan * 100; }

struct Case {
  const char* what;
  int64_t wage, production, property, transfer, pension, other_transfer, expense;
  int members;
  int64_t net_fen, per_head_fen;
};

TEST(IncomeTest, NetIncomeIsWhatComesInLessProductionExpense) {
  const Case cases[] = {
      {"all kinds", Yuan(20000), Yuan(8000), Yuan(500), Yuan(1500), Yuan(1200), Yuan(300), Yuan(3000), 4, Yuan(27000),
       Yuan(6750)},
      {"transfers are filled from their parts", 0, 0, 0, 0, Yuan(1200), Yuan(300), 0, 3, Yuan(1500), Yuan(500)},
      {"no income at all", 0, 0, 0, 0, 0, 0, 0, 2, 0, 0},
      {"a bad harvest", 0, Yuan(1000), 0, 0, 0, 0, Yuan(4000), 3, Yuan(-3000), Yuan(-1000)},
      {"a third of a fen is rounded down", 100, 0, 0, 0, 0, 0, 0, 3, 100, 33},
      {"half a fen is rounded up", 101, 0, 0, 0, 0, 0, 0, 2, 101, 51},
      {"half a fen below zero is rounded up, too", 0, 0, 0, 0, 0, 0, 101, 2, -101, -50},
  };
  for (const Case& c : cases) {
    v1::Income income;
    income.set_wage_fen(c.wage);
    income.set_production_fen(c.production);
    income.set_property_fen(c.property);
    income.set_transfer_fen(c.transfer);
    income.set_pension_fen(c.pension);
    income.set_other_transfer_fen(c.other_transfer);
    income.set_expense_fen(c.expense);
    auto computed = ComputeNet(income, c.members);
    ASSERT_TRUE(computed.ok()) << c.what << ": " << computed.status();
    EXPECT_EQ(computed->net_fen(), c.net_fen) << c.what;
    EXPECT_EQ(computed->net_per_capita_fen(), c.per_head_fen) << c.what;
    EXPECT_EQ(computed->member_count(), c.members) << c.what;
    EXPECT_EQ(computed->transfer_fen(), c.pension + c.other_transfer) << c.what;
    EXPECT_EQ(computed->rule_version(), "net-2016-1") << c.what;
  }
}

TEST(IncomeTest, TransfersThatAreNotTheSumOfTheirPartsAreRefusedWithTheDifference) {
  v1::Income income;
  income.set_transfer_fen(Yuan(1500));
  income.set_pension_fen(Yuan(1200));
  auto refused = ComputeNet(income, 3);
  EXPECT_EQ(status::ReasonOf(refused.status()), "INCOME_PARTS_DISAGREE");
  EXPECT_EQ(status::ErrorInfoOf(refused.status()).metadata().at("difference_yuan"), "300.00");
}

}  // namespace
}  // namespace bangfu::registration::domain
