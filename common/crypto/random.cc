#include "common/crypto/random.h"

#include <openssl/rand.h>
#include <pthread.h>

#include <atomic>
#include <cstring>

#include "common/crypto/openssl.h"

namespace bangfu::crypto {
namespace {

constexpr size_t kStockSize = 1024;
constexpr size_t kMaxNonceSize = 64;

// Counts forks: a child must not hand out the nonces that its parent has in stock.
std::atomic<unsigned> forks = 0;

struct Stock {
  char bytes[kStockSize];
  size_t used = kStockSize;
  unsigned forks_when_drawn = 0;
};

void WatchForks() {
  static const int watched = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  Require(watched == 0, "pthread_atfork");
}

}  // namespace

void FillNonce(char* bytes, size_t size) {
  thread_local Stock stock;
  Require(size <= kMaxNonceSize, "a nonce of more than 64 bytes");
  WatchForks();
  const unsigned forks_now = forks.load(std::memory_order_relaxed);
  if (stock.used + size > kStockSize || stock.forks_when_drawn != forks_now) {
    FillRandom(stock.bytes, kStockSize);
    stock.used = 0;
    stock.forks_when_drawn = forks_now;
  }
  std::memcpy(bytes, stock.bytes + stock.used, size);
  stock.used += size;
}

void FillRandom(char* bytes, size_t size) {
  Require(RAND_bytes(Bytes(bytes), static_cast<int>(size)) == 1, "RAND_bytes");
}

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  FillRandom(bytes.data(), size);
  return bytes;
}

uint64_t RandomUint64() {
  uint64_t number = 0;
  FillRandom(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}

}  // namespace bangfu::crypto
