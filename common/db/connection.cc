#include "common/db/connection.h"

#include "absl/time/clock.h"

namespace bangfu::db {
namespace {

// Each cancel request costs the server a process.
constexpr absl::Duration kCancelAgain = absl::Milliseconds(200);

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

void Connection::Settle() {
  std::lock_guard lock(mutex_);
  cancellable_ = false;
}

void Connection::End() {
  std::lock_guard lock(mutex_);
  cancellable_ = false;
  bounds_ = Bounds();
}

void Connection::CheckBounds() const {
  if (bounds_.Exceeded(absl::Now())) throw BoundsExceeded();
}

void Connection::CancelIfExceeded(absl::Time now) {
  // Held across the cancel request, so that it cannot reach a later statement of another caller. Only the worker that
  // waits for this very statement waits with it, no longer than tcp_user_timeout, which libpq applies to the request
  // too.
  std::lock_guard lock(mutex_);
  if (!cancellable_ || now < next_cancel_ || !bounds_.Exceeded(now)) return;
  next_cancel_ = now + kCancelAgain;
  try {
    raw_.cancel_query();
  } catch (const std::exception&) {
    // The connection is gone; the worker that uses it finds out by itself.
  }
}

}  // namespace bangfu::db
