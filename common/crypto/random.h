// Random bytes fit for keys and nonces (libcrypto's generator, seeded by the kernel). Thread-safe, safe across fork.
#ifndef BANGFU_COMMON_CRYPTO_RANDOM_H_
#define BANGFU_COMMON_CRYPTO_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace bangfu::crypto {

// Fills `size` bytes. Ends the process if the system has no randomness.
void FillRandom(char* bytes, size_t size);

// The same for bytes that must never repeat but are no secret: far cheaper, from a stock that each thread draws
// ahead. At most 64 bytes.
void FillNonce(char* bytes, size_t size);

std::string RandomBytes(size_t size);

uint64_t RandomUint64();

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_RANDOM_H_
