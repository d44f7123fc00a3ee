// Steps that the methods for records of exit share.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RECORDS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// The household, which the caller may read. HOUSEHOLD_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::StatusOr<v1::Household> LoadReadable(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                           const std::string& household_id);

// A record replaces the version that the caller saw; the first one, where `current` is empty, replaces none.
// ETAG_MISMATCH, INVALID_FIELD.
absl::Status CheckReplaced(const std::string& given, const std::string& name, const std::string& current);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_RECORDS_H_
