#include "common/operations/runner.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/operations/v1/reason.pb.h"
#include "common/crypto/random.h"
#include "common/log/log.h"
#include "common/status/refusal.h"

namespace bangfu::operations {
namespace {

// A worker that has not renewed its lease for this long is taken for dead. Renewed every half second.
constexpr int kLeaseSeconds = 10;
constexpr auto kHeartbeat = std::chrono::milliseconds(500);
constexpr auto kPoll = std::chrono::seconds(1);

// A queued job waits until its lease_until, too. One that was tried often enough is not run but FAILED, and one that is
// to be cancelled is not run either.
constexpr db::Statement kTake = {"operation.take", R"sql(
  UPDATE operation
  SET state = CASE WHEN cancel_requested THEN 6 WHEN attempts < $4 THEN 2 ELSE 5 END,
      reason = CASE WHEN cancel_requested OR attempts < $4 THEN reason ELSE $5 END,
      message = CASE WHEN cancel_requested OR attempts < $4 THEN message ELSE $6 END,
      attempts = attempts + 1, holder = $2, lease_until = now() + make_interval(secs => $3), update_time = now()
  WHERE (shard, id) = (
    SELECT shard, id FROM operation
    WHERE kind = ANY ($1::text[]) AND state IN (1, 2) AND lease_until < now()
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING shard, id, kind, step, subject, attempts, session, trace, state)sql"};

constexpr db::Statement kRenew = {"operation.renew", R"sql(
  UPDATE operation SET lease_until = now() + make_interval(secs => $4), done_count = $5, total_count = $6, rate = $7,
         phase = $8, update_time = CASE WHEN done_count = $5 THEN update_time ELSE now() END
  WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2
  RETURNING cancel_requested)sql"};

// Whoever asked to cancel it before it came to wait for a decision (3) has decided.
constexpr db::Statement kEnd = {"operation.end", R"sql(
  UPDATE operation SET state = CASE WHEN cancel_requested AND $4 = 3 THEN 6 ELSE $4 END, phase = $5, reason = $6, message = $7, done_count = $8, total_count = $9, rate = $10,
         attempts = attempts - $11, holder = '', lease_until = now() + make_interval(secs => $12), update_time = now()
  WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2)sql"};

// KEY SHARE keeps out who would take the job over (FOR UPDATE) and lets progress and lease be written meanwhile.
constexpr db::Statement kHeld = {"operation.held", R"sql(
  SELECT 1 FROM operation WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2 FOR KEY SHARE)sql"};

db::Bounds Soon() { return {absl::Now() + absl::Seconds(5)}; }

absl::Status GivenUp() {
  return status::Refuse(v1::OPERATION_GIVEN_UP, {{"attempts", absl::StrCat(kMaximumAttempts)}});
}

// Not the job's fault, as far as can be told: tried again.
bool IsPassing(const absl::Status& status) {
  const std::string reason = status::ReasonOf(status);
  return absl::IsUnavailable(status) || reason == "OVERLOADED" || reason == "CONFLICT";
}

std::string KindsOf(const std::map<std::string, Runner::Body>& bodies) {
  std::vector<std::string> kinds;
  for (const auto& [kind, body] : bodies) kinds.push_back(kind);
  return db::TextArray(kinds);
}

}  // namespace

Job::Job(db::Database& database, ids::RecordId id, std::string step, std::string subject, Origin origin,
         std::string holder, int attempt)
    : database_(database),
      id_(id),
      step_(std::move(step)),
      subject_(std::move(subject)),
      origin_(std::move(origin)),
      holder_(std::move(holder)),
      attempt_(attempt),
      phase_start_(absl::Now()) {}

void Job::Progress(const std::string& phase, int64_t done, int64_t total) {
  std::lock_guard lock(mutex_);
  if (phase != shown_phase_) {
    shown_phase_ = phase;
    phase_start_ = absl::Now();
  }
  done_ = done;
  total_ = total;
}

absl::Status Job::CheckHeld(db::Tx& tx) const {
  if (tx.Run(kHeld, id_.shard, id_.number, holder_).empty()) return status::Refuse(status::Reason::CONFLICT);
  return absl::OkStatus();
}

void Job::Heartbeat() {
  std::string phase;
  int64_t done, total, rate;
  {
    std::lock_guard lock(mutex_);
    phase = shown_phase_;
    done = done_;
    total = total_;
    rate = static_cast<int64_t>(done_ / std::max(0.1, absl::ToDoubleSeconds(absl::Now() - phase_start_)));
  }
  absl::Status status = database_.Write(Soon(), [&](db::Tx& tx) -> absl::Status {
    auto rows = tx.Run(kRenew, id_.shard, id_.number, holder_, kLeaseSeconds, done, total, rate, phase);
    if (rows.empty()) {
      lost_.store(true);
    } else if (rows[0][0].as<bool>()) {
      cancelled_.store(true);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) log::Warning("operation_heartbeat_failed", {{"operation", id_.ToString()}});
}

Runner::Runner(db::Database& database, std::map<std::string, Body> bodies, int workers)
    : database_(database), bodies_(std::move(bodies)), kinds_(KindsOf(bodies_)) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { Work(); });
  heartbeat_ = std::thread([this] { RenewLeases(); });
}

Runner::~Runner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  wake_.notify_all();
  heartbeat_.join();
}

void Runner::Wake() { wake_.notify_all(); }

// Goes on while the process is ending until the last job has stopped, so that none is taken by two.
void Runner::RenewLeases() {
  std::unique_lock lock(mutex_);
  while (!(stopping_ && running_.empty())) {
    wake_.wait_for(lock, kHeartbeat);
    const std::vector<std::shared_ptr<Job>> running = running_;
    for (const auto& job : running) {
      if (stopping_) job->lost_.store(true);
    }
    lock.unlock();  // workers need not wait for the database
    for (const auto& job : running) job->Heartbeat();
    lock.lock();
  }
}

void Runner::Work() {
  while (true) {
    bool worked = RunOne();
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (!worked) wake_.wait_for(lock, kPoll);
    if (stopping_) return;
  }
}

absl::StatusOr<std::optional<Runner::Taken>> Runner::Take() {
  const std::string holder = absl::BytesToHexString(crypto::RandomBytes(8));
  const absl::Status given_up = GivenUp();
  const std::string reason = status::ReasonOf(given_up);
  const std::string message = status::LocalizedMessageOf(given_up).message();
  return database_.Write(Soon(), [&](db::Tx& tx) -> absl::StatusOr<std::optional<Taken>> {
    const auto rows = tx.Run(kTake, kinds_, holder, kLeaseSeconds, kMaximumAttempts, reason, message);
    if (rows.empty()) return std::optional<Taken>();
    const auto row = rows[0];
    const ids::RecordId id{row[0].as<int32_t>(), row[1].as<int64_t>()};
    const int attempt = row[5].as<int>();
    const int state = row[8].as<int>();
    Taken taken{.kind = row[2].as<std::string>()};
    if (state == Operation::RUNNING) {
      taken.job = std::make_shared<Job>(database_, id, row[3].as<std::string>(), row[4].as<std::string>(),
                                        Origin{row[6].as<std::string>(), row[7].as<std::string>()}, holder, attempt);
    } else if (state == Operation::FAILED) {
      log::Error("operation_given_up", {{"operation", id.ToString()}});
    }
    return taken;
  });
}

bool Runner::RunOne() {
  const auto taken = Take();
  if (!taken.ok() || !taken->has_value()) return false;
  const std::shared_ptr<Job> job = (*taken)->job;
  if (job == nullptr) return true;
  {
    std::lock_guard lock(mutex_);
    running_.push_back(job);
  }
  absl::StatusOr<Outcome> outcome = absl::UnknownError("not run");
  try {
    outcome = bodies_.at((*taken)->kind)(*job);
  } catch (const std::exception& e) {
    log::Error("operation_threw", {{"operation", job->id().ToString()}, {"what", std::string(e.what())}});
    outcome = status::Refuse(status::Reason::INTERNAL, {{"trace", job->id().ToString()}});
  }
  {
    std::lock_guard lock(mutex_);
    running_.erase(std::find(running_.begin(), running_.end(), job));
  }
  wake_.notify_all();
  return End(*job, outcome) != Operation::QUEUED;  // one that has to wait is not taken again at once
}

Operation::State Runner::End(Job& job, const absl::StatusOr<Outcome>& outcome) {
  Operation::State state = Operation::FAILED;
  std::string phase = job.shown_phase_;
  absl::Status told;  // with the reason and the message
  const bool lost = job.lost_.load();
  int wait_seconds = 0;
  if (outcome.ok()) {
    state = outcome->state;
    if (!outcome->phase.empty()) phase = outcome->phase;
    told = outcome->left;
  } else if (job.cancelled_.load()) {
    state = Operation::CANCELLED;
  } else if (lost || (IsPassing(outcome.status()) && job.attempt_ < kMaximumAttempts)) {
    // Queued again under the phase it was given, for this or another replica.
    state = Operation::QUEUED;
    wait_seconds = lost ? 0 : 1 << job.attempt_;
  } else {
    told = IsPassing(outcome.status()) ? GivenUp() : outcome.status();
  }
  const std::string reason = told.ok() ? "" : status::ReasonOf(told);
  const std::string message = told.ok() ? "" : status::LocalizedMessageOf(told).message();
  const double seconds = std::max(0.001, absl::ToDoubleSeconds(absl::Now() - job.phase_start_));
  absl::Status ended = database_.Write(Soon(), [&](db::Tx& tx) -> absl::Status {
    tx.Run(kEnd, job.id_.shard, job.id_.number, job.holder_, static_cast<int>(state), phase, reason, message, job.done_,
           job.total_, static_cast<int64_t>(static_cast<double>(job.done_) / seconds), lost ? 1 : 0, wait_seconds);
    return absl::OkStatus();
  });
  log::Info("operation_ended", {{"operation", job.id_.ToString()},
                                {"state", Operation::State_Name(state)},
                                {"reason", reason},
                                {"recorded", ended.ok()}});
  return state;
}

}  // namespace bangfu::operations
