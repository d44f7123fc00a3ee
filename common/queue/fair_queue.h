// What waits for a worker: bounded, and fair between keys. A key is whose work it is, such as a county.
#ifndef BANGFU_COMMON_QUEUE_FAIR_QUEUE_H_
#define BANGFU_COMMON_QUEUE_FAIR_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

namespace bangfu::queue {

// Items of one key come in order of arrival; between keys the queue takes turns, so a county that sends a hundred times
// its share waits for itself. It may not fill the queue either: it may hold as much as is still free, and an eighth in
// any case. Alone it gets half of the queue, and whoever comes then finds room. Not for several threads at once: the
// owner's mutex guards it.
template <typename Item>
class FairQueue {
 public:
  explicit FairQueue(int bound)
      : bound_(static_cast<size_t>(bound)), least_share_(std::max<size_t>(1, bound_ / kLeastShare)) {}

  // False when the queue, or the key, holds as many items as it may; `item` is then untouched.
  bool Push(int64_t key, Item&& item) {
    if (size_ >= bound_) return false;
    std::deque<Item>& own = items_[key];
    if (own.size() >= std::max(least_share_, bound_ - size_)) return false;
    if (own.empty()) turns_.push_back(key);
    own.push_back(std::move(item));
    ++size_;
    return true;
  }

  // The next one; there must be one.
  Item Pop() {
    const int64_t key = turns_.front();
    turns_.pop_front();
    const auto own = items_.find(key);
    Item item = std::move(own->second.front());
    own->second.pop_front();
    if (own->second.empty()) {
      items_.erase(own);
    } else {
      turns_.push_back(key);
    }
    --size_;
    return item;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr size_t kLeastShare = 8;

  const size_t bound_;
  const size_t least_share_;
  std::unordered_map<int64_t, std::deque<Item>> items_;  // no empty deques
  std::deque<int64_t> turns_;                            // the keys of items_
  size_t size_ = 0;
};

}  // namespace bangfu::queue

#endif  // BANGFU_COMMON_QUEUE_FAIR_QUEUE_H_
