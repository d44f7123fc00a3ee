#include "services/registration/rpc/identification_procedure.h"

#include "gmock/gmock.h"
#include "services/registration/rpc/identification_fixture.h"

namespace bangfu::registration {
namespace {

using procedure::Approve;
using procedure::Object;
using procedure::Reject;
using procedure::Resolve;
using procedure::TakeOut;
using procedure::Withdraw;
using ::testing::HasSubstr;
using ::testing::Not;

class IdentificationProcedureTest : public IdentificationFixture {
 protected:
  void SetUp() override {
    PublishAll();
    campaign_ = Open()->campaign_id();
  }

  void PublishCases() {
    Publish(Definition("清退", R"("head_name", "removal_reason")"), "HOUSEHOLD_REMOVAL");
    Publish(Definition("返贫", R"("head_name", "main_cause")"), "HOUSEHOLD_RETURN");
  }

  absl::StatusOr<v1::StartedProcedure> Remove(const std::vector<std::string>& household_ids) {
    v1::StartRemovalRequest request;
    request.set_area(kVillage);
    for (const std::string& id : household_ids) {
      auto& candidate = *request.add_candidates();
      candidate.set_household_id(id);
      candidate.set_removal_reason("03");
    }
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::StartRemoval, request, Registrar());
  }

  absl::StatusOr<v1::StartedProcedure> Return(const std::string& household_id) {
    v1::StartReturnRequest request;
    request.set_area(kVillage);
    auto& candidate = *request.add_candidates();
    candidate.set_household_id(household_id);
    candidate.set_main_cause("04");
    request.set_request_id(testing::NewRequestId());
    return Call(service_, &Service::StartReturn, request, Registrar());
  }

  std::vector<v1::RegisterCase> Cases() {
    v1::ListRegisterCasesRequest request;
    auto listed = Call(service_, &Service::ListRegisterCases, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->cases().begin(), listed->cases().end()};
  }

  v1::Household Household(const std::string& id) { return *Get(id, Viewer()); }

  std::string campaign_;
};

TEST_F(IdentificationProcedureTest, AllAreCheckedAndWhoCannotEnterIsRefusedFirst) {
  const Application poor = Checked(campaign_, "danger");
  const Application well_off = Checked(campaign_, "danger", 9000);
  const Application excluded = Checked(campaign_, "danger", 1000, kVillage, R"({"key": "car"})");
  const Application unchecked = Applied(campaign_, Ordinary(1000));
  EXPECT_EQ(ReasonOf(Start(campaign_)), "APPLICATIONS_UNCHECKED");
  ASSERT_TRUE(TakeBack(unchecked).ok());
  const auto started = Start(campaign_);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->listed_count(), 1);
  EXPECT_EQ(started->refused_count(), 2);
  EXPECT_EQ(Latest(well_off.application_id()).note(), "不符合进入条件");
  EXPECT_EQ(Latest(excluded.application_id()).state(), Application::REFUSED);
  EXPECT_EQ(Latest(poor.application_id()).state(), Application::IN_PROCEDURE);
  EXPECT_EQ(ReasonOf(Start(campaign_)), "APPLICATIONS_NONE");
  EXPECT_EQ(ReasonOf(TakeBack(Latest(poor.application_id()))), "APPLICATION_WRONG_STATE");
  Complete(started->procedure_id());
  EXPECT_EQ(Household(well_off.household_id()).type(), v1::Household::ORDINARY);
  const auto progress = Campaign(campaign_).progress();
  EXPECT_EQ(progress.approved_count(), 1);
  EXPECT_EQ(progress.refused_count(), 2);
  EXPECT_EQ(progress.ranked_count(), 1);
  EXPECT_EQ(progress.excluded_count(), 1);
  EXPECT_EQ(progress.applied_count(), 4);
}

TEST_F(IdentificationProcedureTest, ApprovedHouseholdsAreRegistered) {
  const Application poor = Checked(campaign_, "danger");
  const std::string id = Start(campaign_)->procedure_id();
  const std::string text = NoticeOf(id, Registrar()).text();
  EXPECT_THAT(text, HasSubstr("巴彦塔拉嘎查共 1 户"));
  EXPECT_THAT(text, HasSubstr("其木格"));
  EXPECT_THAT(text, HasSubstr("30.00"));
  PostNotice(id);
  EXPECT_EQ(Latest(poor.application_id()).state(), Application::IN_NOTICE);
  EXPECT_EQ(Campaign(campaign_).progress().in_notice_count(), 1);
  EXPECT_EQ(Act(id, Approve(), Registrar()), "NOTICE_RUNNING");
  PassDays(3);
  EXPECT_EQ(Act(id, Approve(), Registrar()), "OK");
  EXPECT_EQ(Latest(poor.application_id()).state(), Application::IN_PROCEDURE);
  EXPECT_EQ(Act(id, Approve(), Registrar()), "NOT_YOUR_STEP") << "the county decides";
  EXPECT_EQ(Household(poor.household_id()).type(), v1::Household::ORDINARY) << "not yet";
  EXPECT_EQ(Act(id, Approve(), Reviewer()), "OK");

  const v1::Household household = Household(poor.household_id());
  EXPECT_EQ(household.type(), v1::Household::REGISTERED);
  EXPECT_EQ(household.standard() + household.attribute() + household.main_cause() + household.exit_flag(), "101020");
  EXPECT_EQ(household.identify_date(), "2026-03-05");
  EXPECT_EQ(Latest(poor.application_id()).state(), Application::APPROVED);
  EXPECT_EQ(Statistics(kVillage)->total().household_count(), 1);
  EXPECT_EQ(CountEvents("HouseholdsIdentified"), 1);
  EXPECT_EQ(database_.Count("record_version WHERE kind = 1"), 1) << "the ordinary household is kept as it was";
}

