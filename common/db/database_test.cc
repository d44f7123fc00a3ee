#include "common/db/database.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "common/db/migrate.h"
#include "common/log/log.h"
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

// A cancel request that finds no statement running stops nothing: the next statement must not begin either.
TEST_F(DatabaseTest, NoStatementBeginsAfterTheDeadline) {
  int begun = 0;
  const absl::Time start = absl::Now();
  absl::Status status = db_.Write(Within(absl::Milliseconds(100)), [&](Tx& tx) {
    absl::SleepFor(absl::Milliseconds(300));
    ++begun;
    tx.Run(kSleep, 20);
    return absl::OkStatus();
  });
  EXPECT_EQ(status::ReasonOf(status), "DEADLINE_EXCEEDED");
  EXPECT_EQ(begun, 1);
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
  // A body that goes on after a cancelled statement is stopped there, too.
  int ran = 0;
  status = db_.Read(Within(absl::Milliseconds(200)), [&](Tx& tx) {
    for (; ran < 100; ++ran) tx.Run(kSleep, 0.01);
    return absl::OkStatus();
  });
  EXPECT_EQ(status::ReasonOf(status), "DEADLINE_EXCEEDED");
  EXPECT_LT(ran, 50);
  EXPECT_TRUE(db_.Write(Within(absl::Seconds(5)),
                        [](Tx& tx) {
                          tx.Run(kAdd, 1);
                          return absl::OkStatus();
                        })
                  .ok())
      << "the connection is whole";
}

// Work that runs in the background may take all of its connections; interactive reads have theirs.
TEST_F(DatabaseTest, BackgroundReadsKeepNoInteractiveReadWaiting) {
  std::vector<std::thread> slow;
  std::atomic<bool> cancelled{false};
  for (int i = 0; i < db_.options().background_connections; ++i) {
    slow.emplace_back([&] {
      EXPECT_FALSE(db_.Read({absl::Now() + absl::Seconds(30), &cancelled, Share::kBackground},
                            [](Tx& tx) {
                              tx.Run(kSleep, 20);
                              return absl::OkStatus();
                            })
                       .ok());
    });
  }
  const std::string sleeping = "pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
  for (int i = 0; i < 100 && test_.Count(sleeping) < db_.options().background_connections; ++i) {
    absl::SleepFor(absl::Milliseconds(20));
  }
  const auto pid = [](Tx& tx) -> absl::StatusOr<int> { return tx.Run(kPid)[0][0].as<int>(); };
  EXPECT_TRUE(db_.Read(Within(absl::Seconds(1)), pid).ok());
  auto waited = db_.Read({absl::Now() + absl::Milliseconds(200), nullptr, Share::kBackground}, pid);
  EXPECT_EQ(status::ReasonOf(waited.status()), "OVERLOADED");
  cancelled = true;
  for (auto& thread : slow) thread.join();
}

TEST_F(DatabaseTest, AValueThatNoColumnHoldsIsAFaultOfTheData) {
  absl::Status status = db_.Read(Within(absl::Seconds(5)), [](Tx& tx) {
    tx.RunText("SELECT $1::integer", {"99999999999"});
    return absl::OkStatus();
  });
  EXPECT_EQ(status::ReasonOf(status), "CONSTRAINT_VIOLATED");
}

// Passes connections on to the server until it is told to stall: then it takes them and says nothing.
class StallingProxy {
 public:
  StallingProxy(const std::string& path, const std::string& server) : server_(server) {
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = AddressOf(path);
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~StallingProxy() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (int end : ends_) shutdown(end, SHUT_RDWR);
    for (auto& pump : pumps_) pump.join();
    for (int end : ends_) close(end);
    close(listener_);
  }
  void Stall() { stalled_ = true; }

 private:
  static sockaddr_un AddressOf(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
  }
  void Accept() {
    for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0;) {
      ends_.push_back(client);
      if (stalled_) continue;
      const int server = socket(AF_UNIX, SOCK_STREAM, 0);
      const sockaddr_un address = AddressOf(server_);
      EXPECT_EQ(connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
      ends_.push_back(server);
      for (auto [from, to] : {std::pair(client, server), std::pair(server, client)}) {
        pumps_.emplace_back([from = from, to = to] {
          char buffer[4096];
          for (ssize_t size; (size = read(from, buffer, sizeof(buffer))) > 0;) {
            if (write(to, buffer, size) != size) break;
          }
          shutdown(to, SHUT_RDWR);
        });
      }
    }
  }

