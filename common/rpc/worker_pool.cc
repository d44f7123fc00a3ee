#include "common/rpc/worker_pool.h"

#include <algorithm>
#include <utility>

namespace bangfu::rpc {
namespace {

constexpr int kShareOfOneKey = 8;

}  // namespace

Lane::Lane(const std::string& name, int workers, int queue_bound)
    : queue_bound_(queue_bound),
      key_bound_(std::max(1, queue_bound / kShareOfOneKey)),
      length_("rpc_queue_length", "Calls that wait for a worker", {{"lane", name}}) {
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
    if (queue.size() >= key_bound_) return false;
    if (queue.empty()) turns_.push_back(key);
    queue.push_back(std::move(task));
    ++queued_;
  }
  length_.Add(1);
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
    length_.Add(-1);
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace bangfu::rpc
