// Writes that wait at the same time share transactions, and each of them is answered as if it had come alone.
#include <map>
#include <mutex>
#include <thread>

#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

class HouseholdJointWriteTest : public RegisterFixture {
 protected:
  using Answer = absl::StatusOr<v1::Household>;

  // Sends all of them while nothing can be written, and lets them go at once. The first few find nobody before them.
  std::vector<Answer> Together(const std::vector<std::function<Answer()>>& sends) {
    std::vector<Answer> answers(sends.size(), absl::UnknownError("not sent"));
    std::vector<std::thread> threads;
    {
      auto held = database_.Hold("LOCK TABLE request_claim IN ACCESS EXCLUSIVE MODE");
      for (size_t i = 0; i < sends.size(); ++i) threads.emplace_back([&, i] { answers[i] = sends[i](); });
      const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      for (int i = 0; i < 250 && database_.Count(blocked) < 2; ++i) absl::SleepFor(absl::Milliseconds(20));
      absl::SleepFor(absl::Milliseconds(300));
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }

  std::function<Answer()> Creating(int serial, const std::string& village = kVillage, const std::string& request = "") {
    const std::string id = request.empty() ? testing::NewRequestId() : request;
    return [=, this] { return Create(NewHousehold(village), {NewMember(serial, "01")}, Registrar(), id); };
  }

  static std::map<std::string, int> ReasonsOf(const std::vector<Answer>& answers) {
    std::map<std::string, int> reasons;
    for (const Answer& answer : answers) ++reasons[answer.ok() ? "OK" : ReasonOf(answer)];
    return reasons;
  }

  int Transactions(const std::string& table) {
    return database_.Sql("SELECT count(DISTINCT xmin::text) FROM " + table)[0][0].as<int>();
  }
};

TEST_F(HouseholdJointWriteTest, OneTransactionServesMany) {
  std::vector<std::function<Answer()>> sends;
  for (int serial = 1; serial <= 24; ++serial) sends.push_back(Creating(serial));
  const auto answers = Together(sends);
  EXPECT_EQ(ReasonsOf(answers), (std::map<std::string, int>{{"OK", 24}}));
  EXPECT_LE(Transactions("household"), 6);
  std::set<std::string> ids;
  for (const Answer& answer : answers) ids.insert(answer->household_id());
  EXPECT_EQ(ids.size(), 24u);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 24);
  EXPECT_EQ(database_.Count("audit_outbox WHERE position('CreateHousehold'::bytea IN body) > 0"), 24);
  EXPECT_EQ(database_.Count("event_outbox WHERE position('HouseholdCreated'::bytea IN body) > 0"), 24);
}

TEST_F(HouseholdJointWriteTest, WhatIsRefusedLeavesTheOthersBe) {
  std::vector<std::function<Answer()>> sends;
  for (int serial = 1; serial <= 16; ++serial) sends.push_back(Creating(serial));
  for (int i = 0; i < 3; ++i) sends.push_back(Creating(7));  // somebody else's number
  sends.push_back(Creating(17, "150526100999"));
  sends.push_back(Creating(18, "150526100000"));
  const auto answers = Together(sends);
  EXPECT_EQ(ReasonsOf(answers),
            (std::map<std::string, int>{
                {"OK", 16}, {"IDENTITY_NUMBER_TAKEN", 3}, {"AREA_NOT_FOUND", 1}, {"AREA_NOT_A_VILLAGE", 1}}));
  EXPECT_EQ(database_.Count("household"), 16);
  EXPECT_EQ(database_.Count("identity_claim"), 16);
  EXPECT_LT(Transactions("household"), 16);
}

TEST_F(HouseholdJointWriteTest, ARequestThatComesTwiceHasOneEffect) {
  std::vector<std::function<Answer()>> sends;
  const std::string repeated = testing::NewRequestId();
  for (int i = 0; i < 4; ++i) sends.push_back(Creating(1, kVillage, repeated));
  sends.push_back(Creating(2, kVillage, repeated));  // the same id with other content
  for (int serial = 3; serial <= 10; ++serial) sends.push_back(Creating(serial));
  const auto answers = Together(sends);
  std::map<std::string, int> first_answers;
  for (int i = 0; i < 4; ++i) {
    if (answers[i].ok()) ++first_answers[answers[i]->household_id()];
  }
  EXPECT_LE(first_answers.size(), 1u);
  // Whichever content came first, the other is refused.
  const auto reasons = ReasonsOf(answers);
  EXPECT_TRUE((reasons == std::map<std::string, int>{{"OK", 12}, {"REQUEST_ID_REUSED", 1}}) ||
              (reasons == std::map<std::string, int>{{"OK", 9}, {"REQUEST_ID_REUSED", 4}}))
      << ::testing::PrintToString(reasons);
  EXPECT_EQ(database_.Count("household"), 9);
}

TEST_F(HouseholdJointWriteTest, OfChangesToOneHouseholdOneCounts) {
  std::vector<v1::Household> households;
  for (int i = 0; i < 8; ++i) households.push_back(Register(i % 2 == 0 ? kVillage : kSecondVillage, 2));
  std::vector<std::function<Answer()>> sends;
  for (int i = 0; i < 12; ++i) {
    v1::Household change = households[std::min(i, 7)];  // the last one five times
    change.set_cause_note("第 " + std::to_string(i) + " 次核实");
    sends.push_back([=, this] { return Update(change, {"cause_note"}); });
  }
  v1::Household missing = households[0];
  missing.set_household_id("150526-0000000000001");
  sends.push_back([=, this] { return Update(missing, {"cause_note"}); });
  const auto answers = Together(sends);
  EXPECT_EQ(ReasonsOf(answers),
            (std::map<std::string, int>{{"OK", 8}, {"ETAG_MISMATCH", 4}, {"HOUSEHOLD_NOT_FOUND", 1}}));
  EXPECT_EQ(database_.Count("record_version WHERE kind = 1"), 8);
  EXPECT_LT(Transactions("record_version"), 8);
  for (const Answer& answer : answers) {
    if (!answer.ok()) continue;
    EXPECT_EQ(Get(answer->household_id(), Viewer())->DebugString(), answer->DebugString());
  }
}

// Households of two counties share a transaction as well; each statement changes one county's.
TEST_F(HouseholdJointWriteTest, CountiesAreChangedTogether) {
  std::vector<std::function<Answer()>> sends;
  for (int i = 0; i < 8; ++i) {
    v1::Household change = Register(i % 2 == 0 ? kVillage : kForeignVillage, 1);
    change.set_main_cause("02");
    sends.push_back([=, this]() -> Answer {
      v1::UpdateHouseholdRequest request;
      *request.mutable_household() = change;
      request.mutable_update_mask()->add_paths("main_cause");
      request.set_request_id(testing::NewRequestId());
      return Call(households_, &Households::UpdateHousehold, request, Registrar(kProvince));
    });
  }
  EXPECT_EQ(ReasonsOf(Together(sends)), (std::map<std::string, int>{{"OK", 8}}));
  EXPECT_LT(Transactions("record_version"), 8);
}

}  // namespace
}  // namespace bangfu::registration
