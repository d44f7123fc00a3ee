#include "services/gateway/rpc/readable_secret.h"

#include <cstddef>

#include "common/crypto/random.h"

namespace bangfu::gateway {
namespace {

constexpr char kAlphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(sizeof kAlphabet == 33, "five bits a character, all characters equally often");
constexpr char kDigits[] = "23456789";
constexpr size_t kLength = 16;

}  // namespace

std::string ReadableSecret(std::string bytes) {
  if (bytes.empty()) return bytes;
  const char last = bytes.back();
  for (char& c : bytes) c = kAlphabet[c & 31];
  bytes.back() = kDigits[last & 7];  // a password needs one
  return bytes;
}

std::string NewReadableSecret() { return ReadableSecret(crypto::RandomBytes(kLength)); }

}  // namespace bangfu::gateway
