// A service's database: bounded pools (a share of reads each, and writes) and the only two ways to use
// them.
//
// Read runs single statements without a transaction block, so that a point read is one round trip; the server itself
// refuses writes there. Write runs a transaction: commit when the body answers OK, roll back when it refuses. Neither
// lets an exception out.
#ifndef BANGFU_COMMON_DB_DATABASE_H_
#define BANGFU_COMMON_DB_DATABASE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/connection.h"
#include "common/db/error.h"
#include "common/db/tx.h"

namespace bangfu::db {

struct DatabaseOptions {
  std::string conninfo;
  int read_connections = 4;  // about two a core: more read slower
  int background_connections = 4;
  int export_connections = 8;
  int write_connections = 32;  // un-batched commits wait for fsync, so many may wait together
  absl::Duration statement_timeout = absl::Seconds(30);
  absl::Duration slow_statement = absl::Milliseconds(500);  // logged from there on
};

class Database {
 public:
  explicit Database(DatabaseOptions options);
  ~Database();

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `body(Tx&)`, which answers absl::Status or absl::StatusOr<T>. A broken connection is replaced and the body run
  // once more, since it cannot have had an effect. DEADLINE_EXCEEDED when the bounds are exceeded: the statement that
  // runs is cancelled and no other begins.
  template <typename Body>
  auto Read(const Bounds& bounds, Body body) {
    return Adapt<Body>(body, [&](auto run) { return ReadAttempts(bounds, Isolation::kStatement, run); });
  }

  // The same, in one REPEATABLE READ snapshot: for answers composed of several statements.
  template <typename Body>
  auto ReadSnapshot(const Bounds& bounds, Body body) {
    return Adapt<Body>(body, [&](auto run) { return ReadAttempts(bounds, Isolation::kSnapshot, run); });
  }

  // Runs `body(Tx&)` in a READ COMMITTED transaction. Serialization failures and deadlocks are retried up to three
  // times, so the body must have no effect but on the transaction. A connection lost in COMMIT is reported as
  // DEADLINE_EXCEEDED with the outcome unknown, unless `replayable`: then the body is run again (it must recognise its
  // own effect).
  template <typename Body>
  auto Write(const Bounds& bounds, Body body, bool replayable = false) {
    return Adapt<Body>(body, [&](auto run) { return WriteAttempts(bounds, replayable, run); });
  }

  // Runs a body of one statement, which is a transaction of its own: one round trip where Write has three. It must
  // recognise its own effect, since after a lost connection it is run again; what it refuses afterwards stays written.
  template <typename Body>
  auto WriteStatement(const Bounds& bounds, Body body) {
    return Adapt<Body>(body,
                       [&](auto run) { return WriteAttempts(bounds, /*replayable=*/true, run, Extent::kStatement); });
  }

  const DatabaseOptions& options() const { return options_; }

 private:
  enum class Extent { kTransaction, kStatement };
  enum class Isolation { kStatement, kSnapshot };
  class Pool;

  // Turns a body that answers Status or StatusOr<T> into one that answers Status, and the result back.
  template <typename Body, typename Run>
  static auto Adapt(Body& body, Run run) {
    using Result = std::invoke_result_t<Body&, Tx&>;
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return run([&](Tx& tx) { return body(tx); });
    } else {
      Result result = absl::UnknownError("not run");
      absl::Status status = run([&](Tx& tx) {
        result = body(tx);
        return result.status();
      });
      if (!status.ok()) return Result(status);
      return result;
    }
  }

  using BodyRef = absl::FunctionRef<absl::Status(Tx&)>;
  absl::Status ReadAttempts(const Bounds& bounds, Isolation isolation, BodyRef body);
  absl::Status WriteAttempts(const Bounds& bounds, bool replayable, BodyRef body, Extent extent = Extent::kTransaction);
  Failure TryRead(Connection& connection, Isolation isolation, BodyRef body);
  Failure TryWrite(Connection& connection, BodyRef body);
  Failure TryWriteStatement(Connection& connection, BodyRef body);
  void Watch();
  Pool& PoolOf(Share share);

  const DatabaseOptions options_;
  std::unique_ptr<Pool> read_pool_;
  std::unique_ptr<Pool> background_pool_;
  std::unique_ptr<Pool> export_pool_;
  std::unique_ptr<Pool> write_pool_;
  std::mutex watch_mutex_;
  std::condition_variable watch_wake_;
  bool stopping_ = false;
  std::thread watch_;
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_DATABASE_H_
