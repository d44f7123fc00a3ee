#include "services/gateway/rpc/readable_secret.h"

#include <cstddef>

#include "common/crypto/random.h"

namespace bangfu::gateway {
namespace {

constexpr char kAlphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(sizeof kAlphabet == 33, "five bits a character, all characters equally often");
constexpr size_t kLength = 16;

}  // namespace

std::string NewReadableSecret() {
  std::string secret = crypto::RandomBytes(kLength);
  for (char& c : secret) c = kAlphabet[c & 31];
  return secret;
}

}  // namespace bangfu::gateway
