// What is worked out once per message type and then read by every request without a lock.
#ifndef BANGFU_COMMON_API_PLAN_CACHE_H_
#define BANGFU_COMMON_API_PLAN_CACHE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "google/protobuf/descriptor.h"

namespace bangfu::api {

// Plans by message type. Thread-safe. Plans live until the process ends; so must the types: generated ones do.
template <typename Plan>
class PlanCache {
 public:
  using Build = Plan (*)(const google::protobuf::Descriptor*);

  explicit PlanCache(Build build) : build_(build) {}

  const Plan& Of(const google::protobuf::Descriptor* type) {
    std::atomic<Node*>& bucket = buckets_[BucketOf(type)];
    for (const Node* node = bucket.load(std::memory_order_acquire); node != nullptr; node = node->next) {
      if (node->type == type) return node->plan;
    }
    // Two threads may build the same plan at once; both are right, and the later one hides the earlier one.
    auto* node = new Node{type, build_(type), bucket.load(std::memory_order_relaxed)};
    while (!bucket.compare_exchange_weak(node->next, node, std::memory_order_release, std::memory_order_relaxed)) {
    }
    return node->plan;
  }

 private:
  struct Node {
    const google::protobuf::Descriptor* type;
    const Plan plan;
    Node* next;
  };

  static constexpr size_t kBuckets = 1024;

  static size_t BucketOf(const google::protobuf::Descriptor* type) {
    return (reinterpret_cast<uintptr_t>(type) * 0x9E3779B97F4A7C15u) >> 54;  // the upper 10 bits
  }

  const Build build_;
  std::array<std::atomic<Node*>, kBuckets> buckets_{};
};

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_PLAN_CACHE_H_
