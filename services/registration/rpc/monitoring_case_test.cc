#include "common/policy/decision_store.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/monitoring_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kHalfYear = absl::Hours(200 * 24);

class MonitoringCaseTest : public MonitoringFixture {
 protected:
  MonitoringCaseTest() { PublishRules(); }

  std::vector<std::string> CasesOf(const std::string& area, const std::function<void(v1::ListCasesRequest*)>& set) {
    v1::ListCasesRequest request;
    request.set_area(area);
    request.set_page_size(1);  // so that pages are turned, too
    set(&request);
    std::vector<std::string> ids;
    for (;;) {
      const auto page = Do(&Monitoring::ListCases, request, Viewer());
      EXPECT_TRUE(page.ok()) << page.status();
      for (const Case& monitored : page->cases()) ids.push_back(monitored.case_id());
      if (page->next_page_token().empty()) return ids;
      request.set_page_token(page->next_page_token());
    }
  }

  // Judges, today, that three persons earned so much each, and all else has been well since the entry.
  absl::StatusOr<Case> JudgeGone(const std::string& case_id, int64_t fen = 700'001,
                                 const std::string& since = "2026-03-02", const std::string& date = "") {
    v1::JudgeEliminationRequest request;
    request.set_case_id(case_id);
    request.set_date(date);
    request.mutable_money()->set_wage_fen(3 * fen);
    request.set_above_since(since);
    auto& statement = *request.add_statements();
    statement.set_item(v1::EliminationCondition::NO_NEW_RISK);
    statement.set_held(true);
    request.set_kind(Case::BY_HELP);
    return Do(&Monitoring::JudgeElimination, request, Registrar());
  }

  absl::StatusOr<procedure::v1::Procedure> StartElimination(const std::string& case_id) {
    v1::StartEliminationReviewRequest request;
    request.set_area(kVillage);
    request.add_case_ids(case_id);
    return Do(&Monitoring::StartEliminationReview, request, Registrar());
  }

  // A household half a year after its entry, with a judgement that its risk is gone and the procedure that follows.
  std::string Eliminating(const v1::Household& household) {
    const std::string id = Monitored(household).case_id();
    clock_.Advance(kHalfYear);
    EXPECT_EQ(JudgeGone(id)->elimination().outcome().verdict(), "PASS");
    const auto started = StartElimination(id);
    EXPECT_TRUE(started.ok()) << started.status();
    return id;
  }

  int64_t Clues(Clue::State state) { return database_.Count(absl::StrCat("monitoring_clue WHERE state = ", state)); }

  absl::StatusOr<v1::MonitoringReview> Review(const std::string& case_id, v1::MonitoringReview::Result result,
                                              const std::string& date = "") {
    v1::RecordReviewRequest request;
    request.set_case_id(case_id);
    request.set_date(date);
    request.set_result(result);
    return Do(&Monitoring::RecordReview, request, Registrar());
  }
};

TEST_F(MonitoringCaseTest, CluesOfAHouseholdShareACase) {
  const v1::Household household = Register();
  const auto first = Report(household.household_id(), Clue::SELF_REPORT, "01");
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Report(household.household_id(), Clue::SOCIAL, "02", "12345-7");
  EXPECT_EQ(second->case_id(), first->case_id());
  const auto again = Report(household.household_id(), Clue::SOCIAL, "02", "12345-7");
  EXPECT_EQ(again->clue_id(), second->clue_id());
  EXPECT_TRUE(again->repeated_report());
  const Case monitored = Get(first->case_id());
  EXPECT_THAT(monitored.triggers(), ElementsAre("01", "02"));
  EXPECT_EQ(monitored.state(), Case::OPEN);
  EXPECT_EQ(database_.Count("monitoring_clue"), 2) << "both stay listed";
  EXPECT_EQ(CountEvents("MonitoringCaseOpened"), 1);
  EXPECT_EQ(ReasonOf(Report(household.household_id(), Clue::FIELD, "07")), "MONITORING_TRIGGER_NOT_IN_FORCE");
  EXPECT_EQ(ReasonOf(Report(household.household_id(), Clue::COMPUTED, "01")), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Get(first->case_id(), Viewer(kOtherCounty))), "AREA_OUT_OF_SCOPE");
}

