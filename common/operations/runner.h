// Runs long jobs: takes queued ones and those whose worker has died, keeps their lease, writes their progress.
#ifndef BANGFU_COMMON_OPERATIONS_RUNNER_H_
#define BANGFU_COMMON_OPERATIONS_RUNNER_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/ids/record_id.h"
#include "common/operations/operation_store.h"

namespace bangfu::operations {

// What a running job may ask and tell. Used by the job's thread; Stopped may be asked from others.
class Job {
 public:
  Job(db::Database& database, ids::RecordId id, std::string step, std::string subject, Origin origin,
      std::string holder, int attempt);

  const ids::RecordId& id() const { return id_; }
  const std::string& step() const { return step_; }        // what it was queued for
  const std::string& subject() const { return subject_; }  // on whose behalf
  const Origin& origin() const { return origin_; }         // of the step

  // Tells how far the job is; written to the row at most twice a second.
  void Progress(const std::string& phase, int64_t done, int64_t total);

  // The job should return soon: somebody asked to cancel it, the lease was lost, or the process is ending.
  bool Stopped() const { return cancelled_.load() || lost_.load(); }
  // Somebody asked to cancel it: it ends as CANCELLED. Otherwise a stopped job is taken up again by another worker.
  bool Cancelled() const { return cancelled_.load(); }

  // The job must be held when it commits: call this in each of its transactions. ABORTED when another worker took it.
  absl::Status CheckHeld(db::Tx& tx) const;

 private:
  friend class Runner;
  void Heartbeat();

  db::Database& database_;
  const ids::RecordId id_;
  const std::string step_;
  const std::string subject_;
  const Origin origin_;
  const std::string holder_;
  const int attempt_;  // 1 when the step is tried for the first time
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> lost_{false};
  std::mutex mutex_;
  std::string shown_phase_;
  int64_t done_ = 0;
  int64_t total_ = 0;
  absl::Time phase_start_;
};

// A step is tried so often before its job is FAILED with OPERATION_GIVEN_UP. A try counts when the process died of it,
// or when the job answered UNAVAILABLE or OVERLOADED; the next one waits some seconds more each time.
inline constexpr int kMaximumAttempts = 5;

// What a job leaves its operation as when it returns OK.
struct Outcome {
  Operation::State state = Operation::SUCCEEDED;
  std::string phase;
  absl::Status left;  // a refusal that says what was left undone and why; OK if nothing
};

class Runner {
 public:
  using Body = std::function<absl::StatusOr<Outcome>(Job&)>;

  // `bodies`: kind of operation → what runs it. `workers` jobs run at once.
  Runner(db::Database& database, std::map<std::string, Body> bodies, int workers);
  // Stops jobs at their next checkpoint and gives up their leases, so that another replica goes on at once.
  ~Runner();

  // Looks for work now instead of at the next poll.
  void Wake();

 private:
  struct Taken {
    std::string kind;
    std::shared_ptr<Job> job;  // null when the job was given up or cancelled instead
  };
  void Work();
  void RenewLeases();
  bool RunOne();
  absl::StatusOr<std::optional<Taken>> Take();
  Operation::State End(Job& job, const absl::StatusOr<Outcome>& outcome);

  db::Database& database_;
  const std::map<std::string, Body> bodies_;
  const std::string kinds_;  // of bodies_, as a text array
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<std::shared_ptr<Job>> running_;
  std::vector<std::thread> workers_;
  std::thread heartbeat_;
};

}  // namespace bangfu::operations

#endif  // BANGFU_COMMON_OPERATIONS_RUNNER_H_
