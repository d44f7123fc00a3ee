#include "services/registration/rpc/guarantee_rpc.h"

#include "gmock/gmock.h"
#include "services/registration/rpc/exit_fixture.h"

namespace bangfu::registration {
namespace {

using domain::FoundIn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

class GuaranteeRpcTest : public ExitFixture {
 protected:
  std::vector<std::string> Gaps(v1::ExitCondition::Item item, const std::string& token, int page_size = 0) {
    v1::ListGuaranteeGapsRequest request;
    request.set_year(2026);
    request.set_item(item);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      const auto page = Call(guarantees_, &Guarantees::ListGuaranteeGaps, request, token);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const v1::GuaranteeRecord& record : page->records()) ids.push_back(record.household_id());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }
};

TEST_F(GuaranteeRpcTest, ARecordReplacesTheVersionThatWasSeen) {
  const std::string id = Register().household_id();
  const auto first =
      RecordGuarantees(id, R"([{"item": "FOOD", "state": "MET"}, {"item": "HOUSING", "state": "UNMET"}])");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->items(0).recorder(), "registrar");
  EXPECT_EQ(ReasonOf(RecordGuarantees(id, R"([{"item": "FOOD", "state": "MET"}])")), "INVALID_FIELD") << "no etag";
  clock_.Advance(absl::Hours(1));
  const char* both = R"([{"item": "FOOD", "state": "MET"}, {"item": "HOUSING", "state": "MET", "evidence": "验收单"}])";
  const auto second = RecordGuarantees(id, both, first->etag(), Reviewer());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->items(0).recorder(), "registrar");
  EXPECT_EQ(second->items(1).recorder(), "reviewer");
  EXPECT_EQ(ReasonOf(RecordGuarantees(id, both, first->etag())), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(RecordGuarantees(id, both, second->etag(), Registrar(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  v1::ListGuaranteesRequest list;
  list.set_household_id(id);
  const auto listed = Call(guarantees_, &Guarantees::ListGuarantees, list, Viewer());
  ASSERT_EQ(listed->records_size(), 1);
  EXPECT_EQ(listed->records(0).etag(), second->etag());
  EXPECT_EQ(database_.Count("exit_record_version"), 1);
  EXPECT_EQ(Told<v1::GuaranteesRecorded>().size(), 2u);
}

TEST_F(GuaranteeRpcTest, GapsAreListedWhereTheHouseholdLives) {
  const std::string house = Register().household_id(), both = Register(kSecondVillage).household_id();
  const std::string fine = Register().household_id(), abroad = Register(kForeignVillage).household_id();
  const auto record = [&](const std::string& id, const char* items) {
    EXPECT_TRUE(RecordGuarantees(id, items, "", Registrar(kProvince)).ok());
  };
  record(house, R"([{"item": "HOUSING", "state": "UNMET"}])");
  record(both, R"([{"item": "HOUSING", "state": "UNMET"}, {"item": "SAFE_WATER", "state": "UNMET"}])");
  record(fine, R"([{"item": "HOUSING", "state": "MET"}])");
  record(abroad, R"([{"item": "SAFE_WATER", "state": "UNMET"}])");
  EXPECT_THAT(Gaps(v1::ExitCondition::ITEM_UNSPECIFIED, Viewer(kProvince), 1), ElementsAre(abroad, house, both));
  EXPECT_THAT(Gaps(v1::ExitCondition::HOUSING, Viewer()), ElementsAre(house, both));
  EXPECT_THAT(Gaps(v1::ExitCondition::SAFE_WATER, Viewer()), ElementsAre(both));
  EXPECT_THAT(Gaps(v1::ExitCondition::SAFE_WATER, TokenOf(options::v1::VIEWER, 150526100201)), ElementsAre());
}

TEST_F(GuaranteeRpcTest, TheRecordAnswersWhatTheJudgementAsks) {
  PublishHouseholdRules();
  const v1::Household household = RegisterEarning(5000);
  v1::JudgeHouseholdExitRequest request;
  request.set_household_id(household.household_id());
  request.set_accepts(true);
  request.set_request_id(testing::NewRequestId());
  auto judged = Call(judgements_, &Judgements::JudgeHouseholdExit, request, Registrar());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "PASS");
  EXPECT_THAT(FoundIn(judged->outcome()), Contains(Pair("FOOD_HELD", "核实: 具备 (入户表)")));
  auto& statement = *request.add_statements();
  statement.set_item(v1::ExitCondition::FOOD);
  judged = Call(judgements_, &Judgements::JudgeHouseholdExit, request, Registrar());
  EXPECT_EQ(judged->outcome().verdict(), "FAIL") << "what the request says wins";
}

TEST_F(GuaranteeRpcTest, DeclaredIncomeIsHeldAgainstTheGuarantees) {
  const v1::Household household = RegisterEarning(1000);
  v1::CheckIncomeByNeedsRequest request;
  request.set_household_id(household.household_id());
  request.set_record(true);
  request.set_request_id(testing::NewRequestId());
  const auto check = [&] { return Call(guarantees_, &Guarantees::CheckIncomeByNeeds, request, Registrar()); };
  EXPECT_EQ(ReasonOf(check()), "NO_POLICY_APPLIES");
  Publish(FromJson<v1::LivingNeeds>(R"json({"schoolAgeFrom": 6, "schoolAgeTo": 15, "tolerancePercent": 20,
    "needs": [{"item": "FOOD", "basis": "MEMBER", "amountFen": 150000}]})json"));
  const auto checked = check();
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->outcome().verdict(), "DISAGREES");
  EXPECT_EQ(checked->policies_size(), 1);
  EXPECT_NE(checked->decision_id(), "");
  EXPECT_EQ(database_.Count("policy_decision"), 1);
}

}  // namespace
}  // namespace bangfu::registration