TEST_F(MonitoringCaseTest, TheClockRunsFromTheFirstClue) {
  const std::string id = Report(Register().household_id(), Clue::FIELD, "01")->case_id();
  const auto overdue = [](v1::ListCasesRequest* request) { request->set_overdue(true); };
  clock_.Advance(absl::Hours(15 * 24));
  EXPECT_FALSE(Get(id).overdue()) << "the fifteenth day is not over";
  EXPECT_TRUE(CasesOf(kVillage, overdue).empty());
  clock_.Advance(absl::Hours(15));
  EXPECT_TRUE(Get(id).overdue());
  EXPECT_THAT(CasesOf(kVillage, overdue), ElementsAre(id));
  EXPECT_TRUE(CasesOf(kSecondVillage, overdue).empty());
}

TEST_F(MonitoringCaseTest, ACaseClosesWithItsLastClueAndAnotherMayBegin) {
  const v1::Household household = Register();
  const auto first = Report(household.household_id(), Clue::FIELD, "01");
  const auto second = Report(household.household_id(), Clue::FIELD, "02");
  v1::DismissClueRequest request;
  request.set_clue_id(first->clue_id());
  request.set_reason("01");
  EXPECT_EQ(Do(&Monitoring::DismissClue, request, Registrar())->state(), Clue::DISMISSED);
  EXPECT_EQ(ReasonOf(Do(&Monitoring::DismissClue, request, Registrar())), "MONITORING_CLUE_SETTLED");
  EXPECT_EQ(Get(first->case_id()).state(), Case::OPEN) << "one clue is left";
  request.set_clue_id(second->clue_id());
  EXPECT_TRUE(Do(&Monitoring::DismissClue, request, Registrar()).ok());
  EXPECT_EQ(Get(first->case_id()).state(), Case::CLOSED);
  EXPECT_EQ(Get(first->case_id()).close_reason(), "01");
  const auto later = Report(household.household_id(), Clue::FIELD, "05");
  EXPECT_NE(later->case_id(), first->case_id());
}

TEST_F(MonitoringCaseTest, ChecksAreJudgedAndKept) {
  const v1::Household household = Register();
  const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
  EXPECT_EQ(ReasonOf(Check(id, 5000, 3, /*signed_paper=*/false)), "MONITORING_AUTHORISATION_MISSING");
  const auto above = Check(id, 7001);
  ASSERT_TRUE(above.ok()) << above.status();
  EXPECT_EQ(above->check().outcome().verdict(), "FAIL");
  EXPECT_EQ(ReasonOf(IssueReport(id)), "MONITORING_NOT_IN_RANGE");
  EXPECT_EQ(ReasonOf(StartEntry({id})), "MONITORING_NOT_IN_RANGE");
  const auto within = Check(id, 7000);
  EXPECT_EQ(within->check().group_title(), "脱贫不稳定户");
  EXPECT_EQ(within->check().inputs().period_from(), "2025-03-01");
  EXPECT_EQ(within->check().inputs().period_to(), "2026-02-28");
  const auto kept = database_.database().Read({}, [&](db::Tx& tx) -> absl::StatusOr<size_t> {
    return policy::ListDecisions(tx, *ids::ParseRecordId(household.household_id()), kMonitoringEntry, 0, 10).size();
  });
  EXPECT_EQ(*kept, 2u);
  EXPECT_EQ(ReasonOf(StartEntry({id})), "MONITORING_REPORT_REQUIRED");
  EXPECT_EQ(ReasonOf(IssueReport(id, /*carried=*/false)), "MONITORING_MEETING_REQUIRED");
  const auto reported = IssueReport(id);
  ASSERT_TRUE(reported.ok()) << reported.status();
  EXPECT_THAT(reported->report().text(), HasSubstr("返贫致贫风险预警报告"));
  EXPECT_THAT(reported->report().text(), HasSubstr("应到 30 人, 实到 25 人, 赞成 24 人"));
  EXPECT_EQ(database_.Count("monitoring_case_version"), 3) << "two checks and a report superseded three versions";
}

