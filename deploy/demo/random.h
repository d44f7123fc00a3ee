// Random numbers that are the same on every machine: integers only, no standard distributions.
#ifndef BANGFU_DEPLOY_DEMO_RANDOM_H_
#define BANGFU_DEPLOY_DEMO_RANDOM_H_

#include <cstdint>

namespace bangfu::demo {

// A well mixed number made of two (the finalizer of splitmix64).
uint64_t Mix(uint64_t a, uint64_t b);

// xoshiro256**, seeded by splitmix64. Not for secrets.
class Random {
 public:
  explicit Random(uint64_t seed);

  uint64_t Next();

  // 0 to n - 1. n must be positive.
  int Below(int n);

  // low to high, both included.
  int Between(int low, int high) { return low + Below(high - low + 1); }

  // True in `permille` of a thousand cases.
  bool Permille(int permille) { return Below(1000) < permille; }

 private:
  uint64_t state_[4];
};

// Chooses exactly `wanted` of `total` things that are offered one after the other (selection sampling), so that totals
// are met without holding the things in memory.
class Sampler {
 public:
  Sampler(int64_t wanted, int64_t total) : wanted_(wanted), left_(total) {}

  // Whether the next thing is chosen. Must be called at most `total` times.
  bool Take(Random& random);

 private:
  int64_t wanted_;
  int64_t left_;
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_RANDOM_H_
