// Writes that wait at the same time share transactions, and each of them is answered as if it had come alone.
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/member_store.h"

namespace bangfu::registration {
namespace {

class HouseholdJointWriteTest : public RegisterFixture {
 protected:
  using Answer = absl::StatusOr<v1::Household>;

  // Sends all of them while nothing can be written, and lets them go at once. The first two, each by itself, keep the
  // two workers busy, so that the others wait together.
  std::vector<Answer> Together(const std::vector<std::function<Answer()>>& sends) {
    std::vector<Answer> answers(sends.size(), absl::UnknownError("not sent"));
    std::vector<std::thread> threads;
    {
      auto held = database_.Hold("LOCK TABLE request_claim IN ACCESS EXCLUSIVE MODE");
      const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      for (size_t i = 0; i < sends.size(); ++i) {
        threads.emplace_back([&, i] { answers[i] = sends[i](); });
        for (int n = 0; i < 2 && n < 250 && database_.Count(blocked) <= static_cast<int64_t>(i); ++n) {
          absl::SleepFor(absl::Milliseconds(20));
        }
      }
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

// What one part waits for keeps nobody else waiting.
TEST_F(HouseholdJointWriteTest, NobodyWaitsForTheLockOfAnother) {
  std::vector<v1::Household> households;
  for (int i = 0; i < 9; ++i) households.push_back(Register(kVillage, 1));
  auto held = database_.Hold("SELECT 1 FROM household WHERE id = " +
                             std::to_string(ids::ParseRecordId(households[0].household_id())->number) + " FOR UPDATE");
  std::atomic<int> changed{0};
  std::vector<Answer> answers(households.size(), absl::UnknownError("not sent"));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < households.size(); ++i) {
    threads.emplace_back([&, i] {
      v1::Household change = households[i];
      change.set_cause_note("核实");
      answers[i] = Update(change, {"cause_note"});
      ++changed;
    });
  }
  for (int i = 0; i < 150 && changed < 8; ++i) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(changed, 8) << "all but the one that is locked";
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReasonsOf(answers), (std::map<std::string, int>{{"OK", 9}}));
}

// Two that came alone and wait for an identity number do not keep both places until they are answered.
TEST_F(HouseholdJointWriteTest, WhoCameAloneAndWaitsKeepsNobodyElseWaiting) {
  const auto claim = [&](int serial) {
    return absl::StrFormat("INSERT INTO identity_claim VALUES ('\\x%s', 150526, %d)",
                           absl::BytesToHexString(store::IdentityDigest(sealer_, IdentityNumber(serial))), serial);
  };
  auto held = database_.Hold(claim(1) + "; " + claim(2));
  std::vector<Answer> answers(2, absl::UnknownError("not sent"));
  std::vector<std::thread> threads;
  const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] { answers[i] = Creating(i + 1)(); });
    for (int n = 0; n < 100 && database_.Count(blocked) <= i; ++n) absl::SleepFor(absl::Milliseconds(20));
  }
  const absl::Time sent = absl::Now();
  EXPECT_TRUE(Creating(3)().ok());
  EXPECT_LT(absl::Now() - sent, absl::Seconds(3));
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReasonsOf(answers), (std::map<std::string, int>{{"OK", 2}}));
}

// The workers for those who wait are not needed to tell that a household does not exist.
TEST_F(HouseholdJointWriteTest, WhatIsMissingIsToldWithoutWaitingForWhatIsLocked) {
  const v1::Household household = Register(kVillage, 1);
  auto held = database_.Hold("SELECT 1 FROM household FOR UPDATE");
  std::vector<Answer> answers(6, absl::UnknownError("not sent"));
  std::vector<std::thread> threads;
  for (Answer& answer : answers) {
    threads.emplace_back([&] {
      v1::Household change = household;
      change.set_cause_note("核实");
      answer = Update(change, {"cause_note"});
    });
  }
  const std::string blocked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  for (int n = 0; n < 100 && database_.Count(blocked) < 4; ++n) absl::SleepFor(absl::Milliseconds(20));
  v1::Household missing = household;
  missing.set_household_id("150526-0000000000001");
  const absl::Time sent = absl::Now();
  EXPECT_EQ(ReasonOf(Update(missing, {"cause_note"})), "HOUSEHOLD_NOT_FOUND");
  EXPECT_LT(absl::Now() - sent, absl::Seconds(2));
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReasonsOf(answers), (std::map<std::string, int>{{"OK", 1}, {"ETAG_MISMATCH", 5}}));
}

