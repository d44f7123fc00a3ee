// Hot single-row work, many rows to a statement: whatever waits when a worker is free goes into one batch, up to a
// bound, without a timer. Alone, a row waits for nobody; under load one fsync, or one round trip of a read, serves
// dozens. Each caller is answered only when its row is durable. When a batch fails, its halves are tried by themselves,
// so that a bad row falls out alone; a database that is slow or away is the answer of all.
#ifndef BANGFU_COMMON_DB_COALESCER_H_
#define BANGFU_COMMON_DB_COALESCER_H_

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "common/db/database.h"
#include "common/metrics/metrics.h"
#include "common/queue/fair_queue.h"
#include "common/status/refusal.h"

namespace bangfu::db {

struct CoalescerOptions {
  std::string name;                               // in its metrics
  bool read_only = false;                         // batches read on the read pool, each statement for itself
  bool one_statement = false;                     // writes a batch by one, without a transaction round it
  int batches = 2;                                // at once; one or two connections do the work of dozens
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
      : database_(database),
        run_(std::move(run)),
        options_(std::move(options)),
        length_("db_coalescer_waiting", "Rows that wait for a batch", {{"name", options_.name}}),
        rows_("db_coalescer_rows", "Rows of a batch", metrics::Buckets::kCount, {{"name", options_.name}}),
        splits_("db_coalescer_splits_total", "Batches whose halves were tried by themselves",
                {{"name", options_.name}}),
        waiting_(options_.queue_bound) {
    // While one worker answers the rows of a batch, another waits for the disk with the next. Reads wait for none.
    const int workers = options_.read_only ? options_.batches : 2 * options_.batches;
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { Work(); });
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

  // `done` is called once, from a worker; at once with OVERLOADED when too many rows wait, or too many with the key of
  // `bounds`. A row whose bounds are exceeded before its batch begins is left out and answered so.
  void Add(const Bounds& bounds, Row row, Done done) {
    Waiting waiting{bounds, std::move(row), std::move(done)};
    std::unique_lock lock(mutex_);
    const bool taken = !stopping_ && waiting_.Push(bounds.key, std::move(waiting));
    const bool free = running_ < options_.batches;
    lock.unlock();
    if (!taken) return waiting.done(status::Overloaded());
    length_.Add(1);
    if (free) wake_.notify_one();
  }

 private:
  struct Waiting {
    Bounds bounds;
    Row row;
    Done done;
  };
  struct Batch {
    absl::Time deadline = absl::InfinitePast();  // of the row that waits longest
    std::vector<Row> rows;
    std::vector<Done> dones;
    std::vector<Done> late;
    std::vector<absl::StatusOr<Answer>> answers;  // to `rows`
  };

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return waiting_.empty() ? stopping_ : running_ < options_.batches; });
      if (waiting_.empty()) return;
      ++running_;
      Batch batch = Take();
      lock.unlock();
      length_.Add(-static_cast<double>(batch.rows.size() + batch.late.size()));
      if (!batch.rows.empty()) {
        rows_.Observe(static_cast<double>(batch.rows.size()));
        RunRange(batch, 0, batch.rows.size());
      }
      lock.lock();
      --running_;
      stopping_ ? wake_.notify_all() : wake_.notify_one();
      lock.unlock();
      for (size_t i = 0; i < batch.rows.size(); ++i) batch.dones[i](std::move(batch.answers[i]));
      for (const Done& done : batch.late) done(status::Refuse(status::Reason::DEADLINE_EXCEEDED));
      lock.lock();
    }
  }

  Batch Take() {
    Batch batch;
    const absl::Time now = absl::Now();
    while (!waiting_.empty() && static_cast<int>(batch.rows.size()) < options_.batch_bound) {
      Waiting next = waiting_.Pop();
      if (next.bounds.Exceeded(now)) {
        batch.late.push_back(std::move(next.done));
      } else {
        batch.deadline = std::max(batch.deadline, next.bounds.deadline);
        batch.rows.push_back(std::move(next.row));
        batch.dones.push_back(std::move(next.done));
      }
    }
    return batch;
  }

  // The rows from `first` to before `last`. The halves of a batch that fails are tried by themselves.
  void RunRange(Batch& batch, size_t first, size_t last) {
    const auto rows = absl::MakeConstSpan(batch.rows).subspan(first, last - first);
    absl::StatusOr<std::vector<Answer>> answers = RunOnce(batch.deadline, rows);
    if (rows.size() > 1 && MayBeOfOneRow(answers.status())) {
      splits_.Add();
      const size_t middle = first + rows.size() / 2;
      RunRange(batch, first, middle);
      RunRange(batch, middle, last);
      return;
    }
    for (size_t i = first; i < last; ++i) {
      if (answers.ok()) {
        batch.answers.emplace_back(std::move((*answers)[i - first]));
      } else {
        batch.answers.emplace_back(answers.status());
      }
    }
  }

  absl::StatusOr<std::vector<Answer>> RunOnce(absl::Time deadline, absl::Span<const Row> rows) {
    const Bounds bounds{std::min(deadline, absl::Now() + options_.time_bound)};
    const auto run = [&](Tx& tx) { return run_(tx, rows); };
    auto answers = options_.read_only       ? database_.Read(bounds, run)
                   : options_.one_statement ? database_.WriteStatement(bounds, run)
                                            : database_.Write(bounds, run, /*replayable=*/true);
    if (answers.ok() && answers->size() != rows.size()) return absl::InternalError("a row was not answered");
    return answers;
  }

  Database& database_;
  const RunRows run_;
  const CoalescerOptions options_;
  metrics::Gauge length_;
  metrics::Histogram rows_;
  metrics::Counter splits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  queue::FairQueue<Waiting> waiting_;
  int running_ = 0;  // batches that are at the database
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_COALESCER_H_
