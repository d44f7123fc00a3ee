// Bounded queues with workers of their own, one lane per load class, fair between counties within a lane.
#ifndef BANGFU_COMMON_RPC_WORKER_POOL_H_
#define BANGFU_COMMON_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/metrics/metrics.h"

namespace bangfu::rpc {

// One queue. Tasks of one key (a county) run in order of arrival; between keys the lane takes turns, so a county that
// sends a hundred times its share waits for itself. It may not fill the queue either: an eighth is the most it holds.
class Lane {
 public:
  // `name` labels the metric of the queue's length.
  Lane(const std::string& name, int workers, int queue_bound);
  ~Lane();  // runs what is queued, then stops

  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // False when the lane, or the key, holds as many tasks as it may.
  bool Add(int64_t key, std::function<void()> task);

  int queued() const;

 private:
  void Work();

  const int queue_bound_;
  const size_t key_bound_;
  metrics::Gauge length_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::unordered_map<int64_t, std::deque<std::function<void()>>> tasks_;  // no empty deques
  std::deque<int64_t> turns_;                                             // the keys of tasks_
  int queued_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_WORKER_POOL_H_