  const std::string server_;
  int listener_;
  std::atomic<bool> stalled_{false};
  std::vector<int> ends_;
  std::vector<std::thread> pumps_;
  std::thread acceptor_;
};

// Each cancel request is a connection of its own, and may hang where the statements themselves go on.
TEST_F(DatabaseTest, ACancelRequestThatHangsHoldsUpNothing) {
  const auto setting = [&](const std::string& name) { return test_.Sql("SHOW " + name)[0][0].as<std::string>(); };
  const std::string folder = ::testing::TempDir() + "stall" + std::to_string(getpid());
  std::filesystem::create_directory(folder);
  const std::string socket = "/.s.PGSQL." + setting("port");
  StallingProxy proxy(folder + socket, setting("unix_socket_directories") + socket);
  Database database({.conninfo = test_.conninfo() + " host=" + folder + " port=" + setting("port")});
  const auto sleep = [](Tx& tx) {
    tx.Run(kSleep, 1);
    return absl::OkStatus();
  };
  const auto pid = [](Tx& tx) -> absl::StatusOr<int> { return tx.Run(kPid)[0][0].as<int>(); };
  const auto first = database.Read(Within(absl::Seconds(5)), pid);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, *database.Read(Within(absl::Seconds(5)), pid)) << "a connection is used again";

  proxy.Stall();
  const absl::Time start = absl::Now();
  EXPECT_TRUE(database.Read(Within(absl::Milliseconds(200)), sleep).ok()) << "nobody could stop it";
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
  // New connections hang, too, until connect_timeout; the one that a late request might still hit is not used.
  EXPECT_EQ(status::ReasonOf(database.Read(Within(absl::Seconds(5)), pid).status()), "UNAVAILABLE");
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

// One statement needs no BEGIN and no COMMIT round it, and is tried again on a new connection when its own has gone.
TEST_F(DatabaseTest, AStatementCanBeATransactionOfItsOwn) {
  int attempts = 0;
  const absl::Status written = db_.WriteStatement(Within(absl::Seconds(5)), [&](Tx& tx) -> absl::Status {
    if (++attempts == 1) tx.RunText("SELECT pg_terminate_backend(pg_backend_pid())");
    tx.Run(kInsert, 7001, 1);
    return absl::AbortedError("said after the statement");
  });
  EXPECT_EQ(written, absl::AbortedError("said after the statement"));
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM counter WHERE id = 7001")[0][0].as<int>(), 1) << "it stays written";
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
  EXPECT_TRUE(CheckSchema(db_, {}).ok()) << "replicas of the old version go on while the new one is rolled out";
  constexpr Migration kMissing[] = {kMigrations[0], {"9001_more.sql", "SELECT 1"}};
  EXPECT_EQ(CheckSchema(db_, kMissing).code(), absl::StatusCode::kFailedPrecondition);
  constexpr Migration kChanged[] = {{"9000_counter.sql", "SELECT 1"}};
  EXPECT_EQ(CheckSchema(db_, kChanged).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Migrate(test_.conninfo(), kChanged, "").code(), absl::StatusCode::kFailedPrecondition);
}

// The line names the statement; what it was about stays out of the log.
TEST(SlowStatementTest, IsLoggedByNameAndTime) {
  testing::TestDatabase test(kMigrations, {.slow_statement = absl::Milliseconds(50)});
  FILE* file = std::tmpfile();
  log::Configure({.service = "test", .output = fileno(file)});
  absl::Status status = test.database().Read({}, [](Tx& tx) {
    tx.Run(kPid);
    tx.Run(kSleep, 0.1);
    return absl::OkStatus();
  });
  log::Configure({.service = "test"});
  ASSERT_TRUE(status.ok());
  std::rewind(file);
  char text[4096] = {};
  const std::string lines(text, std::fread(text, 1, sizeof(text), file));
  std::fclose(file);
  EXPECT_NE(lines.find(R"("event":"slow_statement","statement":"test.sleep","millis":1)"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("test.pid"), std::string::npos) << lines;
}

}  // namespace
}  // namespace bangfu::db
