// Grants: a system administrator proposes, a security administrator approves, either takes back; and which roles one
// account may never hold together.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_GRANT_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_GRANT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "common/auth/caller.h"

namespace bangfu::gateway {

// System, security and audit administrator: they see no business data, and their grants name no areas.
bool IsAdministrator(options::v1::Role role);

// Approved, and its last day is not over.
bool IsInForce(const v1::Grant& grant, absl::CivilDay today);

// In force, or may still come into force.
bool IsLive(const v1::Grant& grant, absl::CivilDay today);

// Whether an account with these grants, live or over, may hold `role`, too. ADMINISTRATORS_SEPARATE: an administrator
// holds no other role of any kind. FUND_ROLES_SEPARATE: who makes fund records never approves them.
absl::Status CheckSeparation(options::v1::Role role, absl::Span<const v1::Grant> held, absl::CivilDay today);

// The proposed grant: of `wanted`, account, role, areas and end date count; without an end date it ends in a year.
// `held` are the account's other grants. INVALID_FIELD if role, areas or end date cannot be granted.
absl::StatusOr<v1::Grant> ProposeGrant(const v1::Grant& wanted, absl::Span<const v1::Grant> held, std::string grant_id,
                                       absl::string_view proposer, absl::CivilDay today);

// GRANT_WRONG_STATE unless it is proposed and not over; GRANT_SAME_PERSON if the approver proposed it. What the account
// holds by now is looked at again.
absl::StatusOr<v1::Grant> ApproveGrant(v1::Grant grant, absl::Span<const v1::Grant> held, absl::string_view approver,
                                       absl::CivilDay today);

// GRANT_WRONG_STATE if it was revoked before.
absl::StatusOr<v1::Grant> RevokeGrant(v1::Grant grant);

// What the grants in force say in a token: the areas of each role, and never those of one role for another.
std::vector<auth::Grant> TokenGrants(absl::Span<const v1::Grant> grants, absl::CivilDay today);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_GRANT_H_