TEST_F(HouseholdJointWriteTest, ACheckInCompanyChangesNothing) {
  std::vector<std::function<Answer()>> sends;
  for (int serial = 1; serial <= 8; ++serial) sends.push_back(Creating(serial));
  for (int serial = 11; serial <= 14; ++serial) {
    sends.push_back([=, this]() -> Answer {
      v1::CreateHouseholdRequest request;
      *request.mutable_household() = NewHousehold(kVillage);
      *request.add_members() = NewMember(serial, "01");
      request.set_request_id(testing::NewRequestId());
      request.set_validate_only(true);
      return Call(households_, &Households::CreateHousehold, request, Registrar());
    });
  }
  EXPECT_EQ(ReasonsOf(Together(sends)), (std::map<std::string, int>{{"OK", 12}}));
  EXPECT_EQ(database_.Count("household"), 8);
}

// Connections die with statements and COMMITs under way. Clients send the same id again until they are answered.
TEST_F(HouseholdJointWriteTest, KilledConnectionsDoubleAndLoseNothing) {
  constexpr int kThreads = 8, kEach = 20;
  std::atomic<bool> stop{false};
  std::thread killer([&] {
    while (!stop) {
      database_.Sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
      absl::SleepFor(absl::Milliseconds(11));
    }
  });
  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::vector<std::thread> clerks;
  for (int clerk = 0; clerk < kThreads; ++clerk) {
    clerks.emplace_back([&, clerk] {
      for (int i = 0; i < kEach; ++i) {
        const auto create = Creating(1 + clerk * kEach + i);
        Answer answer = absl::UnknownError("not sent");
        for (int attempt = 0; attempt < 100 && !answer.ok(); ++attempt) answer = create();
        ASSERT_TRUE(answer.ok()) << answer.status();
        std::lock_guard lock(mutex);
        acknowledged.insert(answer->household_id());
      }
    });
  }
  for (std::thread& thread : clerks) thread.join();
  stop = true;
  killer.join();
  EXPECT_EQ(acknowledged.size(), kThreads * kEach);
  EXPECT_EQ(database_.Count("household"), kThreads * kEach);
  EXPECT_EQ(database_.Count("identity_claim"), kThreads * kEach);
  EXPECT_EQ(database_.Count("audit_outbox WHERE position('CreateHousehold'::bytea IN body) > 0"), kThreads * kEach);
}

// Households of two counties share a transaction; those of each county are changed by one statement.
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
  const auto count = [&](const std::string& what) {
    return database_.Sql("SELECT count(DISTINCT (" + what + ")) FROM household")[0][0].as<int>();
  };
  EXPECT_LT(count("xmin::text"), count("xmin::text, shard"));
  EXPECT_EQ(count("xmin::text, cmin::text"), count("xmin::text, shard")) << "one statement changes those of a county";
  EXPECT_EQ(count("xmin::text, cmin::text, shard"), count("xmin::text, shard")) << "and of no other";
}

// Each of those who move at the same time is told of its own village.
TEST_F(HouseholdJointWriteTest, MovesAreJudgedEach) {
  std::vector<std::function<Answer()>> sends;
  const char* villages[] = {kSecondVillage, "150526100999", "150526100000", kSecondVillage};
  for (int i = 0; i < 16; ++i) {
    v1::Household change = Register(kVillage, 1);
    change.set_area(villages[i % 4]);
    sends.push_back([=, this] { return Update(change, {"area"}); });
  }
  EXPECT_EQ(ReasonsOf(Together(sends)),
            (std::map<std::string, int>{{"OK", 8}, {"AREA_NOT_FOUND", 4}, {"AREA_NOT_A_VILLAGE", 4}}));
  EXPECT_EQ(database_.Count("household WHERE area = 150526100202"), 8);
}

}  // namespace
}  // namespace bangfu::registration
