#include "deploy/demo/random.h"

namespace bangfu::demo {
namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

uint64_t Finish(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t RotateLeft(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

}  // namespace

uint64_t Mix(uint64_t a, uint64_t b) { return Finish(Finish(a + kGolden) + b * kGolden + kGolden); }

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = Finish(seed += kGolden);
}

uint64_t Random::Next() {
  const uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

int Random::Below(int n) { return static_cast<int>(((Next() >> 32) * static_cast<uint64_t>(n)) >> 32); }

bool Sampler::Take(Random& random) {
  const bool taken = static_cast<int64_t>((random.Next() >> 1) % static_cast<uint64_t>(left_)) < wanted_;
  --left_;
  if (taken) --wanted_;
  return taken;
}

}  // namespace bangfu::demo