TEST_F(MonitoringCaseTest, WhoIsApprovedIsMonitored) {
  const v1::Household household = Register();
  const Case monitored = Monitored(household);
  EXPECT_EQ(monitored.state(), Case::MONITORED);
  EXPECT_EQ(monitored.enter_date(), "2026-03-02");
  EXPECT_EQ(monitored.next_review_date(), "2026-05-31");
  const auto now = RegisterFixture::Get(household.household_id(), Viewer());
  EXPECT_EQ(now->monitor_type(), "1");
  EXPECT_FALSE(now->risk_eliminated());
  EXPECT_TRUE(now->has_risk_eliminated());
  EXPECT_EQ(CountEvents("RiskConfirmed"), 1);
  EXPECT_EQ(database_.Count("monitoring_clue WHERE state = 3"), 1);
  EXPECT_EQ(ReasonOf(Check(monitored.case_id(), 5000)), "MONITORING_WRONG_STATE");
}

TEST_F(MonitoringCaseTest, WhoIsRejectedIsNotMonitored) {
  const v1::Household household = Register();
  const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
  ASSERT_TRUE(Check(id, 5000).ok() && IssueReport(id).ok());
  const auto started = StartEntry({id});
  EXPECT_EQ(ReasonOf(StartEntry({id})), "MONITORING_WRONG_STATE");
  procedure::v1::Action reject;
  reject.mutable_reject()->set_reason("情况不属实");
  EXPECT_EQ(Act(started->procedure_id(), reject, Registrar()), "OK");
  EXPECT_EQ(Get(id).state(), Case::CLOSED);
  EXPECT_EQ(RegisterFixture::Get(household.household_id(), Viewer())->monitor_type(), "");
  EXPECT_EQ(CountEvents("RiskConfirmed"), 0);
  EXPECT_EQ(CountEvents("MonitoringCaseClosed"), 1);
}

TEST_F(MonitoringCaseTest, TheGreenChannelStaysFlaggedUntilTheProcedureIsComplete) {
  const std::string id = Report(Register().household_id(), Clue::FIELD, "01")->case_id();
  v1::GrantEmergencySupportRequest request;
  request.set_case_id(id);
  request.set_note("火灾");
  EXPECT_EQ(ReasonOf(Do(&Monitoring::GrantEmergencySupport, request, Registrar())), "PERMISSION_DENIED");
  EXPECT_TRUE(Do(&Monitoring::GrantEmergencySupport, request, Reviewer())->emergency_open());
  EXPECT_EQ(ReasonOf(Do(&Monitoring::GrantEmergencySupport, request, Reviewer())), "MONITORING_EMERGENCY_OPEN");
  EXPECT_EQ(CountEvents("EmergencySupportStarted"), 1);
  const auto flagged = [](v1::ListCasesRequest* wanted) { wanted->set_emergency_open(true); };
  EXPECT_THAT(CasesOf(kVillage, flagged), ElementsAre(id));
  ASSERT_TRUE(Check(id, 5000).ok() && IssueReport(id).ok());
  Complete(StartEntry({id})->procedure_id());
  EXPECT_TRUE(CasesOf(kVillage, flagged).empty());
}

TEST_F(MonitoringCaseTest, ARiskIsEliminatedAndMayComeBack) {
  const v1::Household household = Register();
  const std::string id = Monitored(household).case_id();
  clock_.Advance(kHalfYear);
  EXPECT_EQ(ReasonOf(StartElimination(id)), "MONITORING_NOT_ELIMINABLE") << "nobody judged it";
  ASSERT_EQ(Report(household.household_id(), Clue::SOCIAL, "02", "9")->case_id(), id);
  EXPECT_EQ(JudgeGone(id)->elimination().outcome().verdict(), "FAIL") << "a clue is open";
  ASSERT_TRUE(Review(id, v1::MonitoringReview::IMPROVED).ok());
  const auto judged = JudgeGone(id);
  ASSERT_EQ(judged->elimination().outcome().verdict(), "PASS") << judged->elimination().outcome().DebugString();
  const auto started = StartElimination(id);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(Get(id).state(), Case::ELIMINATING);
  Complete(started->procedure_id());
  EXPECT_EQ(Get(id).state(), Case::ELIMINATED);
  const auto now = RegisterFixture::Get(household.household_id(), Viewer());
  EXPECT_EQ(now->monitor_type(), "1") << "what is known stays";
  EXPECT_TRUE(now->risk_eliminated());
  EXPECT_EQ(CountEvents("RiskEliminated"), 1);
  EXPECT_NE(Report(household.household_id(), Clue::FIELD, "05")->case_id(), id);
}

