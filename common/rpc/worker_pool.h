// Bounded queues with workers of their own, one lane per load class, fair between counties within a lane.
#ifndef BANGFU_COMMON_RPC_WORKER_POOL_H_
#define BANGFU_COMMON_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace bangfu::rpc {

// One queue. Tasks of one key (a county) run in order of arrival; between keys the lane takes turns, so a county that
// sends a hundred times its share waits for itself.
class Lane {
 public:
  Lane(int workers, int queue_bound);
  ~Lane();  // runs what is queued, then stops

  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // False when the lane holds as many tasks as it may.
  bool Add(int64_t key, std::function<void()> task);

  int queued() const;

 private:
  void Work();

  const int queue_bound_;
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
