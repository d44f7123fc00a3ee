#include "services/gateway/rpc/readable_secret.h"

#include <cstddef>

#include "common/crypto/random.h"

namespace bangfu::gateway {
namespace {

constexpr char kAlphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(sizeof kAlphabet == 33, "five bits a character, all characters equally often");
constexpr size_t kLength = 16;

}  // namespace

std::string ReadableSecret(std::string bytes) {
  for (char& c : bytes) c = kAlphabet[c & 31];
  return bytes;
}

std::string NewReadableSecret() { return ReadableSecret(crypto::RandomBytes(kLength)); }

}  // namespace bangfu::gateway