TEST_F(MonitoringCaseTest, AClueDuringTheEliminationKeepsTheHouseholdMonitored) {
  const v1::Household household = Register();
  const std::string id = Eliminating(household);
  ASSERT_EQ(Report(household.household_id(), Clue::SOCIAL, "02", "9")->case_id(), id);
  Complete(Get(id).elimination_procedure_id());
  const Case held = Get(id);
  EXPECT_EQ(held.state(), Case::MONITORED);
  EXPECT_THAT(held.return_note(), HasSubstr("新线索"));
  EXPECT_EQ(held.eliminate_date(), "");
  EXPECT_FALSE(RegisterFixture::Get(household.household_id(), Viewer())->risk_eliminated());
  EXPECT_EQ(CountEvents("RiskEliminated"), 0);
  EXPECT_EQ(Clues(Clue::OPEN), 1) << "nobody has looked at it";
  ASSERT_TRUE(Review(id, v1::MonitoringReview::IMPROVED).ok());
  EXPECT_EQ(ReasonOf(StartElimination(id)), "MONITORING_NOT_ELIMINABLE") << "the judgement is older than the clue";
  EXPECT_EQ(JudgeGone(id)->return_note(), "");
  const auto started = StartElimination(id);
  ASSERT_TRUE(started.ok()) << started.status();
  ASSERT_TRUE(Report(household.household_id(), Clue::SOCIAL, "02", "10").ok());
  ASSERT_TRUE(Review(id, v1::MonitoringReview::IMPROVED).ok());
  Complete(started->procedure_id());
  EXPECT_EQ(Get(id).state(), Case::ELIMINATED) << "the clue was looked at in time";
}

TEST_F(MonitoringCaseTest, AWorsenedReviewStopsTheElimination) {
  const v1::Household household = Register();
  const std::string id = Eliminating(household);
  ASSERT_TRUE(Review(id, v1::MonitoringReview::WORSENED).ok());
  Complete(Get(id).elimination_procedure_id());
  EXPECT_EQ(Get(id).state(), Case::MONITORED);
  EXPECT_THAT(Get(id).return_note(), HasSubstr("风险加重"));
  EXPECT_FALSE(RegisterFixture::Get(household.household_id(), Viewer())->risk_eliminated());
}

TEST_F(MonitoringCaseTest, AJudgementIsVoidAfterALaterClueOrReview) {
  const v1::Household household = Register();
  const std::string id = Monitored(household).case_id();
  clock_.Advance(kHalfYear);
  ASSERT_EQ(JudgeGone(id)->elimination().outcome().verdict(), "PASS");
  ASSERT_TRUE(Review(id, v1::MonitoringReview::WORSENED).ok());
  EXPECT_TRUE(Get(id).elimination().outdated());
  EXPECT_EQ(ReasonOf(StartElimination(id)), "MONITORING_NOT_ELIMINABLE");
  ASSERT_FALSE(JudgeGone(id)->elimination().outdated());
  v1::DismissClueRequest dismiss;
  dismiss.set_clue_id(Report(household.household_id(), Clue::SOCIAL, "02", "9")->clue_id());
  dismiss.set_reason("01");
  ASSERT_TRUE(Do(&Monitoring::DismissClue, dismiss, Registrar()).ok());
  EXPECT_EQ(ReasonOf(StartElimination(id)), "MONITORING_NOT_ELIMINABLE") << "no clue is open, but one came";
  ASSERT_TRUE(JudgeGone(id).ok());
  EXPECT_TRUE(StartElimination(id).ok());
}

