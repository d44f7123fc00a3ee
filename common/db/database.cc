#include "common/db/database.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/metrics/metrics.h"
#include "common/status/refusal.h"

namespace bangfu::db {
namespace {

using status::Reason;
using status::Refuse;

constexpr int kWriteAttempts = 3;
constexpr auto kWatchInterval = std::chrono::milliseconds(20);
constexpr absl::Duration kLongestWait = absl::Seconds(2);
constexpr absl::Duration kLongestBackgroundWait = absl::Seconds(10);

// Session settings travel in the connection string, where no reconnection can lose them. A host that died without a
// word is noticed in about ten seconds, whether or not something was being sent to it.
std::string WithSettings(const DatabaseOptions& options, bool read_only) {
  return absl::StrCat(
      options.conninfo,
      " connect_timeout=2 tcp_user_timeout=10000 keepalives_idle=5 keepalives_interval=2 "
      "keepalives_count=3 options='-c statement_timeout=",
      absl::ToInt64Milliseconds(options.statement_timeout),
      " -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c jit=off"
      // A plan for each call costs more than it saves: statements with arrays were planned anew every time.
      " -c plan_cache_mode=force_generic_plan",
      read_only ? " -c default_transaction_read_only=on" : "", "'");
}

}  // namespace

// A bounded set of connections, opened when first needed.
class Database::Pool {
 public:
  Pool(const std::string& name, std::string conninfo, int size, absl::Duration slow)
      : conninfo_(std::move(conninfo)),
        size_(size),
        slow_(slow),
        wait_("db_pool_wait_seconds", "Time until a connection was free", metrics::Buckets::kSeconds, {{"pool", name}}),
        busy_("db_connections_busy", "Connections at work", {{"pool", name}}) {}

  // Waits for a free connection within `bounds`. OVERLOADED when none comes free, UNAVAILABLE when none can be opened.
  absl::StatusOr<std::shared_ptr<Connection>> Take(const Bounds& bounds) {
    const absl::Time start = absl::Now();
    const absl::Time limit = std::min(
        bounds.deadline, start + (bounds.share == Share::kInteractive ? kLongestWait : kLongestBackgroundWait));
    std::unique_lock lock(mutex_);
    bool free = wake_.wait_until(lock, absl::ToChronoTime(limit), [&] { return !idle_.empty() || open_ < size_; });
    wait_.Observe(absl::ToDoubleSeconds(absl::Now() - start));
    if (!free) return status::Overloaded();
    if (bounds.Exceeded(absl::Now())) {
      wake_.notify_one();  // what was free is free for the next
      return Refuse(Reason::DEADLINE_EXCEEDED);
    }
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      busy_.Add(1);
      return connection;
    }
    ++open_;
    lock.unlock();
    try {
      auto connection = std::make_shared<Connection>(conninfo_, slow_);
      lock.lock();
      all_.push_back(connection);
      busy_.Add(1);
      return connection;
    } catch (const std::exception&) {
      if (!lock.owns_lock()) lock.lock();
      --open_;
      wake_.notify_one();
      return Refuse(Reason::UNAVAILABLE);
    }
  }

  // Ends the work on a connection and gives it back. One that cannot be used again is dropped.
  void Give(std::shared_ptr<Connection> connection, Recovery recovery) {
    const bool settled = connection->Settle();
    busy_.Add(-1);
    std::lock_guard lock(mutex_);
    if (recovery == Recovery::kReconnect || recovery == Recovery::kInDoubt) {
      Drop(connection);
      // Whatever broke this one broke the idle ones too: they are dropped before anybody trips over them.
      for (auto& idle : idle_) Drop(idle);
      idle_.clear();
    } else if (!settled) {
      Drop(connection);
    } else {
      idle_.push_back(std::move(connection));
    }
    wake_.notify_one();
  }

