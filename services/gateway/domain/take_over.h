// What would let one administrator take over another's account, and who has to agree to it.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_TAKE_OVER_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_TAKE_OVER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "common/auth/caller.h"
#include "services/gateway/domain/account.h"

namespace bangfu::gateway {

// RESET_NEEDS_TWO if the account has rights, or may come to have them by a grant that waits: whoever sets its password
// could use them.
absl::Status CheckResetByOne(absl::Span<const v1::Grant> held, absl::CivilDay today);

// The account with a reset that waits for approval, in place of one proposed before. RESET_NEEDS_TWO if it is the
// proposer's own.
absl::StatusOr<AccountRecord> ProposeReset(AccountRecord account, absl::string_view proposer, absl::Time now);

// The account without its second factor: who it belongs to is what two administrators answer for. RESET_NOT_PROPOSED if
// nothing waits; RESET_NEEDS_TWO if the approver proposed it, or owns the account.
absl::StatusOr<AccountRecord> ApproveReset(AccountRecord account, absl::string_view approver, absl::Time now);

// ENABLED_BY_OTHERS unless the caller is a security administrator or, where the account is a security administrator's,
// a system administrator. So nobody enables or unlocks the own account.
absl::Status CheckMayEnable(const auth::Caller& caller, absl::Span<const v1::Grant> held, absl::CivilDay today);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_TAKE_OVER_H_
