#include "services/registration/domain/exit_rules.h"

#include "gtest/gtest.h"
#include "services/registration/domain/exit_rules_for_tests.h"

namespace bangfu::registration::domain {
namespace {

// Field and text of the first error; empty if there is none.
std::string First(const std::vector<status::FieldError>& errors) {
  return errors.empty() ? "" : errors[0].path + " " + errors[0].description;
}

TEST(ExitRulesTest, HouseholdRulesAskWhatCanBeAskedOfHouseholds) {
  const auto check = [](const char* json) {
    return First(CheckHouseholdExitRules(FromJson<v1::HouseholdExitRules>(json)));
  };
  EXPECT_EQ(check(R"({"conditions": [{"item": "FOOD"}, {"item": "HARD_ROAD"}], "leastHeld": 2})"), "");
  EXPECT_EQ(check(R"({"conditions": [{"item": "FOOD"}, {"item": "FOOD"}]})"), "conditions[1].item 条件: “不愁吃”重复");
  EXPECT_EQ(check(R"({"conditions": [{"item": "CLINIC"}]})"), "conditions[0].item 条件: “有卫生室”不适用于这一级");
  EXPECT_EQ(check(R"({"conditions": [{"item": "FOOD"}, {"item": "HOUSING", "veto": true}], "leastHeld": 2})"),
            "least_held 至少具备项数: 非一票否决的条件只有 1 项");
  EXPECT_NE(check(R"({"conditions": [{"item": "EDUCATION"}]})"), "") << "of which ages?";
  EXPECT_EQ(check(R"({"conditions": [{"item": "EDUCATION"}], "schoolAgeFrom": 6, "schoolAgeTo": 15})"), "");
}

TEST(ExitRulesTest, VillagesAndCountiesAreAskedForShares) {
  constexpr char kCombined[] =
      R"({"shares": [{"item": "COMBINED_INCIDENCE", "comparison": "BELOW", "limitCenti": 300}]})";
  EXPECT_EQ(First(CheckCountyExitRules(FromJson<v1::CountyExitRules>(kCombined))), "");
  EXPECT_EQ(First(CheckVillageExitRules(FromJson<v1::VillageExitRules>(kCombined))),
            "shares[0].item 指标: “综合贫困发生率”只用于县");
  EXPECT_EQ(First(CheckVillageExitRules(FromJson<v1::VillageExitRules>(
                R"({"shares": [{"item": "POWER"}, {"item": "POWER"}], "conditions": [{"item": "FOOD"}]})"))),
            "shares[1].item 指标: “通电比例”重复");
  EXPECT_EQ(First(CheckCountyExitRules(FromJson<v1::CountyExitRules>(R"({"conditions": [{"item": "FOOD"}]})"))),
            "conditions[0].item 条件: “不愁吃”不适用于这一级");
}

}  // namespace
}  // namespace bangfu::registration::domain
