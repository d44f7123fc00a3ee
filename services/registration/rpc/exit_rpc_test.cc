#include "services/registration/rpc/exit_rpc.h"

#include <thread>

#include "bangfu/registration/v1/exit_service.grpc.pb.h"
#include "common/policy/decision_store.h"
#include "gmock/gmock.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/policy_fixture.h"

namespace bangfu::registration {
namespace {

using domain::FoundIn;
using domain::FromJson;
using ::testing::Contains;
using ::testing::Key;
using ::testing::Pair;
using Exits = v1::ExitService::Stub;

class ExitRpcTest : public PolicyFixture {
 protected:
  ExitRpcTest() { exits_ = v1::ExitService::NewStub(server_.channel()); }

  void PublishHouseholdRules() {
    Publish(FromJson<v1::HouseholdExitRules>(R"json({
      "conditions": [{"item": "INCOME_OVER_LINE", "veto": true}, {"item": "SAFE_WATER", "veto": true},
                     {"item": "FOOD"}], "acceptanceRequired": true})json"));
  }

  // 5,000 yuan a head and safe water in 2026.
  v1::Household RegisterWell() {
    const v1::Household household = Register();
    v1::RecordIncomeRequest income;
    income.set_household_id(household.household_id());
    income.mutable_income()->set_year(2026);
    income.mutable_income()->set_wage_fen(1'500'000);
    income.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordIncome, income, Registrar()).ok());
    v1::RecordLivingConditionRequest living;
    living.set_household_id(household.household_id());
    living.mutable_living_condition()->set_year(2026);
    living.mutable_living_condition()->set_safe_water(true);
    living.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordLivingCondition, living, Registrar()).ok());
    return household;
  }

  static v1::JudgeHouseholdExitRequest OfHousehold(const std::string& household_id, bool record = false) {
    auto request =
        FromJson<v1::JudgeHouseholdExitRequest>(R"({"statements": [{"item": "FOOD", "held": true}], "accepts": true})");
    request.set_household_id(household_id);
    request.set_record(record);
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  absl::StatusOr<v1::ExitJudgement> Judge(const v1::JudgeHouseholdExitRequest& request, const std::string& token) {
    return Call(exits_, &Exits::JudgeHouseholdExit, request, token);
  }

  size_t CountDecisions(const std::string& subject_id) {
    auto found = database_.database().Read({}, [&](db::Tx& tx) -> absl::StatusOr<size_t> {
      return policy::ListDecisions(tx, *ids::ParseRecordId(subject_id), "", 0, 100).size();
    });
    return *found;
  }

  std::unique_ptr<Exits> exits_;
};

TEST_F(ExitRpcTest, AHouseholdIsJudgedByWhatTheRegisterKnows) {
  const v1::Household household = RegisterWell();
  EXPECT_EQ(ReasonOf(Judge(OfHousehold(household.household_id()), Registrar())), "NO_POLICY_APPLIES");
  PublishHouseholdRules();
  PublishLine(4000, "EXIT");
  const auto judged = Judge(OfHousehold(household.household_id()), Registrar());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "PASS") << judged->DebugString();
  EXPECT_EQ(judged->date(), "2026-03-02") << "today";
  EXPECT_EQ(judged->area(), kVillage);
  EXPECT_EQ(judged->policies_size(), 2);
  const auto found = FoundIn(judged->outcome());
  EXPECT_THAT(found, Contains(Pair("INCOME_OVER_LINE_HELD", "5000.00 元/人·年 (2026年度)")));
  EXPECT_THAT(found, Contains(Pair("SAFE_WATER_HELD", "登记: 饮水安全")));

  auto earlier = OfHousehold(household.household_id());
  earlier.set_year(2025);
  EXPECT_EQ(Judge(earlier, Registrar())->outcome().verdict(), "INCOMPLETE") << "nothing was collected in 2025";
  EXPECT_EQ(CountDecisions(household.household_id()), 0u) << "nothing was to be kept";
  EXPECT_EQ(Get(household.household_id(), Viewer())->etag(), household.etag()) << "judging changes no household";
}

