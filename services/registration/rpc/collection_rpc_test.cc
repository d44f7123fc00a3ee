#include "services/registration/rpc/collection_rpc.h"

#include "services/registration/rpc/management_fixture.h"

namespace bangfu::registration {
namespace {

class CollectionRpcTest : public ManagementFixture {
 protected:
  absl::StatusOr<v1::CollectionForm> Form(const std::string& household_id, int year) {
    v1::GetCollectionFormRequest request;
    request.set_household_id(household_id);
    request.set_year(year);
    return Call(collections_, &Collections::GetCollectionForm, request, Registrar());
  }
  v1::ConfirmUnchangedRequest Confirming(const std::string& household_id, int year) {
    v1::ConfirmUnchangedRequest request;
    request.set_household_id(household_id);
    request.set_year(year);
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  absl::StatusOr<v1::CollectionForm> Confirm(const v1::ConfirmUnchangedRequest& request) {
    return Call(collections_, &Collections::ConfirmUnchanged, request, Registrar());
  }
  void RecordLiving(const std::string& household_id, int year) {
    v1::RecordLivingConditionRequest request;
    request.set_household_id(household_id);
    request.mutable_living_condition()->set_year(year);
    request.mutable_living_condition()->set_safe_water(true);
    request.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordLivingCondition, request, Registrar()).ok());
  }
  v1::CollectionProgress Progress(const std::string& area, int year) {
    v1::GetCollectionProgressRequest request;
    request.set_area(area);
    request.set_year(year);
    auto progress = Call(collections_, &Collections::GetCollectionProgress, request, Viewer(kProvince));
    EXPECT_TRUE(progress.ok()) << progress.status();
    return *progress;
  }
  std::vector<v1::CollectionEntry> List(const std::string& area, int year, v1::CollectionStatus status) {
    std::vector<v1::CollectionEntry> entries;
    v1::ListCollectionsRequest request;
    request.set_area(area);
    request.set_year(year);
    request.set_status(status);
    request.set_page_size(1);
    do {
      auto page = Call(collections_, &Collections::ListCollections, request, Viewer(kProvince));
      EXPECT_TRUE(page.ok()) << page.status();
      entries.insert(entries.end(), page->collections().begin(), page->collections().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }
};

TEST_F(CollectionRpcTest, TheFormIsFilledWithWhatIsKnownAndConfirmedInOneCall) {
  const std::string id = Register(kVillage, 2).household_id();
  EXPECT_EQ(ReasonOf(Confirm([&] {
              auto request = Confirming(id, 2026);
              request.set_confirm_income(true);
              return request;
            }())),
            "COLLECTION_NOTHING_KNOWN");
  ASSERT_TRUE(RecordIncome(id, 2024, 80'000).ok());
  RecordLiving(id, 2025);
  const auto form = Form(id, 2026);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(form->status(), v1::COLLECTION_NOT_BEGUN);
  EXPECT_EQ(form->income_year(), 2024);
  EXPECT_EQ(form->living_year(), 2025);
  EXPECT_EQ(form->members_size(), 2);
  EXPECT_EQ(form->members(0).known_year(), 2026);
  EXPECT_TRUE(form->open());

  auto request = Confirming(id, 2026);
  EXPECT_EQ(ReasonOf(Confirm(request)), "INVALID_FIELD") << "nothing is confirmed";
  request.set_confirm_income(true);
  request.mutable_income()->set_year(2026);
  request.mutable_income()->set_pension_fen(20'000);
  request.set_confirm_living_condition(true);
  const auto confirmed = Confirm(request);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->status(), v1::COLLECTION_DONE);
  EXPECT_EQ(confirmed->income().net_per_capita_fen(), 50'000);
  EXPECT_TRUE(confirmed->living_condition().safe_water());
  EXPECT_EQ(Form(id, 2025)->income_year(), 2024) << "what came later is not known then";
  EXPECT_EQ(Confirm(request)->status(), v1::COLLECTION_DONE) << "a repeat gets the first answer";
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Confirm(request)), "COLLECTION_RECORDED");
}

TEST_F(CollectionRpcTest, ProgressEqualsTheListsBehindIt) {
  const std::string done = Register(kVillage).household_id(), pending = Register(kVillage).household_id();
  Register(kSecondVillage);
  Register(kForeignVillage);
  ASSERT_TRUE(RecordIncome(done, 2026, 10).ok());
  RecordLiving(done, 2026);
  ASSERT_TRUE(RecordIncome(pending, 2026, 10).ok());
  ASSERT_TRUE(RecordIncome(pending, 2025, 10).ok());
  for (const std::string area : {"150000000000", "150526000000", "150526100000", kVillage, kForeignVillage}) {
    const auto progress = Progress(area, 2026);
    std::vector<v1::CollectionCount> counts(progress.parts().begin(), progress.parts().end());
    counts.push_back(progress.total());
    for (const v1::CollectionCount& count : counts) {
      EXPECT_EQ(count.done_count(), List(count.area(), 2026, v1::COLLECTION_DONE).size()) << count.area();
      EXPECT_EQ(count.pending_count(), List(count.area(), 2026, v1::COLLECTION_PENDING).size()) << count.area();
      EXPECT_EQ(count.not_begun_count(), List(count.area(), 2026, v1::COLLECTION_NOT_BEGUN).size()) << count.area();
      EXPECT_EQ(count.household_count(), List(count.area(), 2026, v1::COLLECTION_STATUS_UNSPECIFIED).size());
    }
  }
  EXPECT_EQ(Progress("150526100000", 2026).parts_size(), 2);
  EXPECT_EQ(Progress("150526000000", 2026).total().area_name(), "扎鲁特旗");
  EXPECT_EQ(List(kVillage, 2026, v1::COLLECTION_PENDING)[0].household_id(), pending);
}

TEST_F(CollectionRpcTest, AClosedYearIsReopenedByAReviewer) {
  const std::string id = Register().household_id();
  v1::CollectionWindow window;
  auto* span = window.add_spans();
  span->set_phase(v1::CollectionWindow::ENTRY);
  span->set_first_day(1001);
  span->set_last_day(1120);
  span->set_changes_allowed(true);
  Publish(window);
  EXPECT_TRUE(RecordIncome(id, 2026, 10).ok()) << "before its window closes";
  EXPECT_EQ(ReasonOf(RecordIncome(id, 2025, 10)), "COLLECTION_CLOSED");
  EXPECT_TRUE(RecordIncome(id, 2019, 10).ok()) << "no rule of that year";
  const auto form = Form(id, 2025);
  EXPECT_EQ(form->last_day(), "2025-11-20");
  EXPECT_FALSE(form->open());
  auto confirm = Confirming(id, 2025);
  confirm.set_confirm_income(true);
  EXPECT_EQ(ReasonOf(Confirm(confirm)), "COLLECTION_CLOSED");

  v1::ReopenCollectionRequest reopen;
  reopen.set_household_id(id);
  reopen.set_year(2025);
  reopen.set_reason("录入错误");
  reopen.set_last_day("2026-03-05");
  reopen.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(collections_, &Collections::ReopenCollection, reopen, Registrar())), "PERMISSION_DENIED");
  const auto reopened = Call(collections_, &Collections::ReopenCollection, reopen, Reviewer());
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  EXPECT_EQ(reopened->reviewer(), "reviewer");
  EXPECT_TRUE(RecordIncome(id, 2025, 10).ok());
  reopen.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(collections_, &Collections::ReopenCollection, reopen, Reviewer())), "COLLECTION_OPEN");
  EXPECT_EQ(ReasonOf(RecordIncome(Register().household_id(), 2025, 10)), "COLLECTION_CLOSED") << "no other household";
}

}  // namespace
}  // namespace bangfu::registration
