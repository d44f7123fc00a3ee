#include "common/operations/runner.h"

#include <atomic>
#include <functional>
#include <memory>

#include "absl/time/clock.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::operations {
namespace {

constexpr char kKind[] = "test-job";

class RunnerTest : public ::testing::Test {
 protected:
  db::Database& database() { return test_.database(); }

  ids::RecordId Queue(int64_t number) {
    const ids::RecordId id{150526, number};
    EXPECT_TRUE(database()
                    .Write({},
                           [&](db::Tx& tx) {
                             Insert(tx,
                                    {.id = id, .kind = kKind, .area = 150526000000, .subject = "clerk", .step = "go"});
                             return absl::OkStatus();
                           })
                    .ok());
    return id;
  }
  std::unique_ptr<Runner> Start(Runner::Body body, int workers = 1) {
    return std::make_unique<Runner>(database(), std::map<std::string, Runner::Body>{{kKind, std::move(body)}}, workers);
  }
  Operation Shown(const ids::RecordId& id) {
    return database()
        .Read({}, [&](db::Tx& tx) -> absl::StatusOr<Operation> { return Load(tx, id)->operation; })
        .value();
  }
  int Attempts() { return test_.Sql("SELECT max(attempts) FROM operation")[0][0].as<int>(); }
  bool Within(absl::Duration time, const std::function<bool()>& condition) {
    const absl::Time end = absl::Now() + time;
    while (!condition() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
    return condition();
  }

  testing::TestDatabase test_{absl::Span<const db::Migration>()};
  std::atomic<int> runs_{0};
};

TEST_F(RunnerTest, AJobThatFindsItsServicesAwayIsTriedAgainLaterAndAtLastGivenUp) {
  const ids::RecordId id = Queue(1);
  auto runner = Start([&](Job&) -> absl::StatusOr<Outcome> {
    ++runs_;
    return status::Refuse(status::Reason::UNAVAILABLE);
  });
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return runs_ == 1 && Shown(id).state() == Operation::QUEUED; }));
  EXPECT_EQ(Attempts(), 1);
  EXPECT_EQ(test_.Count("operation WHERE lease_until > now()"), 1) << "not at once";

  test_.Sql("UPDATE operation SET attempts = 4, lease_until = '-infinity'");
  runner->Wake();
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(id).state() == Operation::FAILED; }));
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(Shown(id).reason(), "OPERATION_GIVEN_UP");
  EXPECT_NE(Shown(id).message().find("连续 5 次"), std::string::npos) << Shown(id).message();
}

TEST_F(RunnerTest, AJobThatItsProcessDiedOfTooOftenIsNotBegunAgain) {
  const ids::RecordId id = Queue(1);
  test_.Sql("UPDATE operation SET state = 2, holder = 'dead', attempts = 5, lease_until = now() - interval '1 second'");
  auto runner = Start([&](Job&) -> absl::StatusOr<Outcome> {
    ++runs_;
    return Outcome{};
  });
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(id).state() == Operation::FAILED; }));
  EXPECT_EQ(Shown(id).reason(), "OPERATION_GIVEN_UP");
  EXPECT_EQ(runs_, 0);
  // A person may queue it again, for another step or the same.
  EXPECT_TRUE(database()
                  .Write({},
                         [&](db::Tx& tx) {
                           Requeue(tx, id, "go", {});
                           return absl::OkStatus();
                         })
                  .ok());
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(id).state() == Operation::SUCCEEDED; }));
  EXPECT_EQ(runs_, 1);
}

TEST_F(RunnerTest, TheEndOfAProcessIsNotHeldAgainstItsJobs) {
  const ids::RecordId id = Queue(1);
  auto runner = Start([&](Job& job) -> absl::StatusOr<Outcome> {
    ++runs_;
    while (!job.Stopped()) absl::SleepFor(absl::Milliseconds(5));
    return status::Refuse(status::Reason::CANCELLED);
  });
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return runs_ == 1; }));
  runner.reset();
  EXPECT_EQ(Shown(id).state(), Operation::QUEUED);
  EXPECT_EQ(Attempts(), 0);
  EXPECT_EQ(test_.Count("operation WHERE lease_until <= now()"), 1) << "another replica may take it now";
}

TEST_F(RunnerTest, ARequestToCancelIsKeptWheneverItComes) {
  const auto cancel = [&](const ids::RecordId& id) {
    EXPECT_TRUE(database()
                    .Write({},
                           [&](db::Tx& tx) {
                             RequestCancel(tx, id);
                             return absl::OkStatus();
                           })
                    .ok());
  };
  const ids::RecordId queued = Queue(1);
  cancel(queued);  // before any worker has it
  auto runner = Start([&](Job& job) -> absl::StatusOr<Outcome> {
    ++runs_;
    cancel(job.id());  // at the last moment
    return Outcome{Operation::AWAITING_DECISION, "待确认"};
  });
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(queued).state() == Operation::CANCELLED; }));
  EXPECT_EQ(runs_, 0);
  const ids::RecordId late = Queue(2);
  runner->Wake();
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(late).state() > Operation::RUNNING; }));
  EXPECT_EQ(Shown(late).state(), Operation::CANCELLED);
  EXPECT_EQ(runs_, 1);
}

TEST_F(RunnerTest, AJobKnowsTheCallThatAskedForItsStep) {
  const ids::RecordId id = Queue(1);
  EXPECT_TRUE(database()
                  .Write({},
                         [&](db::Tx& tx) {
                           Requeue(tx, id, "go", {"session-7", "trace-7"});
                           return absl::OkStatus();
                         })
                  .ok());
  std::string told;
  auto runner = Start([&](Job& job) -> absl::StatusOr<Outcome> {
    told = job.origin().session + " " + job.origin().trace;
    return Outcome{};
  });
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return Shown(id).state() == Operation::SUCCEEDED; }));
  EXPECT_EQ(told, "session-7 trace-7");
}

// A heartbeat that waits for the database keeps no worker from taking or ending a job.
TEST_F(RunnerTest, WorkersDoNotWaitForHeartbeats) {
  std::atomic<bool> end{false};
  const ids::RecordId first = Queue(1);
  auto runner = Start(
      [&](Job& job) -> absl::StatusOr<Outcome> {
        ++runs_;
        while (job.id().number == 1 && !end) absl::SleepFor(absl::Milliseconds(5));
        return Outcome{};
      },
      2);
  ASSERT_TRUE(Within(absl::Seconds(5), [&] { return runs_ == 1; }));
  const auto while_locked = [&](db::Tx& tx) {
    tx.RunText("SELECT 1 FROM operation WHERE id = 1 FOR UPDATE");
    EXPECT_TRUE(Within(absl::Seconds(5), [&] {
      return test_.Count("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0;
    }));
    const ids::RecordId second = Queue(2);
    runner->Wake();
    EXPECT_TRUE(Within(absl::Seconds(3), [&] { return Shown(second).state() == Operation::SUCCEEDED; }));
    return absl::OkStatus();
  };
  EXPECT_TRUE(database().Write({}, while_locked).ok());
  end = true;
  EXPECT_TRUE(Within(absl::Seconds(5), [&] { return Shown(first).state() == Operation::SUCCEEDED; }));
}

}  // namespace
}  // namespace bangfu::operations