TEST_F(ExitRpcTest, AJudgementIsKeptOnceAndCanBeReplayed) {
  const v1::Household household = RegisterWell();
  PublishHouseholdRules();
  PublishLine(4000, "EXIT");
  const auto request = OfHousehold(household.household_id(), true);
  const auto judged = Judge(request, Registrar());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(Judge(request, Registrar())->decision_id(), judged->decision_id()) << "a repeat";
  EXPECT_EQ(CountDecisions(household.household_id()), 1u);

  policy::v1::ReplayDecisionRequest replay;
  replay.set_service("registration");
  replay.set_decision_id(judged->decision_id());
  const auto replayed = Call(policy_stub_, &Policies::ReplayDecision, replay, Viewer());
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(replayed->same_verdict());
  EXPECT_EQ(replayed->outcome().DebugString(), judged->outcome().DebugString());
}

TEST_F(ExitRpcTest, WhatIsKeptIsOfNoDayToCome) {
  const v1::Household household = RegisterWell();
  PublishHouseholdRules();
  PublishLine(4000, "EXIT");
  auto request = OfHousehold(household.household_id(), true);
  request.set_date("2026-03-03");
  EXPECT_EQ(ReasonOf(Judge(request, Registrar())), "INVALID_FIELD");
  EXPECT_EQ(CountDecisions(household.household_id()), 0u);
  request.set_record(false);
  EXPECT_EQ(Judge(request, Registrar())->date(), "2026-03-03") << "a trial";
  request.set_record(true);
  request.set_date("2026-03-02");
  EXPECT_TRUE(Judge(request, Registrar()).ok());
}

// Somebody changes the household's income while it is being judged.
class ExitWhileChangedTest : public ExitRpcTest {
 protected:
  ExitWhileChangedTest() : household_(RegisterWell()) {
    PublishHouseholdRules();
    PublishLine(4000, "EXIT");
  }

  // Judges while the statements are not committed yet, as far as it gets, and then commits them.
  absl::StatusOr<v1::ExitJudgement> JudgeBeside(const std::string& statements, bool record) {
    absl::StatusOr<v1::ExitJudgement> judged = absl::UnknownError("not judged");
    std::thread judge;
    const absl::Status changed = database_.database().Write({}, [&](db::Tx& tx) {
      tx.RunText(statements);
      judge = std::thread([&] { judged = Judge(OfHousehold(household_.household_id(), record), Registrar()); });
      const std::string waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      for (int i = 0; i < 100 && database_.Count(waits) == 0; ++i) absl::SleepFor(absl::Milliseconds(20));
      return absl::OkStatus();
    });
    EXPECT_TRUE(changed.ok()) << changed;
    judge.join();
    return judged;
  }

  const v1::Household household_;
};

TEST_F(ExitWhileChangedTest, AJudgementIsOfOneMoment) {
  // It has read the household when it comes to the incomes.
  const auto judged = JudgeBeside(
      "LOCK TABLE income IN ACCESS EXCLUSIVE MODE; UPDATE household SET state = 2;"
      "UPDATE income SET net_per_capita_fen = 1; UPDATE living_condition SET safe_water = false",
      false);
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "PASS") << judged->DebugString();
  EXPECT_EQ(ReasonOf(Judge(OfHousehold(household_.household_id()), Registrar())), "HOUSEHOLD_ARCHIVED");
}

TEST_F(ExitWhileChangedTest, ADecisionThatIsKeptIsMadeOnWhatStandsWhenItIs) {
  // As RecordIncome does it.
  const auto judged = JudgeBeside("SELECT 1 FROM household FOR UPDATE; UPDATE income SET net_per_capita_fen = 1", true);
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "FAIL") << judged->DebugString();
  EXPECT_EQ(CountDecisions(household_.household_id()), 1u);
}