  std::vector<std::shared_ptr<Connection>> All() {
    std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  // With the mutex held.
  void Drop(const std::shared_ptr<Connection>& connection) {
    all_.erase(std::remove(all_.begin(), all_.end(), connection), all_.end());
    --open_;
  }

  const std::string conninfo_;
  const int size_;
  const absl::Duration slow_;
  metrics::Histogram wait_;
  metrics::Gauge busy_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Connection>> idle_;
  std::vector<std::shared_ptr<Connection>> all_;
  int open_ = 0;
};

Database::Database(DatabaseOptions options)
    : options_(std::move(options)),
      read_pool_(std::make_unique<Pool>("read", WithSettings(options_, true), options_.read_connections,
                                        options_.slow_statement)),
      background_pool_(std::make_unique<Pool>("background", WithSettings(options_, true),
                                              options_.background_connections, options_.slow_statement)),
      export_pool_(std::make_unique<Pool>("export", WithSettings(options_, true), options_.export_connections,
                                          options_.slow_statement)),
      write_pool_(std::make_unique<Pool>("write", WithSettings(options_, false), options_.write_connections,
                                         options_.slow_statement)),
      watch_([this] { Watch(); }) {}

Database::~Database() {
  {
    std::lock_guard lock(watch_mutex_);
    stopping_ = true;
  }
  watch_wake_.notify_all();
  watch_.join();
}

// Cancels statements whose deadline has passed or whose caller has gone.
void Database::Watch() {
  std::unique_lock lock(watch_mutex_);
  while (!watch_wake_.wait_for(lock, kWatchInterval, [&] { return stopping_; })) {
    lock.unlock();
    absl::Time now = absl::Now();
    for (Pool* pool : {read_pool_.get(), background_pool_.get(), export_pool_.get(), write_pool_.get()}) {
      for (auto& connection : pool->All()) {
        // The server may take its time to answer, so no deadline waits for the cancelling of another.
        if (connection->MustCancel(now)) std::thread([connection] { connection->Cancel(); }).detach();
      }
    }
    lock.lock();
  }
}

Database::Pool& Database::PoolOf(Share share) {
  switch (share) {
    case Share::kInteractive: return *read_pool_;
    case Share::kBackground: return *background_pool_;
    case Share::kExport: return *export_pool_;
  }
  return *background_pool_;
}

absl::Status Database::ReadAttempts(const Bounds& bounds, Isolation isolation, BodyRef body) {
  Pool& pool = PoolOf(bounds.share);
  for (int attempt = 1;; ++attempt) {
    auto connection = pool.Take(bounds);
    if (!connection.ok()) return connection.status();
    (*connection)->Begin(bounds);
    Failure outcome = TryRead(**connection, isolation, body);
    pool.Give(*std::move(connection), outcome.recovery);
    if (outcome.recovery == Recovery::kNone || attempt == 2) return outcome.status;
  }
}

Failure Database::TryRead(Connection& connection, Isolation isolation, BodyRef body) {
  try {
    if (isolation == Isolation::kStatement) {
      pqxx::nontransaction work(connection.raw());
      Tx tx(connection, work);
      return {body(tx)};
    }
    pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work(connection.raw());
    absl::Cleanup settle = [&] { connection.Settle(); };  // before the destructor of `work` rolls back
    Tx tx(connection, work);
    return {body(tx)};
  } catch (...) {
    return FailureOfCurrentException();
  }
}

absl::Status Database::WriteAttempts(const Bounds& bounds, bool replayable, BodyRef body, Extent extent) {
  for (int attempt = 1;; ++attempt) {
    auto connection = write_pool_->Take(bounds);
    if (!connection.ok()) return connection.status();
    (*connection)->Begin(bounds);
    Failure outcome =
        extent == Extent::kStatement ? TryWriteStatement(**connection, body) : TryWrite(**connection, body);
    write_pool_->Give(*std::move(connection), outcome.recovery);
    bool again = outcome.recovery == Recovery::kRetry || outcome.recovery == Recovery::kReconnect ||
                 (outcome.recovery == Recovery::kInDoubt && replayable);
    if (!again || attempt == kWriteAttempts || bounds.Exceeded(absl::Now())) return outcome.status;
  }
}

Failure Database::TryWriteStatement(Connection& connection, BodyRef body) {
  try {
    pqxx::nontransaction work(connection.raw());
    Tx tx(connection, work);
    return {body(tx)};
  } catch (...) {
    return FailureOfCurrentException();
  }
}

Failure Database::TryWrite(Connection& connection, BodyRef body) {
  try {
    pqxx::work work(connection.raw());
    absl::Cleanup settle = [&] { connection.Settle(); };  // before the destructor of `work` rolls back
    Tx tx(connection, work);
    absl::Status status = body(tx);
    if (!status.ok()) return {status};
    if (!connection.Settle()) throw BoundsExceeded();
    try {
      work.commit();
    } catch (const pqxx::broken_connection&) {
      return {Refuse(Reason::DEADLINE_EXCEEDED), Recovery::kInDoubt};
    }
    return {absl::OkStatus()};
  } catch (...) {
    return FailureOfCurrentException();
  }
}

}  // namespace bangfu::db
