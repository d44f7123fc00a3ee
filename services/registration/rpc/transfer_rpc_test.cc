#include "services/registration/rpc/transfer_rpc.h"

#include <atomic>
#include <thread>

#include "services/registration/rpc/management_fixture.h"

namespace bangfu::registration {
namespace {

using v1::HouseholdTransfer;

class TransferRpcTest : public ManagementFixture {
 protected:
  absl::StatusOr<HouseholdTransfer> Ask(const std::string& household_id, const std::string& to = kForeignVillage) {
    v1::RequestTransferRequest request;
    request.set_household_id(household_id);
    request.set_to_area(to);
    request.set_reason("02");
    request.set_request_id(testing::NewRequestId());
    return Call(transfers_, &Transfers::RequestTransfer, request, Registrar());
  }
  absl::StatusOr<HouseholdTransfer> Accept(const std::string& transfer_id, const std::string& to = "") {
    v1::AcceptTransferRequest request;
    request.set_transfer_id(transfer_id);
    request.set_to_area(to);
    request.set_request_id(testing::NewRequestId());
    return Call(transfers_, &Transfers::AcceptTransfer, request, Reviewer(kOtherCounty));
  }
  absl::StatusOr<HouseholdTransfer> Refuse(const std::string& transfer_id) {
    v1::RefuseTransferRequest request;
    request.set_transfer_id(transfer_id);
    request.set_comment("资料不全");
    request.set_request_id(testing::NewRequestId());
    return Call(transfers_, &Transfers::RefuseTransfer, request, Reviewer(kOtherCounty));
  }
  absl::StatusOr<HouseholdTransfer> Withdraw(const std::string& household_id) {
    v1::WithdrawTransferRequest request;
    request.set_household_id(household_id);
    request.set_comment("不迁了");
    request.set_request_id(testing::NewRequestId());
    return Call(transfers_, &Transfers::WithdrawTransfer, request, Registrar());
  }
  int Count(int64_t area, v1::ListTransfersRequest::Direction direction, HouseholdTransfer::State state) {
    v1::ListTransfersRequest request;
    request.set_area(std::to_string(area));
    request.set_direction(direction);
    request.set_state(state);
    const auto listed = Call(transfers_, &Transfers::ListTransfers, request, Viewer(area));
    EXPECT_TRUE(listed.ok()) << listed.status();
    return listed->transfers_size();
  }
  std::vector<v1::RecordChange> History(const std::string& household_id, int page_size) {
    std::vector<v1::RecordChange> changes;
    v1::ListHouseholdHistoryRequest request;
    request.set_household_id(household_id);
    request.set_page_size(page_size);
    do {
      auto page = Call(households_, &Households::ListHouseholdHistory, request, Viewer(kOtherCounty));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return changes;
      changes.insert(changes.end(), page->changes().begin(), page->changes().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return changes;
  }
};

TEST_F(TransferRpcTest, AHouseholdGoesToAnotherCountyWithEverythingItHas) {
  const v1::Household old = Register(kVillage, 3);
  ASSERT_TRUE(RecordIncome(old.household_id(), 2025, 90'000).ok());
  const auto transfer = Ask(old.household_id());
  ASSERT_TRUE(transfer.ok()) << transfer.status();
  EXPECT_EQ(ReasonOf(Ask(old.household_id())), "TRANSFER_PENDING");
  EXPECT_EQ(Count(kCounty, v1::ListTransfersRequest::OUT, HouseholdTransfer::PENDING), 1);
  EXPECT_EQ(Count(kOtherCounty, v1::ListTransfersRequest::IN, HouseholdTransfer::PENDING), 1);
  EXPECT_EQ(Count(kOtherCounty, v1::ListTransfersRequest::OUT, HouseholdTransfer::PENDING), 0);
  const auto accepted = Accept(transfer->transfer_id());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->to_household_id().substr(0, 6), "150521");
  EXPECT_EQ(Count(kCounty, v1::ListTransfersRequest::OUT, HouseholdTransfer::ACCEPTED), 1);

  const auto come = Get(accepted->to_household_id(), Viewer(kOtherCounty));
  ASSERT_TRUE(come.ok()) << come.status();
  EXPECT_EQ(come->area(), kForeignVillage);
  EXPECT_EQ(come->member_count(), 3);
  EXPECT_EQ(come->head_name(), old.head_name());
  for (const v1::Member& member : MembersOf(come->household_id())) EXPECT_EQ(member.join_reason(), "20");
  const auto gone = Get(old.household_id(), Viewer());
  EXPECT_EQ(gone->state(), v1::Household::ARCHIVED);
  EXPECT_EQ(gone->archive_reason(), "20");
  v1::ListIncomesRequest incomes;
  incomes.set_household_id(come->household_id());
  EXPECT_EQ(Call(households_, &Households::ListIncomes, incomes, Viewer(kOtherCounty))->incomes(0).net_per_capita_fen(),
            30'000);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
  EXPECT_EQ(Statistics(kForeignVillage)->total().person_count(), 3);
  EXPECT_EQ(ReasonOf(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar())), "IDENTITY_NUMBER_TAKEN")
      << "the numbers are those of the new household";
}

TEST_F(TransferRpcTest, TheHistoryGoesOnWithWhatItWasBefore) {
  const v1::Household old = Register(kVillage, 2);
  const auto accepted = Accept(Ask(old.household_id())->transfer_id());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  for (const int page_size : {1, 2, 3, 50}) {
    const auto changes = History(accepted->to_household_id(), page_size);
    int of_old = 0, of_new = 0;
    for (const v1::RecordChange& change : changes) {
      ++(change.method() == "CreateHousehold" ? of_old : of_new);
    }
    EXPECT_EQ(of_old, 3) << "household and two members were registered";
    EXPECT_EQ(of_new, 6) << "they were archived, and are new in the other county; page size " << page_size;
  }
}

TEST_F(TransferRpcTest, OnlyTheOtherCountyDecidesAndOnlyOnce) {
  const v1::Household household = Register(kVillage, 2);
  const auto transfer = Ask(household.household_id());
  v1::AcceptTransferRequest accept;
  accept.set_transfer_id(transfer->transfer_id());
  accept.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(transfers_, &Transfers::AcceptTransfer, accept, Reviewer())), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Accept(transfer->transfer_id(), kVillage)), "INVALID_FIELD");
  ASSERT_TRUE(Refuse(transfer->transfer_id()).ok());
  EXPECT_EQ(ReasonOf(Accept(transfer->transfer_id())), "TRANSFER_NOT_PENDING");
  EXPECT_EQ(ReasonOf(Withdraw(household.household_id())), "TRANSFER_NOT_FOUND");
  const auto again = Ask(household.household_id());
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE(Withdraw(household.household_id()).ok());
  EXPECT_EQ(ReasonOf(Accept(again->transfer_id())), "TRANSFER_NOT_PENDING");
  EXPECT_EQ(Get(household.household_id(), Viewer())->state(), v1::Household::ACTIVE);
  EXPECT_EQ(ReasonOf(Ask(household.household_id(), kSecondVillage)), "TRANSFER_WITHIN_COUNTY");
  const auto archived = Ask(household.household_id());
  ASSERT_TRUE(Archive(*Get(household.household_id(), Viewer())).ok());
  EXPECT_EQ(ReasonOf(Accept(archived->transfer_id())), "HOUSEHOLD_ARCHIVED");
}

TEST_F(TransferRpcTest, OfManyAtOnceOneDecides) {
  const v1::Household household = Register(kVillage, 2);
  const auto transfer = Ask(household.household_id());
  std::atomic<int> succeeded = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto decided = i % 4 == 3   ? Withdraw(household.household_id())
                           : i % 4 == 2 ? Refuse(transfer->transfer_id())
                                        : Accept(transfer->transfer_id());
      succeeded += decided.ok();
      const std::string reason = ReasonOf(decided);
      refused += reason == "TRANSFER_NOT_PENDING" || reason == "TRANSFER_NOT_FOUND";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(Statistics("150000000000")->total().person_count(), 2) << "nobody is lost and nobody is counted twice";
}

}  // namespace
}  // namespace bangfu::registration
