// Issues through QualityService: lists, assignment, explanations by two persons, and checking a household again.
#include <set>

#include "gmock/gmock.h"
#include "services/registration/rpc/quality_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class QualityIssueTest : public QualityFixture {
 protected:
  QualityIssueTest() { Publish(); }

  void Miscount(const v1::Household& household, int count) {
    Spoil(absl::StrCat("UPDATE household SET member_count = ", count,
                       " WHERE id = ", NumberOf(household.household_id())));
  }

  // One issue of each of so many households.
  void Find(int households) {
    for (int i = 0; i < households; ++i) Miscount(Register(i % 2 == 0 ? kVillage : kSecondVillage, 1), 5);
    RunOnce();
  }

  absl::StatusOr<v1::AssignQualityIssuesResponse> Assign(v1::AssignQualityIssuesRequest request) {
    if (request.area().empty()) request.set_area("150526000000");
    request.set_assignee("zhang");
    request.set_request_id(testing::NewRequestId());
    return Call(quality_, &Quality::AssignQualityIssues, request, Registrar());
  }
  absl::StatusOr<v1::QualityIssue> RequestWaiver(const v1::QualityIssue& issue, const std::string& token) {
    v1::RequestQualityWaiverRequest request;
    request.set_issue_id(issue.issue_id());
    request.set_etag(issue.etag());
    request.set_explanation("已入户核实, 情况属实");
    request.set_request_id(testing::NewRequestId());
    return Call(quality_, &Quality::RequestQualityWaiver, request, token);
  }
  absl::StatusOr<v1::QualityIssue> Decide(const v1::QualityIssue& issue, bool approved, const std::string& token) {
    v1::DecideQualityWaiverRequest request;
    request.set_issue_id(issue.issue_id());
    request.set_etag(issue.etag());
    request.set_approved(approved);
    request.set_comment("同意");
    request.set_request_id(testing::NewRequestId());
    return Call(quality_, &Quality::DecideQualityWaiver, request, token);
  }
  absl::StatusOr<v1::RecheckHouseholdResponse> Recheck(const std::string& household_id) {
    v1::RecheckHouseholdRequest request;
    request.set_household_id(household_id);
    request.set_request_id(testing::NewRequestId());
    return Call(quality_, &Quality::RecheckHousehold, request, Registrar());
  }
  v1::GetQualityIssueResponse GetIssue(const std::string& issue_id) {
    v1::GetQualityIssueRequest request;
    request.set_issue_id(issue_id);
    auto response = Call(quality_, &Quality::GetQualityIssue, request, Viewer());
    EXPECT_TRUE(response.ok()) << response.status();
    return *response;
  }
};

TEST_F(QualityIssueTest, IssuesAreListedInPagesAndByCondition) {
  Find(5);
  std::set<std::string> seen;
  std::string token;
  do {
    const auto page = Issues("", "", 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    if (token.empty()) {
      EXPECT_EQ(page->total_size(), 5);
    }
    for (const auto& issue : page->issues()) EXPECT_TRUE(seen.insert(issue.issue_id()).second);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_THAT(IssuesIn("rule = MEMBER_COUNT_DISAGREES AND severity = ERROR AND record = HOUSEHOLD"), SizeIs(5));
  EXPECT_THAT(IssuesIn("rule = AREA_UNKNOWN"), IsEmpty());
  EXPECT_THAT(IssuesIn("owner = VILLAGE AND due_date <= \"2026-03-12\" AND assignee = \"\""), SizeIs(5));
  EXPECT_THAT(IssuesIn("found_date < \"2026-03-02\""), IsEmpty());
  EXPECT_EQ(ReasonOf(Issues("found = \"x\"")), "INVALID_FILTER");
  v1::ListQualityIssuesRequest request;
  request.set_household_id(IssuesIn()[0].household_id());
  EXPECT_EQ(Call(quality_, &Quality::ListQualityIssues, request, Viewer())->issues_size(), 1);
  request.set_area("150521000000");
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::ListQualityIssues, request, Viewer())), "AREA_OUT_OF_SCOPE");
}

TEST_F(QualityIssueTest, IssuesAreAssignedInBulk) {
  Find(4);
  v1::AssignQualityIssuesRequest request;
  request.set_area(kVillage);
  request.set_filter("rule = MEMBER_COUNT_DISAGREES");
  request.set_due_date("2026-03-20");
  auto assigned = Assign(request);
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_EQ(assigned->issue_count(), 2);
  EXPECT_THAT(IssuesIn("assignee = \"zhang\" AND due_date = \"2026-03-20\""), SizeIs(2));
  v1::AssignQualityIssuesRequest named;
  named.add_issue_ids(IssuesIn("assignee = \"\"")[0].issue_id());
  EXPECT_EQ(Assign(named)->issue_count(), 1);
  EXPECT_THAT(IssuesIn("assignee = \"\""), SizeIs(1));
  const auto issue = GetIssue(named.issue_ids(0));
  ASSERT_EQ(issue.notes_size(), 1);
  EXPECT_EQ(issue.notes(0).kind(), v1::QualityNote::ASSIGNED);
  EXPECT_EQ(issue.notes(0).subject(), "registrar");
  EXPECT_EQ(RunOnce(), "4/4/0/4/0");
  EXPECT_THAT(IssuesIn("assignee = \"zhang\""), SizeIs(3)) << "a run takes nothing away";
}

