// Hot single-row work, many rows to a statement: whatever waits when a worker is free goes into one batch, up to a
// bound, without a timer. Alone, a row waits for nobody; under load one fsync, or one round trip of a read, serves
// dozens. Each caller is answered only when its row is durable. When a batch fails, its rows are tried one by one, so
// that one bad row falls out alone.
#ifndef BANGFU_COMMON_DB_COALESCER_H_
#define BANGFU_COMMON_DB_COALESCER_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "common/db/database.h"
#include "common/status/refusal.h"

namespace bangfu::db {

struct CoalescerOptions {
  bool read_only = false;                         // batches read on the read pool, each statement for itself
  int workers = 1;                                // batches at once; one or two connections do the work of dozens
  int batch_bound = 256;                          // rows in a transaction
  int queue_bound = 4096;                         // rows waiting
  absl::Duration time_bound = absl::Seconds(10);  // of a batch
};

template <typename Row, typename Answer>
class Coalescer {
 public:
  // Writes, or looks up, the rows in one transaction and answers each, in the order of the rows. It must be idempotent
  // (ON CONFLICT): after a lost connection it may run again.
  using RunRows = std::function<absl::StatusOr<std::vector<Answer>>(Tx&, absl::Span<const Row>)>;
  using Done = std::function<void(absl::StatusOr<Answer>)>;

  Coalescer(Database& database, RunRows run, CoalescerOptions options = {})
      : database_(database), run_(std::move(run)), options_(options) {
    for (int i = 0; i < options_.workers; ++i) workers_.emplace_back([this] { Work(); });
  }

  // Answers what waits, then stops.
  ~Coalescer() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  // `done` is called once, from a worker; at once with OVERLOADED when too many rows wait.
  void Add(Row row, Done done) {
    {
      std::lock_guard lock(mutex_);
      if (static_cast<int>(waiting_.size()) < options_.queue_bound && !stopping_) {
        waiting_.push_back({std::move(row), std::move(done)});
        wake_.notify_one();
        return;
      }
    }
    done(status::WithRetryDelay(status::Refuse(status::Reason::OVERLOADED, {{"retry_seconds", "1"}}), 1));
  }

 private:
  struct Waiting {
    Row row;
    Done done;
  };

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::vector<Row> rows;
      std::vector<Done> dones;
      while (!waiting_.empty() && static_cast<int>(rows.size()) < options_.batch_bound) {
        rows.push_back(std::move(waiting_.front().row));
        dones.push_back(std::move(waiting_.front().done));
        waiting_.pop_front();
      }
      lock.unlock();
      RunBatch(rows, dones);
      lock.lock();
    }
  }

  void RunBatch(const std::vector<Row>& rows, const std::vector<Done>& dones) {
    absl::StatusOr<std::vector<Answer>> answers = RunOnce(rows);
    if (answers.ok() || rows.size() == 1) {
      for (size_t i = 0; i < rows.size(); ++i) {
        answers.ok() ? dones[i](std::move((*answers)[i])) : dones[i](answers.status());
      }
      return;
    }
    for (size_t i = 0; i < rows.size(); ++i) RunBatch({rows[i]}, {dones[i]});
  }

  absl::StatusOr<std::vector<Answer>> RunOnce(const std::vector<Row>& rows) {
    const Bounds bounds{absl::Now() + options_.time_bound};
    const auto run = [&](Tx& tx) { return run_(tx, absl::MakeConstSpan(rows)); };
    auto answers = options_.read_only ? database_.Read(bounds, run) : database_.Write(bounds, run, /*replayable=*/true);
    if (answers.ok() && answers->size() != rows.size()) return absl::InternalError("a row was not answered");
    return answers;
  }

  Database& database_;
  const RunRows run_;
  const CoalescerOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_COALESCER_H_
