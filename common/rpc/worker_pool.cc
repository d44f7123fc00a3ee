#include "common/rpc/worker_pool.h"

#include <utility>

namespace bangfu::rpc {

Lane::Lane(const std::string& name, int workers, int queue_bound)
    : length_("rpc_queue_length", "Calls that wait for a worker", {{"lane", name}}), tasks_(queue_bound) {
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { Work(); });
}

Lane::~Lane() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

bool Lane::Add(int64_t key, std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || !tasks_.Push(key, std::move(task))) return false;
  }
  length_.Add(1);
  wake_.notify_one();
  return true;
}

int Lane::queued() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(tasks_.size());
}

void Lane::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = tasks_.Pop();
    lock.unlock();
    length_.Add(-1);
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace bangfu::rpc
