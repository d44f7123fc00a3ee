// Bounded queues with workers of their own, one lane per load class, fair between counties within a lane.
#ifndef BANGFU_COMMON_RPC_WORKER_POOL_H_
#define BANGFU_COMMON_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/metrics/metrics.h"
#include "common/queue/fair_queue.h"

namespace bangfu::rpc {

// One queue; see queue::FairQueue. Keys are counties.
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

  metrics::Gauge length_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  queue::FairQueue<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace bangfu::rpc

#endif  // BANGFU_COMMON_RPC_WORKER_POOL_H_