TEST_F(IdentificationProcedureTest, AnObjectionStopsTheClockAndDropsTheHousehold) {
  const Application stays = Checked(campaign_, "danger");
  const Application goes = Checked(campaign_, "poor");
  const std::string id = Start(campaign_)->procedure_id();
  PostNotice(id);
  EXPECT_EQ(Act(id, Object(goes.household_id()), Registrar()), "OK");
  PassDays(5);
  EXPECT_EQ(Act(id, Approve(), Registrar()), "OBJECTIONS_OPEN");
  EXPECT_EQ(Act(id, Resolve(1, procedure::v1::ResolveObjection::UPHELD), Registrar()), "OK");
  EXPECT_EQ(Act(id, Approve(), Registrar()), "NOTICE_RUNNING") << "the days of the objection do not count";
  const Application refused = Latest(goes.application_id());
  EXPECT_EQ(refused.state(), Application::REFUSED);
  EXPECT_THAT(refused.note(), HasSubstr("公示异议 1 成立"));
  PassDays(4);
  EXPECT_EQ(Act(id, Approve(), Registrar()), "OK");
  EXPECT_EQ(Act(id, Approve(), Reviewer()), "OK");
  EXPECT_EQ(Household(stays.household_id()).type(), v1::Household::REGISTERED);
  EXPECT_EQ(Household(goes.household_id()).type(), v1::Household::ORDINARY);
}

TEST_F(IdentificationProcedureTest, AListThatIsWithdrawnCanBeStartedAgain) {
  const Application application = Checked(campaign_, "danger");
  const std::string first = Start(campaign_)->procedure_id();
  PostNotice(first);
  EXPECT_EQ(Act(first, Withdraw(), Registrar()), "OK");
  EXPECT_EQ(Latest(application.application_id()).state(), Application::CHECKED);
  const auto second = Start(campaign_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(Act(second->procedure_id(), Reject(), Registrar()), "OK");
  EXPECT_EQ(Latest(application.application_id()).state(), Application::REFUSED);
  EXPECT_THAT(Latest(application.application_id()).note(), Not(::testing::IsEmpty()));
  EXPECT_EQ(CountEvents("HouseholdsIdentified"), 0);
}

TEST_F(IdentificationProcedureTest, WhoeverIsGoneByThenIsNotRegistered) {
  const Application gone = Checked(campaign_, "danger");
  const Application stays = Checked(campaign_, "danger");
  const std::string id = Start(campaign_)->procedure_id();
  ASSERT_TRUE(Archive(Household(gone.household_id())).ok());
  Complete(id);
  EXPECT_EQ(Latest(gone.application_id()).state(), Application::REFUSED);
  EXPECT_THAT(Latest(gone.application_id()).note(), HasSubstr("已归档"));
  EXPECT_EQ(Household(gone.household_id()).state(), v1::Household::ARCHIVED);
  EXPECT_EQ(Household(stays.household_id()).type(), v1::Household::REGISTERED);
}

TEST_F(IdentificationProcedureTest, WhatIsNotKnownHasToBeSettledFirst) {
  const Application open = Checked(campaign_, "danger", -1);
  EXPECT_EQ(open.entry_verdict(), "INCOMPLETE");
  EXPECT_EQ(ReasonOf(Start(campaign_)), "APPLICATIONS_UNSETTLED");
}

TEST_F(IdentificationProcedureTest, AQuotaTakesTheFirstOfTheWholeCampaign) {
  const std::string campaign = Open(1)->campaign_id();
  const Application first = Checked(campaign, "danger", 1000, kSecondVillage);
  const Application second = Checked(campaign, "poor");
  EXPECT_EQ(ReasonOf(Start(campaign)), "CAMPAIGN_STILL_OPEN");
  ASSERT_TRUE(Close(campaign).ok());
  const auto here = Start(campaign);
  ASSERT_TRUE(here.ok()) << here.status();
  EXPECT_EQ(here->procedure_id(), "") << "nobody is left";
  EXPECT_THAT(Latest(second.application_id()).note(), HasSubstr("控制规模 1 户"));
  EXPECT_EQ(Start(campaign, kSecondVillage)->listed_count(), 1);
  EXPECT_EQ(Latest(first.application_id()).state(), Application::IN_PROCEDURE);
}

TEST_F(IdentificationProcedureTest, ListsMadeByAQuotaHoldTheRanking) {
  const std::string campaign = Open(1)->campaign_id();
  const Application first = Checked(campaign, "danger", 1000, kSecondVillage);
  const Application next = Checked(campaign, "poor", 1000, kSecondVillage);
  const Application refused = Checked(campaign, "poor", 2000);
  ASSERT_TRUE(Close(campaign).ok());
  EXPECT_TRUE(Check(CheckOf(next.application_id(), "poor")).ok()) << "nothing is decided yet";
  EXPECT_EQ(Start(campaign)->refused_count(), 1);
  EXPECT_EQ(ReasonOf(Check(CheckOf(next.application_id(), "danger"))), "RANKING_DECIDED");
  const auto withdrawn = TakeBack(first);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_TRUE(withdrawn->ranked()) << "it keeps its place";
  const auto started = Start(campaign, kSecondVillage);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->listed_count(), 0) << "the line has not moved behind the refusal";
  EXPECT_EQ(Latest(next.application_id()).state(), Application::REFUSED);
}

