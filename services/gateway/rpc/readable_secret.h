// First passwords and client secrets: read out, written down and typed in once.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_READABLE_SECRET_H_
#define BANGFU_SERVICES_GATEWAY_RPC_READABLE_SECRET_H_

#include <string>

namespace bangfu::gateway {

// As many characters of a-z and 2-9 without l and o as there are bytes, which are random: five bits each. The last is a
// digit, which passwords must have: three bits.
std::string ReadableSecret(std::string bytes);

// 16 such characters: 78 bits.
std::string NewReadableSecret();

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_READABLE_SECRET_H_
