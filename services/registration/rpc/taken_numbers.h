// How often callers are told that an identity number is registered already. One living record per number cannot be kept
// without saying so, and whoever tries numbers to learn who is registered shall be seen.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_TAKEN_NUMBERS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_TAKEN_NUMBERS_H_

#include <cstdint>
#include <string>

namespace bangfu::registration {

// Counts in the metric registration_taken_numbers_told_total by method, such as AddMember, and writes who was told to
// the log: accounts are no labels.
void CountTakenNumbers(const std::string& method, const std::string& subject, int64_t count);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_TAKEN_NUMBERS_H_
