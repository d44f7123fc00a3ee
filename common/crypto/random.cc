#include "common/crypto/random.h"

#include <openssl/rand.h>

#include "common/crypto/openssl.h"

namespace bangfu::crypto {

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
