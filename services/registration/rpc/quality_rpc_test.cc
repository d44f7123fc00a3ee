// Runs and scores through QualityService.
#include "services/registration/rpc/quality_rpc.h"

#include "gmock/gmock.h"
#include "services/registration/rpc/quality_fixture.h"

namespace bangfu::registration {
namespace {

class QualityRpcTest : public QualityFixture {
 protected:
  void Miscount(const v1::Household& household, int count) {
    Spoil(absl::StrCat("UPDATE household SET member_count = ", count,
                       " WHERE id = ", NumberOf(household.household_id())));
  }

  absl::StatusOr<v1::ListQualityScoresResponse> Scores(const std::string& area, const std::string& run_id = "",
                                                       const std::string& token = "") {
    v1::ListQualityScoresRequest request;
    request.set_area(area);
    request.set_run_id(run_id);
    return Call(quality_, &Quality::ListQualityScores, request, token.empty() ? Viewer(kProvince) : token);
  }
};

TEST_F(QualityRpcTest, ARunGoesByThePackOfItsAreaAndSaysSo) {
  EXPECT_EQ(ReasonOf(Start()), "NO_POLICY_APPLIES");
  Publish();
  Miscount(Register(), 9);
  const auto started = Start();
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->operation().kind(), "quality-run");
  const v1::QualityRun run = Finished(*started);
  EXPECT_EQ(run.operation().state(), operations::Operation::SUCCEEDED) << run.DebugString();
  EXPECT_EQ(run.policy().policy_id(), policy_id_);
  EXPECT_EQ(run.new_count(), 1);
  EXPECT_TRUE(run.has_finish_time());
  EXPECT_EQ(run.subject(), "registrar");
  EXPECT_EQ(IssuesIn()[0].run_id(), run.run_id());
  v1::ListQualityRunsRequest list;
  list.set_area("150500000000");
  EXPECT_EQ(Call(quality_, &Quality::ListQualityRuns, list, Viewer(kProvince))->runs_size(), 1);
  EXPECT_EQ(database_.Sql("SELECT count(*) FROM event_outbox WHERE body LIKE '%QualityRunFinished%'::bytea")[0][0]
                .as<std::string>(),
            "1");
}

TEST_F(QualityRpcTest, WhatCannotBeRunIsRefused) {
  Publish();
  v1::StartQualityRunRequest request;
  request.set_area("150526000000");
  request.set_year(2027);
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::StartQualityRun, request, Registrar())), "INVALID_FIELD");
  request.set_year(2026);
  request.set_date("2026-03-03");
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::StartQualityRun, request, Registrar())), "INVALID_FIELD") << "tomorrow";
  request.set_date("2019-12-31");
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::StartQualityRun, request, Registrar())), "NO_POLICY_APPLIES");
  EXPECT_EQ(ReasonOf(Start("150526000000", Registrar(150521000000))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Start("150526000000", Viewer())), "PERMISSION_DENIED");
}

TEST_F(QualityRpcTest, TwoRunsOfOneAreaAreNotAtWorkTogether) {
  Publish();
  // Of a kind that no runner of this test takes up.
  const ids::RecordId waiting = NewRun(150500000000);
  Write([&](db::Tx& tx) {
    operations::Insert(tx, {waiting, kQualityKind, 150500000000, "registrar", "judge", operations::Operation::RUNNING});
    tx.RunText("UPDATE operation SET lease_until = now() + interval '1 hour'");
  });
  EXPECT_EQ(ReasonOf(Start("150526000000")), "QUALITY_RUN_AT_WORK") << "in a part of it";
  EXPECT_EQ(ReasonOf(Start("150000000000", Registrar(kProvince))), "QUALITY_RUN_AT_WORK") << "in all of it";
  v1::CancelQualityRunRequest cancel;
  cancel.set_run_id(waiting.ToString());
  cancel.set_request_id(testing::NewRequestId());
  EXPECT_TRUE(Call(quality_, &Quality::CancelQualityRun, cancel, Registrar(kProvince)).ok());
  EXPECT_EQ(database_.Sql("SELECT cancel_requested FROM operation")[0][0].as<std::string>(), "t");
  Write([&](db::Tx& tx) { operations::SetState(tx, waiting, operations::Operation::CANCELLED, ""); });
  cancel.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::CancelQualityRun, cancel, Registrar(kProvince))), "QUALITY_RUN_ENDED");
  EXPECT_TRUE(Start("150526000000").ok());
}