TEST_F(MonitoringCaseTest, ARefusedEntryWithANewerClueIsCheckedAgain) {
  const v1::Household household = Register();
  const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
  ASSERT_TRUE(Check(id, 5000).ok() && IssueReport(id).ok());
  const auto refused = StartEntry({id});
  clock_.Advance(absl::Hours(48));
  const auto newer = Report(household.household_id(), Clue::FIELD, "02");
  ASSERT_EQ(newer->procedure_id(), refused->procedure_id());
  procedure::v1::Action reject;
  reject.mutable_reject()->set_reason("情况不属实");
  ASSERT_EQ(Act(refused->procedure_id(), reject, Registrar()), "OK");
  const Case again = Get(id);
  EXPECT_EQ(again.state(), Case::OPEN);
  EXPECT_THAT(again.return_note(), HasSubstr("新的线索"));
  EXPECT_EQ(again.clock_start_time().seconds(), newer->receive_time().seconds()) << "of the clue that is left";
  EXPECT_EQ(CountEvents("MonitoringCaseClosed"), 0);
  EXPECT_EQ(Clues(Clue::SETTLED), 1);
  EXPECT_EQ(Clues(Clue::OPEN), 1);
  ASSERT_TRUE(Check(id, 5000).ok());
  EXPECT_EQ(ReasonOf(StartEntry({id})), "MONITORING_REPORT_REQUIRED") << "the old report told of the old check";
  ASSERT_TRUE(IssueReport(id).ok());
  const auto second = StartEntry({id});
  ASSERT_TRUE(Report(household.household_id(), Clue::FIELD, "05").ok());
  Complete(second->procedure_id());
  EXPECT_EQ(Get(id).state(), Case::MONITORED);
  EXPECT_EQ(Clues(Clue::SETTLED), 2);
  EXPECT_EQ(Clues(Clue::OPEN), 1) << "what came during the entry waits for a review";
}

TEST_F(MonitoringCaseTest, TheHouseholdMustStillFitWhenTheEntryEnds) {
  const v1::Household household = Register();
  const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
  ASSERT_TRUE(Check(id, 5000).ok() && IssueReport(id).ok());
  const auto started = StartEntry({id});
  database_.Sql("UPDATE household SET type = 2");  // it became an ordinary one, which the group does not take
  Complete(started->procedure_id());
  const Case back = Get(id);
  EXPECT_EQ(back.state(), Case::OPEN);
  EXPECT_THAT(back.return_note(), HasSubstr("不再符合"));
  EXPECT_EQ(back.group(), "");
  EXPECT_EQ(RegisterFixture::Get(household.household_id(), Viewer())->monitor_type(), "");
  EXPECT_EQ(CountEvents("RiskConfirmed"), 0);
  EXPECT_EQ(Clues(Clue::OPEN), 1);
  EXPECT_EQ(Check(id, 5000)->check().outcome().verdict(), "FAIL");
  EXPECT_EQ(Get(id).return_note(), "");
}

