#include "common/db/connection.h"

#include <chrono>

#include "absl/time/clock.h"

namespace bangfu::db {
namespace {

// Each cancel request costs the server a process.
constexpr absl::Duration kCancelAgain = absl::Milliseconds(200);
// A server that is well answers a cancel request in a few milliseconds, some of them after it has had its effect.
constexpr auto kCancelGrace = std::chrono::milliseconds(100);

}  // namespace

Connection::Connection(const std::string& conninfo, absl::Duration slow) : slow_(slow), raw_(conninfo) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // libpqxx 6 reconnects by itself and forgets every session setting; a broken connection is dropped instead.
  raw_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

void Connection::Prepare(const Statement& statement) {
  if (prepared_.insert(statement.name).second) raw_.prepare(statement.name, statement.sql);
}

void Connection::Begin(const Bounds& bounds) {
  std::lock_guard lock(mutex_);
  bounds_ = bounds;
  cancellable_ = true;
  next_cancel_ = absl::InfinitePast();
}

bool Connection::Settle() {
  std::unique_lock lock(mutex_);
  cancellable_ = false;
  return cancelled_.wait_for(lock, kCancelGrace, [&] { return !cancelling_; });
}

void Connection::CheckBounds() const {
  if (bounds_.Exceeded(absl::Now())) throw BoundsExceeded();
}

bool Connection::MustCancel(absl::Time now) {
  std::lock_guard lock(mutex_);
  if (!cancellable_ || cancelling_ || now < next_cancel_ || !bounds_.Exceeded(now)) return false;
  next_cancel_ = now + kCancelAgain;
  return cancelling_ = true;
}

void Connection::Cancel() {
  try {
    raw_.cancel_query();
  } catch (const std::exception&) {
    // The connection is gone; the worker that uses it finds out by itself.
  }
  std::lock_guard lock(mutex_);
  cancelling_ = false;
  cancelled_.notify_all();
}

}  // namespace bangfu::db