TEST_F(IdentificationProcedureTest, AQuotaIsDrawnWhenAllOfTheCampaignIsSettled) {
  const std::string campaign = Open(2)->campaign_id();
  const Application open = Checked(campaign, "danger", -1, kSecondVillage);
  Checked(campaign, "poor");
  ASSERT_TRUE(Close(campaign).ok());
  EXPECT_EQ(ReasonOf(Start(campaign)), "APPLICATIONS_UNSETTLED");
  const auto withdrawn = TakeBack(open);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_FALSE(withdrawn->ranked()) << "nothing is decided yet";
  EXPECT_EQ(Start(campaign)->listed_count(), 1);
}

TEST_F(IdentificationProcedureTest, WhoDoesNotMeetTheStandardIsRemoved) {
  const v1::Household removed = Register(), stays = Register();
  EXPECT_EQ(ReasonOf(Remove({removed.household_id()})), "NO_POLICY_APPLIES");
  PublishCases();
  EXPECT_EQ(ReasonOf(Remove({Ordinary(1000).household_id()})), "HOUSEHOLD_NOT_ELIGIBLE");
  EXPECT_EQ(ReasonOf(Remove({Register(kSecondVillage).household_id()})), "HOUSEHOLD_NOT_ELIGIBLE");
  EXPECT_EQ(ReasonOf(Remove({removed.household_id(), removed.household_id()})), "LIST_INVALID");
  const auto started = Remove({removed.household_id(), stays.household_id()});
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(ReasonOf(Remove({stays.household_id()})), "SUBJECT_BUSY");
  EXPECT_THAT(NoticeOf(started->procedure_id(), Registrar()).text(), HasSubstr("有非生产性汽车或大型机械"));
  EXPECT_EQ(Act(started->procedure_id(), TakeOut(stays.household_id()), Registrar()), "OK");
  Complete(started->procedure_id());
  const v1::Household after = Household(removed.household_id());
  EXPECT_EQ(after.type(), v1::Household::ORDINARY);
  EXPECT_EQ(after.standard() + after.exit_flag(), "");
  EXPECT_EQ(Household(stays.household_id()).type(), v1::Household::REGISTERED);
  EXPECT_EQ(CountEvents("HouseholdsRemoved"), 1);
  const auto cases = Cases();
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].state(), v1::RegisterCase::APPROVED);
  EXPECT_EQ(cases[1].state(), v1::RegisterCase::REFUSED);
  EXPECT_EQ(Statistics(kVillage)->total().household_count(), 1);
}

TEST_F(IdentificationProcedureTest, WhoFellBackEntersAgain) {
  PublishCases();
  v1::Household household = Register();
  EXPECT_EQ(ReasonOf(Return(household.household_id())), "HOUSEHOLD_NOT_OUT");
  household.set_exit_flag("1");
  household.set_exit_year(2025);
  ASSERT_TRUE(Update(household, {"exit_flag", "exit_year"}).ok());
  database_.Sql("UPDATE household SET buffer_end_date = '2027-01-01'");
  const auto started = Return(household.household_id());
  ASSERT_TRUE(started.ok()) << started.status();
  Complete(started->procedure_id());
  const v1::Household after = Household(household.household_id());
  EXPECT_EQ(after.exit_flag(), "3");
  EXPECT_EQ(after.main_cause(), "04");
  EXPECT_EQ(after.buffer_end_date(), "");
  EXPECT_EQ(after.identify_date(), "2026-03-05");
  EXPECT_EQ(Statistics(kVillage)->total().exited_household_count(), 0);
  EXPECT_EQ(CountEvents("HouseholdsReturned"), 1);
  EXPECT_EQ(Cases()[0].state(), v1::RegisterCase::APPROVED);
}

}  // namespace
}  // namespace bangfu::registration
