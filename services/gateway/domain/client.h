// Clients of departments: registered with a legal basis, purposes, areas and an end; approved by a second person.
#ifndef BANGFU_SERVICES_GATEWAY_DOMAIN_CLIENT_H_
#define BANGFU_SERVICES_GATEWAY_DOMAIN_CLIENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/gateway/v1/account.pb.h"
#include "common/auth/caller.h"

namespace bangfu::gateway {

struct ClientRecord {
  v1::DepartmentClient shown;
  std::string secret_digest;
  std::string proposer;
  std::string approver;
};

// The registered client, still waiting for approval. INVALID_FIELD if its id, purposes, areas or end cannot be.
absl::StatusOr<ClientRecord> ProposeClient(const v1::DepartmentClient& wanted, std::string secret_digest,
                                           absl::string_view proposer, absl::CivilDay today);

// CLIENT_WRONG_STATE unless it is proposed and not over; GRANT_SAME_PERSON if the approver proposed it.
absl::StatusOr<ClientRecord> ApproveClient(ClientRecord client, absl::string_view approver, absl::CivilDay today);

// CLIENT_WRONG_STATE if it was revoked before.
absl::StatusOr<ClientRecord> RevokeClient(ClientRecord client);

// CLIENT_CERTIFICATE_WRONG unless it comes with the certificate that it is registered with, then CLIENT_WRONG_STATE
// unless it is approved and not over.
absl::Status CheckUsable(const v1::DepartmentClient& client, absl::string_view certificate, absl::CivilDay today);

// All tokens of a client belong to this one session, so that they can be revoked together.
std::string ClientSession(absl::string_view client_id);

// Who the client is in its tokens. Its subject is never that of an account.
auth::Caller CallerOfClient(const v1::DepartmentClient& client, absl::Time now);

}  // namespace bangfu::gateway

#endif  // BANGFU_SERVICES_GATEWAY_DOMAIN_CLIENT_H_
