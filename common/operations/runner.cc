#include "common/operations/runner.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "common/crypto/random.h"
#include "common/log/log.h"
#include "common/status/refusal.h"

namespace bangfu::operations {
namespace {

// A worker that has not renewed its lease for this long is taken for dead. Renewed every half second.
constexpr int kLeaseSeconds = 10;
constexpr auto kHeartbeat = std::chrono::milliseconds(500);
constexpr auto kPoll = std::chrono::seconds(1);

constexpr db::Statement kTake = {"operation.take", R"sql(
  UPDATE operation SET state = 2, holder = $2, lease_until = now() + make_interval(secs => $3), update_time = now()
  WHERE (shard, id) = (
    SELECT shard, id FROM operation
    WHERE kind = ANY ($1::text[]) AND (state = 1 OR (state = 2 AND lease_until < now()))
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING shard, id, kind, step, subject)sql"};

constexpr db::Statement kRenew = {"operation.renew", R"sql(
  UPDATE operation SET lease_until = now() + make_interval(secs => $4), done_count = $5, total_count = $6, rate = $7,
         phase = $8, update_time = CASE WHEN done_count = $5 THEN update_time ELSE now() END
  WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2
  RETURNING cancel_requested)sql"};

constexpr db::Statement kEnd = {"operation.end", R"sql(
  UPDATE operation SET state = $4, phase = $5, reason = $6, message = $7, done_count = $8, total_count = $9, rate = $10,
         holder = '', lease_until = '-infinity', update_time = now()
  WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2)sql"};

// KEY SHARE keeps out who would take the job over (FOR UPDATE) and lets progress and lease be written meanwhile.
constexpr db::Statement kHeld = {"operation.held", R"sql(
  SELECT 1 FROM operation WHERE shard = $1 AND id = $2 AND holder = $3 AND state = 2 FOR KEY SHARE)sql"};

db::Bounds Soon() { return {absl::Now() + absl::Seconds(5)}; }

}  // namespace

Job::Job(db::Database& database, ids::RecordId id, std::string step, std::string subject, std::string holder)
    : database_(database),
      id_(id),
      step_(std::move(step)),
      subject_(std::move(subject)),
      holder_(std::move(holder)),
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
    : database_(database), bodies_(std::move(bodies)) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { Work(); });
  heartbeat_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    // Goes on while the process is ending until the last job has stopped, so that none is taken by two.
    while (!(stopping_ && running_.empty())) {
      wake_.wait_for(lock, kHeartbeat);
      for (Job* job : running_) {
        if (stopping_) job->lost_.store(true);
        job->Heartbeat();
      }
    }
  });
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

void Runner::Work() {
  while (true) {
    bool worked = RunOne();
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (!worked) wake_.wait_for(lock, kPoll);
    if (stopping_) return;
  }
}

bool Runner::RunOne() {
  std::vector<std::string> kinds;
  for (const auto& [kind, body] : bodies_) kinds.push_back(kind);
  const std::string holder = absl::BytesToHexString(crypto::RandomBytes(8));
  std::unique_ptr<Job> job;
  std::string kind;
  absl::Status taken = database_.Write(Soon(), [&](db::Tx& tx) -> absl::Status {
    auto rows = tx.Run(kTake, db::TextArray(kinds), holder, kLeaseSeconds);
    if (rows.empty()) return absl::OkStatus();
    kind = rows[0][2].as<std::string>();
    job = std::make_unique<Job>(database_, ids::RecordId{rows[0][0].as<int32_t>(), rows[0][1].as<int64_t>()},
                                rows[0][3].as<std::string>(), rows[0][4].as<std::string>(), holder);
    return absl::OkStatus();
  });
  if (!taken.ok() || job == nullptr) return false;
  {
    std::lock_guard lock(mutex_);
    running_.push_back(job.get());
  }
  absl::StatusOr<Outcome> outcome = absl::UnknownError("not run");
  try {
    outcome = bodies_.at(kind)(*job);
  } catch (const std::exception& e) {
    log::Error("operation_threw", {{"operation", job->id().ToString()}, {"what", std::string(e.what())}});
    outcome = status::Refuse(status::Reason::INTERNAL, {{"trace", job->id().ToString()}});
  }
  {
    std::lock_guard lock(mutex_);
    running_.erase(std::find(running_.begin(), running_.end(), job.get()));
  }
  wake_.notify_all();
  return End(*job, outcome) != Operation::QUEUED;  // one that has to wait is not taken again at once
}

Operation::State Runner::End(Job& job, const absl::StatusOr<Outcome>& outcome) {
  Operation::State state = Operation::FAILED;
  std::string phase = job.shown_phase_, reason, message;
  if (outcome.ok()) {
    state = outcome->state;
    if (!outcome->phase.empty()) phase = outcome->phase;
  } else if (job.cancelled_.load()) {
    state = Operation::CANCELLED;
  } else if (job.lost_.load() || outcome.status().code() == absl::StatusCode::kUnavailable) {
    // Not the job's fault: queued again under the phase it was given, for this or another replica.
    state = Operation::QUEUED;
  } else {
    reason = status::ReasonOf(outcome.status());
    message = status::LocalizedMessageOf(outcome.status()).message();
  }
  const double seconds = std::max(0.001, absl::ToDoubleSeconds(absl::Now() - job.phase_start_));
  absl::Status ended = database_.Write(Soon(), [&](db::Tx& tx) -> absl::Status {
    tx.Run(kEnd, job.id_.shard, job.id_.number, job.holder_, static_cast<int>(state), phase, reason, message, job.done_,
           job.total_, static_cast<int64_t>(static_cast<double>(job.done_) / seconds));
    return absl::OkStatus();
  });
  log::Info("operation_ended", {{"operation", job.id_.ToString()},
                                {"state", Operation::State_Name(state)},
                                {"reason", reason},
                                {"recorded", ended.ok()}});
  return state;
}

}  // namespace bangfu::operations
