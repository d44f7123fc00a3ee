#include "services/registration/rpc/identification_rpc.h"

#include "common/policy/decision_store.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/identification_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Ranked = v1::RankedApplication;

class IdentificationRpcTest : public IdentificationFixture {
 protected:
  using Ranking = v1::ListIdentificationRankingResponse;

  absl::StatusOr<Ranking> RankedIn(const std::string& campaign_id, const std::string& area = "", int page_size = 0,
                                   const std::string& page_token = "", const std::string& token = "") {
    v1::ListIdentificationRankingRequest request;
    request.set_campaign_id(campaign_id);
    request.set_area(area);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return Call(service_, &Service::ListIdentificationRanking, request, token.empty() ? Viewer() : token);
  }

  // "rank/sharing application", in order.
  static std::vector<std::string> Lines(const Ranking& ranking) {
    std::vector<std::string> lines;
    for (const Ranked& entry : ranking.entries()) {
      lines.push_back(
          absl::StrCat(entry.rank(), "/", entry.sharing_count(), " ", entry.application().application_id()));
    }
    return lines;
  }

  std::vector<policy::DecisionRecord> DecisionsAbout(const std::string& household_id) {
    std::vector<policy::DecisionRecord> found;
    const auto read = database_.database().Read({}, [&](db::Tx& tx) {
      for (auto& loaded : policy::ListDecisions(tx, *ids::ParseRecordId(household_id), "", 0, 100)) {
        found.push_back(std::move(loaded.decision));
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    return found;
  }

  std::vector<std::string> ListApplied(const std::string& area, const std::string& token) {
    v1::ListIdentificationApplicationsRequest request;
    request.set_area(area);
    request.set_page_size(1);
    std::vector<std::string> ids;
    do {
      auto page = Call(service_, &Service::ListIdentificationApplications, request, token);
      if (!page.ok()) return {ReasonOf(page)};
      for (const Application& application : page->applications()) ids.push_back(application.application_id());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }
};

TEST_F(IdentificationRpcTest, ACampaignKeepsTheRulesOfItsFirstDay) {
  EXPECT_EQ(ReasonOf(Open()), "NO_POLICY_APPLIES");
  PublishAll();
  const auto campaign = Open();
  ASSERT_TRUE(campaign.ok()) << campaign.status();
  EXPECT_EQ(campaign->policies_size(), 4);
  EXPECT_EQ(campaign->year(), 2025) << "the collection year that ended before the campaign";
  EXPECT_EQ(CountEvents("IdentificationCampaignOpened"), 1);

  v1::ScoringRubric stricter = Rubric();
  stricter.mutable_items(0)->mutable_options(2)->set_points_centi(100);
  const std::string later = Publish(stricter, "", "150526000000");
  const Application checked = Checked(campaign->campaign_id(), "danger");
  EXPECT_EQ(checked.score_centi(), 3000) << "by the rubric of the campaign";
  EXPECT_EQ(Campaign(campaign->campaign_id()).policies(0).policy_id(), campaign->policies(0).policy_id());
  EXPECT_EQ(Open()->policies(0).policy_id(), later);
}

TEST_F(IdentificationRpcTest, CampaignsAreOfCountiesOrLess) {
  PublishAll();
  v1::OpenIdentificationCampaignRequest request;
  request.set_area("150000000000");
  request.set_title("全区");
  request.set_start_date("2026-03-01");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(service_, &Service::OpenIdentificationCampaign, request, Reviewer(kProvince))),
            "INVALID_FIELD");
  request.set_area("150526000000");
  request.set_end_date("2026-02-01");
  EXPECT_EQ(ReasonOf(Call(service_, &Service::OpenIdentificationCampaign, request, Reviewer(kProvince))),
            "INVALID_FIELD");
}

TEST_F(IdentificationRpcTest, OrdinaryHouseholdsApplyOnceAtATime) {
  PublishAll();
  const std::string campaign = Open()->campaign_id();
  const v1::Household registered = Register();
  EXPECT_EQ(ReasonOf(Apply(ApplicationOf(campaign, registered.household_id()), Registrar())),
            "HOUSEHOLD_REGISTERED_ALREADY");
  const v1::Household foreign = Ordinary(1000, kForeignVillage);
  EXPECT_EQ(ReasonOf(Apply(ApplicationOf(campaign, foreign.household_id()), Registrar(kProvince))),
            "HOUSEHOLD_OUTSIDE_CAMPAIGN");
  const v1::Household household = Ordinary(1000);
  auto on_behalf = ApplicationOf(campaign, household.household_id());
  on_behalf.set_applicant(Application::VILLAGE);
  EXPECT_EQ(ReasonOf(Apply(on_behalf, Registrar())), "INVALID_FIELD") << "who, on its behalf?";
  on_behalf.set_applicant_name("白主任");
  on_behalf.set_apply_date("2026-02-28");
  EXPECT_EQ(ReasonOf(Apply(on_behalf, Registrar())), "INVALID_FIELD") << "before the campaign";
  on_behalf.set_apply_date("2026-03-01");
  const auto applied = Apply(on_behalf, Registrar());
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->state(), Application::APPLIED);
  EXPECT_EQ(applied->head_name(), "其木格");
  EXPECT_EQ(ReasonOf(Apply(ApplicationOf(campaign, household.household_id()), Registrar())), "APPLICATION_PENDING");
  ASSERT_TRUE(TakeBack(*applied).ok());
  const auto again = Apply(ApplicationOf(campaign, household.household_id()), Registrar());
  EXPECT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(ReasonOf(Check(CheckOf(applied->application_id(), "danger"))), "APPLICATION_WRONG_STATE");
  ASSERT_TRUE(Close(campaign).ok());
  EXPECT_EQ(ReasonOf(Apply(ApplicationOf(campaign, Ordinary(1000).household_id()), Registrar())), "CAMPAIGN_CLOSED");
  const auto progress = Campaign(campaign).progress();
  EXPECT_EQ(progress.applied_count(), 2);
  EXPECT_EQ(progress.withdrawn_count(), 1);
  EXPECT_EQ(progress.unchecked_count(), 1);
}

TEST_F(IdentificationRpcTest, ACheckIsScoredDecidedAndReplacedByTheNext) {
  PublishAll();
  const std::string campaign = Open()->campaign_id();
  const v1::Household household = Ordinary(1000);
  const Application applied = Applied(campaign, household);
  const auto first = Check(CheckOf(applied.application_id(), "poor"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->state(), Application::CHECKED);
  EXPECT_EQ(first->score_centi(), 1000);
  EXPECT_EQ(first->entry_verdict(), "PASS") << "below the line";
  EXPECT_TRUE(first->ranked());
  const auto second = Check(CheckOf(applied.application_id(), "danger", R"({"key": "flat", "evidence": "登记信息"})"));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->score_centi(), 3000);
  EXPECT_TRUE(second->excluded());
  EXPECT_EQ(second->entry_verdict(), "FAIL");
  EXPECT_FALSE(second->ranked());

  const auto decisions = DecisionsAbout(household.household_id());
  ASSERT_EQ(decisions.size(), 4u);
  EXPECT_EQ(decisions[0].rule(), "HOUSEHOLD_ENTRY");
  EXPECT_EQ(domain::FoundIn(decisions[0].outcome()).at("RED_LINE_FLAT_FAILED"), "发现 (登记信息)");
  EXPECT_EQ(decisions[1].decision_id(), second->score_decision_id());
  EXPECT_EQ(domain::FoundIn(decisions[1].outcome()).at("ITEM_HOUSE"), "危房 (30.00 分)");

  v1::ListHomeChecksRequest list;
  list.set_application_id(applied.application_id());
  const auto checks = Call(service_, &Service::ListHomeChecks, list, Viewer());
  ASSERT_TRUE(checks.ok()) << checks.status();
  ASSERT_EQ(checks->checks_size(), 2);
  EXPECT_EQ(checks->checks(0).check_id(), second->check_id());
  EXPECT_EQ(checks->checks(1).visitors(0), "包海山");
  EXPECT_EQ(database_.Count("home_check WHERE position('包海山'::bytea IN body) > 0"), 0) << "sealed";
}

TEST_F(IdentificationRpcTest, AnswersThatDoNotFitAreRefused) {
  PublishAll();
  const Application applied = Applied(Open()->campaign_id(), Ordinary(1000));
  EXPECT_EQ(ReasonOf(Check(CheckOf(applied.application_id(), "castle"))), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Check(CheckOf(applied.application_id(), "poor", R"({"key": "boat"})"))), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Check(CheckOf(applied.application_id(), "poor", R"({"key": "flat"})"))), "INVALID_FIELD")
      << "the paper is missing";
  auto future = CheckOf(applied.application_id(), "poor");
  future.mutable_check()->mutable_visit_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()) + 60);
  EXPECT_EQ(ReasonOf(Check(future)), "INVALID_FIELD");
  EXPECT_EQ(database_.Count("home_check"), 0);
}

