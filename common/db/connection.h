// One PostgreSQL connection: prepared statements by name, cancellation at a deadline, no silent reconnection.
#ifndef BANGFU_COMMON_DB_CONNECTION_H_
#define BANGFU_COMMON_DB_CONNECTION_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/time/time.h"
#include "common/db/statement.h"
#include "pqxx/pqxx"

namespace bangfu::db {

// Whom a read may keep waiting: each share has connections of its own.
enum class Share {
  kInteractive,  // somebody looks at the screen
  kBackground,   // bulk calls, streams and work without a caller
  kExport,       // holds its connection while a client takes a whole file, however slowly
};

// What bounds a unit of database work: its deadline, whether the caller has gone, and whom it may keep waiting.
struct Bounds {
  absl::Time deadline = absl::InfiniteFuture();
  const std::atomic<bool>* cancelled = nullptr;  // may be null; outlives the work
  Share share = Share::kInteractive;
  // Whose work it is, such as a county: queues take turns between keys.
  int64_t key = 0;

  bool Exceeded(absl::Time now) const { return now >= deadline || (cancelled != nullptr && cancelled->load()); }
};

// Thrown instead of running a statement whose bounds are exceeded.
class BoundsExceeded : public std::exception {
 public:
  const char* what() const noexcept override { return "the bounds of the work are exceeded"; }
};

class Connection {
 public:
  // Throws pqxx::broken_connection when the server cannot be reached. Statements that take `slow` or longer are logged.
  Connection(const std::string& conninfo, absl::Duration slow);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  pqxx::connection& raw() { return raw_; }

  // Prepares `statement` on this connection unless it is already.
  void Prepare(const Statement& statement);

  absl::Duration slow() const { return slow_; }

  // From now on statements are cancelled when the bounds are exceeded.
  void Begin(const Bounds& bounds);
  // From now on nothing is cancelled: comes before COMMIT or ROLLBACK, since a cancelled COMMIT under synchronous
  // replication reports success without having been replicated, and before the connection is given back. False when a
  // cancel request is on its way still, which may stop whatever runs then: neither commit nor use the connection again.
  bool Settle();

  // Throws BoundsExceeded if they are. Called between statements, when there is nothing to cancel.
  void CheckBounds() const;

  // For the watch, on threads of its own. Whether the statement that runs is to be cancelled now, which is said again
  // and again until Settle; who is told so calls Cancel once.
  bool MustCancel(absl::Time now);
  // Sends the request. Blocks while the server does not answer it.
  void Cancel();

 private:
  const absl::Duration slow_;
  pqxx::connection raw_;
  std::unordered_set<const char*> prepared_;
  std::mutex mutex_;  // guards what follows; the thread that works on the connection writes bounds_ and may read them
  Bounds bounds_;
  bool cancellable_ = false;
  bool cancelling_ = false;  // a request is on its way
  absl::Time next_cancel_;
  std::condition_variable cancelled_;
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_CONNECTION_H_
