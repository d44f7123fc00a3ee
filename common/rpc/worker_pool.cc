#include "common/rpc/worker_pool.h"

#include <utility>

namespace bangfu::rpc {

Lane::Lane(int workers, int queue_bound) : queue_bound_(queue_bound) {
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
    if (queued_ >= queue_bound_ || stopping_) return false;
    auto& queue = tasks_[key];
    if (queue.empty()) turns_.push_back(key);
    queue.push_back(std::move(task));
    ++queued_;
  }
  wake_.notify_one();
  return true;
}

int Lane::queued() const {
  std::lock_guard lock(mutex_);
  return queued_;
}

void Lane::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || queued_ > 0; });
    if (queued_ == 0) return;
    const int64_t key = turns_.front();
    turns_.pop_front();
    auto found = tasks_.find(key);
    std::function<void()> task = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) {
      tasks_.erase(found);
    } else {
      turns_.push_back(key);
    }
    --queued_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace bangfu::rpc
