#include "common/db/connection.h"

namespace bangfu::db {

Connection::Connection(const std::string& conninfo) : raw_(conninfo) {
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
}

void Connection::EnterCommit() {
  std::lock_guard lock(mutex_);
  cancellable_ = false;
}

void Connection::End() {
  std::lock_guard lock(mutex_);
  cancellable_ = false;
  bounds_ = Bounds();
}

void Connection::CancelIfExceeded(absl::Time now) {
  // Held across the cancel request, so that it cannot reach a later statement of another caller.
  std::lock_guard lock(mutex_);
  if (!cancellable_ || !bounds_.Exceeded(now)) return;
  cancellable_ = false;
  try {
    raw_.cancel_query();
  } catch (const std::exception&) {
    // The connection is gone; the worker that uses it finds out by itself.
  }
}

}  // namespace bangfu::db
