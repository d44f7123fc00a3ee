#include "common/db/database.h"

#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "common/db/coalescer.h"
#include "common/db/migrate.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::db {
namespace {

constexpr Migration kMigrations[] = {
    {"9000_counter.sql",
     "CREATE TABLE counter (id integer PRIMARY KEY, value integer NOT NULL CHECK (value <= 1000));"
     "INSERT INTO counter VALUES (1, 0)"}};

constexpr Statement kAdd = {"test.add", "UPDATE counter SET value = value + $1 WHERE id = 1"};
constexpr Statement kInsert = {"test.insert", "INSERT INTO counter (id, value) VALUES ($1, $2)"};
constexpr Statement kSleep = {"test.sleep", "SELECT pg_sleep($1)"};
constexpr Statement kPid = {"test.pid", "SELECT pg_backend_pid()"};

Bounds Within(absl::Duration time) { return {absl::Now() + time}; }

class DatabaseTest : public ::testing::Test {
 protected:
  int Value() { return test_.Sql("SELECT value FROM counter WHERE id = 1")[0][0].as<int>(); }

  testing::TestDatabase test_{kMigrations};
  Database& db_ = test_.database();
};

TEST_F(DatabaseTest, CommitsOnOkAndRollsBackOnRefusal) {
  EXPECT_TRUE(db_.Write(Within(absl::Seconds(5)),
                        [](Tx& tx) {
                          tx.Run(kAdd, 1);
                          return absl::OkStatus();
                        })
                  .ok());
  EXPECT_FALSE(db_.Write(Within(absl::Seconds(5)),
                         [](Tx& tx) {
                           tx.Run(kAdd, 10);
                           return status::Refuse(status::Reason::CONFLICT);
                         })
                   .ok());
  EXPECT_EQ(Value(), 1);
}

// What PostgreSQL refuses arrives as a status with a reason; the text of the server stays inside.
TEST_F(DatabaseTest, MapsErrors) {
  auto write = [&](int id, int value) {
    return db_.Write(Within(absl::Seconds(5)), [&](Tx& tx) {
      tx.Run(kInsert, id, value);
      return absl::OkStatus();
    });
  };
  EXPECT_EQ(status::ReasonOf(write(1, 0)), "ALREADY_EXISTS");
  EXPECT_EQ(status::ReasonOf(write(2, 1001)), "CONSTRAINT_VIOLATED");
}

TEST_F(DatabaseTest, ReadRefusesToWrite) {
  absl::Status status = db_.Read(Within(absl::Seconds(5)), [](Tx& tx) {
    tx.Run(kAdd, 1);
    return absl::OkStatus();
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Value(), 0);
}

TEST_F(DatabaseTest, DeadlineStopsTheStatement) {
  const absl::Time start = absl::Now();
  absl::Status status = db_.Read(Within(absl::Milliseconds(200)), [](Tx& tx) {
    tx.Run(kSleep, 20);
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST_F(DatabaseTest, CancellationStopsTheStatement) {
  std::atomic<bool> cancelled{false};
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(100));
    cancelled = true;
  });
  const absl::Time start = absl::Now();
  absl::Status status = db_.Write({absl::Now() + absl::Seconds(30), &cancelled}, [](Tx& tx) {
    tx.Run(kSleep, 20);
    return absl::OkStatus();
  });
  canceller.join();
  EXPECT_FALSE(status.ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

// libpqxx would reconnect by itself and forget the session's settings; here the connection is replaced.
TEST_F(DatabaseTest, SurvivesAKilledBackendWithItsSettings) {
  auto pid =
      db_.Read(Within(absl::Seconds(5)), [](Tx& tx) -> absl::StatusOr<int> { return tx.Run(kPid)[0][0].as<int>(); });
  ASSERT_TRUE(pid.ok());
  test_.Sql("SELECT pg_terminate_backend(" + std::to_string(*pid) + ")");
  auto settings = db_.Read(Within(absl::Seconds(5)), [](Tx& tx) -> absl::StatusOr<std::string> {
    return tx.RunText("SHOW default_transaction_read_only")[0][0].as<std::string>();
  });
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(*settings, "on");
}

TEST_F(DatabaseTest, ConcurrentWritersLoseNoUpdate) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        ASSERT_TRUE(db_.Write(Within(absl::Seconds(20)),
                              [](Tx& tx) {
                                tx.Run(kAdd, 1);
                                return absl::OkStatus();
                              })
                        .ok());
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(Value(), 200);
}

TEST_F(DatabaseTest, MigrationsAreAppliedOnceAndMustNotChange) {
  EXPECT_TRUE(Migrate(test_.conninfo(), kMigrations, "").ok());
  EXPECT_EQ(Value(), 0);
  EXPECT_TRUE(CheckSchema(db_, kMigrations).ok());
  EXPECT_FALSE(CheckSchema(db_, {}).ok()) << "a database newer than the program is not ready";
  constexpr Migration kChanged[] = {{"9000_counter.sql", "SELECT 1"}};
  EXPECT_EQ(Migrate(test_.conninfo(), kChanged, "").code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, CoalescedRowsAreAllWrittenAndABadOneFallsOutAlone) {
  constexpr int kRows = 300;
  std::atomic<int> answered{0}, refused{0};
  {
    Coalescer<int, int> coalescer(db_, [](Tx& tx, absl::Span<const int> rows) -> absl::StatusOr<std::vector<int>> {
      std::vector<int> values;
      for (int row : rows) values.push_back(row == 1007 ? 5000 : row % 10);  // breaks the CHECK
      tx.RunText("INSERT INTO counter SELECT * FROM unnest($1::int[], $2::int[]) ON CONFLICT DO NOTHING",
                 {IntegerArray(rows), IntegerArray(values)});
      return std::vector<int>(rows.begin(), rows.end());
    });
    for (int i = 0; i < kRows; ++i) {
      coalescer.Add(1000 + i, [&, i](absl::StatusOr<int> answer) {
        if (answer.ok()) {
          EXPECT_EQ(*answer, 1000 + i);
          ++answered;
        } else {
          ++refused;
        }
      });
    }
  }
  EXPECT_EQ(answered, kRows - 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM counter WHERE id >= 1000")[0][0].as<int>(), kRows - 1);
}

}  // namespace
}  // namespace bangfu::db
