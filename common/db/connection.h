// One PostgreSQL connection: prepared statements by name, cancellation at a deadline, no silent reconnection.
#ifndef BANGFU_COMMON_DB_CONNECTION_H_
#define BANGFU_COMMON_DB_CONNECTION_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/time/time.h"
#include "common/db/statement.h"
#include "pqxx/pqxx"

namespace bangfu::db {

// What bounds a unit of database work: its deadline, and whether the caller has gone.
struct Bounds {
  absl::Time deadline = absl::InfiniteFuture();
  const std::atomic<bool>* cancelled = nullptr;  // may be null; outlives the work

  bool Exceeded(absl::Time now) const { return now >= deadline || (cancelled != nullptr && cancelled->load()); }
};

class Connection {
 public:
  // Throws pqxx::broken_connection when the server cannot be reached.
  explicit Connection(const std::string& conninfo);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  pqxx::connection& raw() { return raw_; }

  // Prepares `statement` on this connection unless it is already.
  void Prepare(const Statement& statement);

  // The watch looks at busy connections only: work in COMMIT is never cancelled, since a cancelled COMMIT under
  // synchronous replication reports success without having been replicated.
  void Begin(const Bounds& bounds);
  void EnterCommit();
  void End();

  // Cancels the running statement if its bounds are exceeded. Called by the watch, from another thread.
  void CancelIfExceeded(absl::Time now);

 private:
  pqxx::connection raw_;
  std::unordered_set<const char*> prepared_;
  std::mutex mutex_;  // guards bounds_ and cancellable_
  Bounds bounds_;
  bool cancellable_ = false;
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_CONNECTION_H_