TEST_F(ExitRpcTest, WhoMayNotJudgeAndWhatCannotBeJudged) {
  const v1::Household household = RegisterWell();
  PublishHouseholdRules();
  PublishLine(4000, "EXIT");
  const auto request = OfHousehold(household.household_id());
  EXPECT_EQ(ReasonOf(Judge(request, Viewer())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Judge(request, Registrar(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Judge(request, Registrar(150526100202))), "AREA_OUT_OF_SCOPE") << "another village";
  EXPECT_EQ(ReasonOf(Judge(OfHousehold("150526-01hq3v9k2m4xz"), Registrar())), "HOUSEHOLD_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Judge(OfHousehold(household.household_id(), true), Registrar(150526100202))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Judge(OfHousehold("150526-01hq3v9k2m4xz", true), Registrar())), "HOUSEHOLD_NOT_FOUND");
  auto twice = OfHousehold(household.household_id());
  *twice.add_statements() = twice.statements(0);
  EXPECT_EQ(ReasonOf(Judge(twice, Registrar())), "INVALID_FIELD");
  ASSERT_TRUE(Archive(household).ok());
  EXPECT_EQ(ReasonOf(Judge(request, Registrar())), "HOUSEHOLD_ARCHIVED");
}

TEST_F(ExitRpcTest, AVillageIsJudgedByTheRegistersCounts) {
  Publish(FromJson<v1::VillageExitRules>(R"json({
    "shares": [{"item": "INCIDENCE", "comparison": "BELOW", "limitCenti": 300}], "conditions": [{"item": "CLINIC"}],
    "hamletThresholds": [{"item": "POWER", "leastHouseholds": 20}]})json"));
  Register(kVillage, 2);
  auto request = FromJson<v1::JudgeVillageExitRequest>(R"json({
    "ruralPopulation": 100, "statements": [{"item": "CLINIC", "held": true}], "record": true,
    "hamlets": [{"name": "北屯", "householdCount": 30, "services": ["POWER"]}]})json");
  request.set_area(kVillage);
  request.set_request_id(testing::NewRequestId());
  auto judged = Call(exits_, &Exits::JudgeVillageExit, request, Reviewer());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "PASS") << judged->DebugString();
  EXPECT_THAT(FoundIn(judged->outcome()), Contains(Pair("INCIDENCE_HELD", "未脱贫 2 ÷ 农村人口 100 = 2.00%")));
  EXPECT_EQ(CountDecisions(judged->subject_id()), 1u) << "decisions of a village are listed by an id of its code";
  Register(kVillage, 1);
  request.set_request_id(testing::NewRequestId());
  judged = Call(exits_, &Exits::JudgeVillageExit, request, Reviewer());
  EXPECT_EQ(judged->outcome().verdict(), "FAIL") << "3 of 100 are not below 3 %";
  request.set_request_id(testing::NewRequestId());
  request.set_rural_population(2);
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::JudgeVillageExit, request, Reviewer())), "INVALID_FIELD");
  request.set_area("150526100000");
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::JudgeVillageExit, request, Reviewer())), "AREA_NOT_A_VILLAGE");
}

TEST_F(ExitRpcTest, ACountyIsJudgedByItsEvaluation) {
  Publish(FromJson<v1::CountyExitRules>(R"json({
    "shares": [{"item": "COMBINED_INCIDENCE", "comparison": "BELOW", "limitCenti": 300},
               {"item": "APPROVAL", "comparison": "ABOVE", "limitCenti": 9000, "leastRank": "PROVINCE"}]})json"));
  Register(kVillage, 2);
  auto request = FromJson<v1::JudgeCountyExitRequest>(R"json({
    "area": "150526000000", "ruralPopulation": 1000, "figures": [
      {"item": "MISSED_RATE", "count": 1, "total": 200, "rank": "THIRD_PARTY"},
      {"item": "APPROVAL", "count": 95, "total": 100, "rank": "THIRD_PARTY"}]})json");
  request.set_request_id(testing::NewRequestId());
  auto judged = Call(exits_, &Exits::JudgeCountyExit, request, Reviewer());
  ASSERT_TRUE(judged.ok()) << judged.status();
  EXPECT_EQ(judged->outcome().verdict(), "PASS") << judged->DebugString();
  EXPECT_THAT(
      FoundIn(judged->outcome()),
      Contains(Pair("COMBINED_INCIDENCE_HELD", "(未脱贫 2 + 估计漏评 4.99 + 估计错退 0.00) ÷ 农村人口 1000 = 0.70%")));
  request.mutable_figures(1)->set_rank(v1::ExitShare::CITY);
  judged = Call(exits_, &Exits::JudgeCountyExit, request, Reviewer());
  EXPECT_THAT(FoundIn(judged->outcome()), Contains(Key("APPROVAL_UNKNOWN")));
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::JudgeCountyExit, request, Reviewer(150526100000))), "AREA_OUT_OF_SCOPE");
  request.set_area("150526100000");
  EXPECT_EQ(ReasonOf(Call(exits_, &Exits::JudgeCountyExit, request, Reviewer())), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::registration
