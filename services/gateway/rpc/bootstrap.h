// The first accounts of an installation.
#ifndef BANGFU_SERVICES_GATEWAY_RPC_BOOTSTRAP_H_
#define BANGFU_SERVICES_GATEWAY_RPC_BOOTSTRAP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/options/v1/options.pb.h"
#include "common/db/database.h"
#include "services/gateway/rpc/password_hasher.h"

namespace bangfu::gateway {

struct FirstAdministrator {
  std::string account_id;
  options::v1::Role role;
  std::string first_password;  // shown once, good only for being changed
};

// Makes sysadmin, secadmin and auditadmin, each with its role for three years and a first password. ALREADY_EXISTS if
// there is any account.
absl::StatusOr<std::vector<FirstAdministrator>> CreateFirstAdministrators(db::Database& database,
                                                                          PasswordHasher& hasher, absl::Time now);

// The same as JSON for the operator's screen: {"administrators":[{"accountId":…,"role":…,"firstPassword":…}]}.
std::string ToJson(const std::vector<FirstAdministrator>& administrators);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_RPC_BOOTSTRAP_H_
