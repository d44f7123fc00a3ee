#include "services/registration/domain/reconciliation.h"

#include <string>
#include <vector>

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using Rules = v1::ReconciliationRules;
using Value = v1::ReconciliationValue;

Value ValueOf(Rules::Field field, const std::string& system, const std::string& paper, const std::string& reality) {
  Value value;
  value.set_field(field);
  value.set_system_value(system);
  value.set_paper_value(paper);
  value.set_reality_value(reality);
  return value;
}

TEST(Reconciliation, DrawsTheShareRoundedUpAndNoFewerThanTheLeast) {
  Rules rules;
  rules.set_share_hundredths(250);
  rules.set_least_per_village(3);
  EXPECT_EQ(SampleSize(rules, 0), 0);
  EXPECT_EQ(SampleSize(rules, 2), 2);
  EXPECT_EQ(SampleSize(rules, 100), 3);
  EXPECT_EQ(SampleSize(rules, 160), 4);
  EXPECT_EQ(SampleSize(rules, 161), 5);
}

TEST(Reconciliation, ValuesHaveOneForm) {
  EXPECT_EQ(CanonicalValue(Rules::MEMBER_COUNT, " 03 "), "3");
  EXPECT_EQ(CanonicalValue(Rules::MEMBER_COUNT, "三"), std::nullopt);
  EXPECT_EQ(CanonicalValue(Rules::NET_PER_CAPITA, "12,345.6"), "12345.60");
  EXPECT_EQ(CanonicalValue(Rules::SAFE_WATER, "1"), "是");
  EXPECT_EQ(CanonicalValue(Rules::SAFE_WATER, "有"), std::nullopt);
  EXPECT_EQ(CanonicalValue(Rules::SAFE_WATER, ""), "");
}

TEST(Reconciliation, IncomesAgreeWithinTheTolerance) {
  EXPECT_TRUE(IsSame(Rules::NET_PER_CAPITA, "4000.00", "4100.00", 10000));
  EXPECT_FALSE(IsSame(Rules::NET_PER_CAPITA, "4000.00", "4100.01", 10000));
  EXPECT_FALSE(IsSame(Rules::NET_PER_CAPITA, "4000.00", "", 10000));
  EXPECT_FALSE(IsSame(Rules::MEMBER_COUNT, "3", "4", 10000));
}

TEST(Reconciliation, EveryDifferenceIsATask) {
  const std::vector<Value> form = {ValueOf(Rules::MEMBER_COUNT, "3", "", ""), ValueOf(Rules::SAFE_WATER, "是", "", ""),
                                   ValueOf(Rules::EXIT_FLAG, "1", "", "")};
  const auto entered = Enter(form,
                             {ValueOf(Rules::EXIT_FLAG, "", "0", "0"), ValueOf(Rules::MEMBER_COUNT, "", "3", "3"),
                              ValueOf(Rules::SAFE_WATER, "x", "否", "1")},
                             0);
  ASSERT_TRUE(entered.ok()) << entered.status();
  EXPECT_TRUE((*entered)[0].agrees());
  EXPECT_FALSE((*entered)[1].agrees());
  EXPECT_EQ((*entered)[1].system_value(), "是") << "what the system said is not entered";
  const auto tasks = TasksOf(*entered, 0);
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].field(), Rules::SAFE_WATER);
  EXPECT_EQ(tasks[0].place(), v1::ReconciliationTask::PAPER);
  EXPECT_EQ(tasks[1].field(), Rules::EXIT_FLAG);
  EXPECT_EQ(tasks[1].place(), v1::ReconciliationTask::SYSTEM);
  EXPECT_EQ(tasks[1].reality_value(), "0");
}

TEST(Reconciliation, AFormIsEnteredWhole) {
  const std::vector<Value> form = {ValueOf(Rules::MEMBER_COUNT, "3", "", "")};
  for (const std::vector<Value>& given :
       {std::vector<Value>{},
        {ValueOf(Rules::MEMBER_COUNT, "", "x", "3")},
        {ValueOf(Rules::MEMBER_COUNT, "", "3", "3"), ValueOf(Rules::MEMBER_COUNT, "", "3", "3")},
        {ValueOf(Rules::MEMBER_COUNT, "", "3", "3"), ValueOf(Rules::SAFE_WATER, "", "是", "是")}}) {
    EXPECT_EQ(status::ReasonOf(Enter(form, given, 0).status()), "INVALID_FIELD") << given.size();
  }
}

}  // namespace
}  // namespace bangfu::registration::domain