TEST_F(IdentificationRpcTest, RanksAreStableAndTiesShareThem) {
  PublishAll();
  const std::string campaign = Open(2)->campaign_id();
  const Application low = Checked(campaign, "poor", 1000);
  const Application top = Checked(campaign, "danger", 500, kSecondVillage);
  const Application tied = Checked(campaign, "danger", 1000);
  const Application equal = Checked(campaign, "danger", 1000);
  Checked(campaign, "danger", 9000);                                 // fails the entry test
  Checked(campaign, "danger", 1000, kVillage, R"({"key": "car"})");  // is excluded
  const auto line = [](const char* rank, const Application& one) {
    return absl::StrCat(rank, " ", one.application_id());
  };
  const std::vector<std::string> all = {line("1/1", top), line("2/2", tied), line("2/2", equal), line("4/1", low)};
  const auto ranking = RankedIn(campaign);
  ASSERT_TRUE(ranking.ok()) << ranking.status();
  EXPECT_EQ(Lines(*ranking), all);
  EXPECT_THAT(ranking->order_rule(), HasSubstr("同分时人均纯收入低者在前"));
  EXPECT_THAT(ranking->line_rule(), HasSubstr("全批次前 2 名"));
  EXPECT_EQ(ranking->entries(2).quota_side(), Ranked::WITHIN) << "who ties with the last goes with it";
  EXPECT_EQ(ranking->entries(3).quota_side(), Ranked::BEYOND);

  std::vector<std::string> paged;
  std::string token;
  do {
    const auto page = RankedIn(campaign, "", 1, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const std::string& one : Lines(*page)) paged.push_back(one);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(paged, all);

  const auto village = RankedIn(campaign, kVillage);
  EXPECT_THAT(Lines(*village), ElementsAre(line("1/2", tied), line("1/2", equal), line("3/1", low)));
  EXPECT_EQ(village->entries(2).quota_side(), Ranked::BEYOND) << "the quota is that of all of the campaign";
}

TEST_F(IdentificationRpcTest, EverybodySeesTheirOwnPart) {
  PublishAll();
  const std::string campaign = Open()->campaign_id();
  const Application here = Checked(campaign, "poor");
  const Application there = Checked(campaign, "poor", 1000, kSecondVillage);
  const std::string clerk = TokenOf(options::v1::REGISTRAR, AreaNumber(kVillage), "village");
  EXPECT_EQ(ReasonOf(RankedIn(campaign, "", 0, "", clerk)), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(RankedIn(campaign, kVillage, 0, "", clerk)->entries_size(), 1);
  EXPECT_THAT(ListApplied("", clerk), ElementsAre(here.application_id()));
  EXPECT_THAT(ListApplied("", Viewer()), ElementsAre(here.application_id(), there.application_id()));
  EXPECT_THAT(ListApplied(kSecondVillage, clerk), ElementsAre("AREA_OUT_OF_SCOPE"));
  v1::GetIdentificationApplicationRequest get;
  get.set_application_id(there.application_id());
  EXPECT_EQ(ReasonOf(Call(service_, &Service::GetIdentificationApplication, get, clerk)), "AREA_OUT_OF_SCOPE");

  v1::ListIdentificationCampaignsRequest list;
  const auto campaigns = Call(service_, &Service::ListIdentificationCampaigns, list, clerk);
  ASSERT_TRUE(campaigns.ok()) << campaigns.status();
  EXPECT_EQ(campaigns->campaigns_size(), 1) << "the village takes part in the county's";
  list.set_state(v1::IdentificationCampaign::CLOSED);
  EXPECT_EQ(Call(service_, &Service::ListIdentificationCampaigns, list, clerk)->campaigns_size(), 0);
  EXPECT_EQ(Campaign(campaign, kSecondVillage).progress().ranked_count(), 1);
}

}  // namespace
}  // namespace bangfu::registration