TEST_F(QualityRpcTest, AreasAreScoredAndRanked) {
  Publish();
  EXPECT_EQ(ReasonOf(Scores("150526000000")), "QUALITY_NOT_SCORED");
  for (int i = 0; i < 4; ++i) Register(kVillage, 2);
  const v1::Household wrong = Register(kSecondVillage, 1);
  Register(kSecondVillage, 1);
  Miscount(wrong, 3);
  Register(kForeignVillage, 1);
  const v1::QualityRun run = Finished(*Start("150500000000", Registrar(kProvince)));
  ASSERT_TRUE(run.has_finish_time()) << run.DebugString();
  const auto township = Scores("150526100000");
  ASSERT_TRUE(township.ok()) << township.status();
  EXPECT_EQ(township->run().run_id(), run.run_id());
  EXPECT_FALSE(township->run().has_operation()) << "of the city nothing is told";
  EXPECT_EQ(township->area().household_count(), 6);
  EXPECT_EQ(township->area().person_count(), 10);
  EXPECT_EQ(township->area().problem_household_count(), 1);
  // Weights 2 + 1 + 1 + 1 + 1 + 1 + 1 = 8; one household of 6 with weight 2: 100 − 100 × 2 ÷ 48.
  EXPECT_EQ(township->area().index_centi(), 9583);
  EXPECT_EQ(township->area().problem_share_centi(), 1667);
  EXPECT_EQ(township->area().score_centi(), 9208);
  ASSERT_EQ(township->area().rules_size(), 1);
  EXPECT_EQ(township->area().rules(0).title(), "登记人口与成员数不一致");
  ASSERT_EQ(township->scores_size(), 2);
  EXPECT_EQ(township->scores(0).area(), kVillage);
  EXPECT_EQ(township->scores(0).area_name(), "巴彦塔拉嘎查");
  EXPECT_EQ(township->scores(0).score_centi(), 10000);
  EXPECT_EQ(township->scores(1).rank(), 2);
  const auto city = Scores("150500000000", run.run_id());
  ASSERT_TRUE(city.ok()) << city.status();
  ASSERT_EQ(city->scores_size(), 2);
  EXPECT_EQ(city->scores(0).area(), "150521000000");
  EXPECT_EQ(city->area().household_count(), 7);
  EXPECT_EQ(ReasonOf(Scores("150000000000", run.run_id())), "QUALITY_RUN_ELSEWHERE");
  EXPECT_EQ(ReasonOf(Scores("150521000000", "", Viewer())), "AREA_OUT_OF_SCOPE");
}

TEST_F(QualityRpcTest, TheRulesAreExplained) {
  Publish();
  v1::ListQualityRulesRequest request;
  request.set_area(kVillage);
  const auto listed = Call(quality_, &Quality::ListQualityRules, request, Viewer());
  ASSERT_TRUE(listed.ok()) << listed.status();
  int enabled = 0;
  for (const auto& entry : listed->rules()) enabled += entry.enabled() ? 1 : 0;
  EXPECT_EQ(enabled, 7);
  EXPECT_EQ(listed->rules(0).title(), "登记人口与成员数不一致");
  EXPECT_EQ(listed->rules(0).rule().fix(), "核对家庭成员, 补录或减少成员");
  request.set_pack("SPECIAL");
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::ListQualityRules, request, Viewer())), "NO_POLICY_APPLIES");
}

}  // namespace
}  // namespace bangfu::registration