TEST_F(MonitoringCaseTest, TheIncomeWasNotAboveTheLineBeforeItWasFoundLow) {
  const std::string id = Monitored(Register()).case_id();
  clock_.Advance(kHalfYear);
  EXPECT_EQ(ReasonOf(JudgeGone(id, 700'001, "2026-03-01")), "INVALID_FIELD") << "before the entry";
  ASSERT_EQ(JudgeGone(id, 700'000)->low_income_date(), "2026-09-18");
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(ReasonOf(JudgeGone(id)), "INVALID_FIELD") << "yesterday it was at the line";
  EXPECT_EQ(JudgeGone(id, 700'001, "2026-09-18")->elimination().outcome().verdict(), "FAIL") << "not for long";
}

TEST_F(MonitoringCaseTest, NobodyChoosesARegimeByDatingBack) {
  const v1::Household household = Register();
  const std::string id = Report(household.household_id(), Clue::FIELD, "01")->case_id();
  v1::RecordRiskCheckRequest check;
  check.set_case_id(id);
  check.set_date("2026-03-01");
  check.set_authorisation_date("2026-03-01");
  check.set_authorisation_sha256(std::string(64, 'a'));
  check.mutable_money()->set_wage_fen(1);
  EXPECT_EQ(ReasonOf(Do(&Monitoring::RecordRiskCheck, check, Registrar())), "INVALID_FIELD") << "before the clue";
  clock_.Advance(absl::Hours(48));
  check.set_date("2026-03-02");
  EXPECT_TRUE(Do(&Monitoring::RecordRiskCheck, check, Registrar()).ok());
  const std::string other = Monitored(Register()).case_id();
  clock_.Advance(absl::Hours(48));
  EXPECT_EQ(ReasonOf(JudgeGone(other, 700'001, "", "2026-03-03")), "INVALID_FIELD") << "before the entry";
  EXPECT_TRUE(JudgeGone(other, 700'001, "", "2026-03-04").ok());
}

TEST_F(MonitoringCaseTest, AReviewSettlesWhatCameUntilItsDay) {
  const v1::Household household = Register();
  const std::string id = Monitored(household).case_id();
  ASSERT_EQ(Clues(Clue::SETTLED), 1);
  ASSERT_TRUE(Report(household.household_id(), Clue::SOCIAL, "02", "9").ok());
  clock_.Advance(absl::Hours(48));
  ASSERT_TRUE(Report(household.household_id(), Clue::SOCIAL, "02", "10").ok());
  ASSERT_TRUE(Review(id, v1::MonitoringReview::UNCHANGED, "2026-03-02").ok());
  EXPECT_EQ(Clues(Clue::SETTLED), 2) << "the visit was on the day of the first";
  EXPECT_EQ(Clues(Clue::OPEN), 1);
}

TEST_F(MonitoringCaseTest, ReviewsAreDueAndCampaignsAskForThem) {
  const std::string reviewed = Monitored(Register()).case_id(), left = Monitored(Register()).case_id();
  v1::CreateReviewCampaignRequest create;
  create.set_area(std::to_string(kCounty));
  create.set_title("集中排查");
  create.set_from_date("2026-03-01");
  create.set_to_date("2026-03-31");
  const auto campaign = Do(&Monitoring::CreateReviewCampaign, create, Reviewer());
  ASSERT_TRUE(campaign.ok()) << campaign.status();
  ASSERT_TRUE(Review(reviewed, v1::MonitoringReview::WORSENED).ok());
  v1::GetReviewCampaignRequest get;
  get.set_campaign_id(campaign->campaign_id());
  const auto counted = Do(&Monitoring::GetReviewCampaign, get, Viewer());
  EXPECT_EQ(counted->monitored_count(), 2);
  EXPECT_EQ(counted->reviewed_count(), 1);
  EXPECT_EQ(counted->worsened_count(), 1);
  const auto unreviewed = [&](v1::ListCasesRequest* request) { request->set_unreviewed_in(campaign->campaign_id()); };
  EXPECT_THAT(CasesOf(kVillage, unreviewed), ElementsAre(left));
  clock_.Advance(absl::Hours(91 * 24));
  const auto late = [](v1::ListCasesRequest* request) { request->set_review_overdue(true); };
  EXPECT_EQ(CasesOf(kVillage, late).size(), 2u);
  EXPECT_TRUE(Review(left, v1::MonitoringReview::UNCHANGED)->late());
  EXPECT_THAT(CasesOf(kVillage, late), ElementsAre(reviewed));
}

TEST_F(MonitoringCaseTest, EveryCountOpensItsList) {
  Monitored(Register());
  Monitored(Register());
  ASSERT_TRUE(Report(Register().household_id(), Clue::FIELD, "02").ok());
  v1::GetMonitoringStatisticsRequest request;
  request.set_area(std::to_string(kCounty));
  const auto counted = Do(&Monitoring::GetMonitoringStatistics, request, Viewer());
  ASSERT_TRUE(counted.ok()) << counted.status();
  ASSERT_EQ(counted->by_state_size(), 2);
  EXPECT_EQ(counted->by_state(0).key(), "OPEN");
  EXPECT_EQ(counted->by_state(1).query(), "area=150526000000&state=MONITORED");
  EXPECT_EQ(counted->by_state(1).case_count(), 2);
  ASSERT_EQ(counted->by_group_size(), 1);
  EXPECT_EQ(counted->by_group(0).label(), "脱贫不稳定户");
  const auto of_group = [](v1::ListCasesRequest* wanted) {
    wanted->set_monitored(true);
    wanted->set_group("1");
  };
  EXPECT_EQ(static_cast<int64_t>(CasesOf(std::to_string(kCounty), of_group).size()), counted->by_group(0).case_count());
  ASSERT_EQ(counted->by_area_size(), 1);
  EXPECT_EQ(counted->by_area(0).key(), "150526100000");
  EXPECT_EQ(counted->by_area(0).case_count(), 2);
  EXPECT_EQ(counted->by_trigger(0).key(), "01");
}

}  // namespace
}  // namespace bangfu::registration