TEST_F(QualityIssueTest, ASecondPersonDecidesWhetherTheDataIsRight) {
  Find(1);
  v1::QualityIssue issue = IssuesIn()[0];
  const std::string both = Reviewer();
  auto asked = RequestWaiver(issue, both);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->state(), v1::QualityIssue::WAIVER_REQUESTED);
  EXPECT_EQ(ReasonOf(RequestWaiver(*asked, Registrar())), "QUALITY_ISSUE_WRONG_STATE");
  EXPECT_EQ(ReasonOf(Decide(*asked, true, both)), "QUALITY_WAIVER_SECOND_PERSON");
  EXPECT_EQ(ReasonOf(Decide(*asked, true, Registrar())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Decide(issue, true, TokenOf(options::v1::REVIEWER, kCounty, "other"))), "ETAG_MISMATCH");
  const std::string second = TokenOf(options::v1::REVIEWER, kCounty, "other");
  auto rejected = Decide(*asked, false, second);
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(rejected->state(), v1::QualityIssue::OPEN);
  asked = RequestWaiver(*rejected, Registrar());
  auto waived = Decide(*asked, true, second);
  ASSERT_TRUE(waived.ok()) << waived.status();
  EXPECT_EQ(waived->state(), v1::QualityIssue::WAIVED);
  EXPECT_EQ(GetIssue(issue.issue_id()).notes_size(), 4);
  EXPECT_EQ(RunOnce(), "1/1/0/0/0") << "what is explained is no issue";
  EXPECT_THAT(IssuesIn(), IsEmpty());
  EXPECT_THAT(IssuesIn("state = WAIVED"), SizeIs(1));
}

TEST_F(QualityIssueTest, CommentsAreKept) {
  Find(1);
  v1::CommentQualityIssueRequest request;
  request.set_issue_id(IssuesIn()[0].issue_id());
  request.set_text("明日入户");
  request.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(quality_, &Quality::CommentQualityIssue, request, Registrar()).ok());
  EXPECT_EQ(GetIssue(request.issue_id()).notes(0).text(), "明日入户");
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::CommentQualityIssue, request, Registrar(150521000000))),
            "AREA_OUT_OF_SCOPE");
  request.set_issue_id("150526-0000000000001");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(quality_, &Quality::CommentQualityIssue, request, Registrar())), "QUALITY_ISSUE_NOT_FOUND");
}

TEST_F(QualityIssueTest, AHouseholdThatIsCheckedAgainIsMendedAtOnce) {
  const v1::Household household = Register(kVillage, 2);
  Miscount(household, 5);
  RunOnce();
  EXPECT_EQ(Recheck(household.household_id())->issues_size(), 1) << "nothing has changed";
  Miscount(household, 2);
  const auto checked = Recheck(household.household_id());
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->fixed_count(), 1);
  EXPECT_EQ(checked->issues_size(), 0);
  EXPECT_THAT(IssuesIn(), IsEmpty());
  // Without open issues it is judged by the pack of the village.
  Miscount(household, 6);
  const auto found = Recheck(household.household_id());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->issues_size(), 1);
  EXPECT_EQ(found->issues(0).run_id(), "");
  EXPECT_EQ(ReasonOf(Recheck("150526-0000000000001")), "HOUSEHOLD_NOT_FOUND");
}

// Whoever grows older between the run and the check is the next run's to find.
TEST_F(QualityIssueTest, AHouseholdIsCheckedAgainAsOfTheDateOfItsRun) {
  const v1::Household household = Register(kVillage, 1);
  Spoil("UPDATE member SET labour = '02'");
  Miscount(household, 5);
  EXPECT_EQ(RunOnce(), "1/1/1/0/0");
  clock_.Advance(absl::Hours(24 * 365 * 20));
  auto checked = Recheck(household.household_id());
  ASSERT_TRUE(checked.ok()) << checked.status();
  ASSERT_EQ(checked->issues_size(), 1);
  EXPECT_EQ(checked->issues(0).rule(), v1::QualityRule::MEMBER_COUNT_DISAGREES);
  Miscount(household, 1);
  checked = Recheck(household.household_id());
  EXPECT_EQ(checked->fixed_count(), 1);
  EXPECT_EQ(checked->issues_size(), 0);
  checked = Recheck(household.household_id());
  ASSERT_EQ(checked->issues_size(), 1) << "without open issues it is judged as of the day";
  EXPECT_EQ(checked->issues(0).rule(), v1::QualityRule::SKILLED_LABOUR_AGE);
  EXPECT_EQ(Recheck(household.household_id())->fixed_count(), 0) << "no run has found it";
}

}  // namespace
}  // namespace bangfu::registration
