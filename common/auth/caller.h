// Who is calling, and what that subject may do where.
#ifndef BANGFU_COMMON_AUTH_CALLER_H_
#define BANGFU_COMMON_AUTH_CALLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/options/v1/options.pb.h"
#include "common/auth/area_range.h"

namespace bangfu::auth {

using options::v1::Role;
using Roles = absl::Span<const Role>;

// Metadata in which the entry tells a service of the certificate that a caller has come with (Caller.certificate).
inline constexpr char kCertificateMetadata[] = "x-client-certificate-digest";
// Metadata in which it tells of the network address that a caller has come from.
inline constexpr char kSourceMetadata[] = "x-source-address";

// A role and the areas it was granted for. Rights never spread from one grant to the areas of another.
struct Grant {
  Role role = options::v1::ROLE_UNSPECIFIED;
  std::vector<AreaRange> areas;
};

struct Caller {
  // Account or department client.
  std::string subject;
  std::string session;
  // The department of a department client.
  std::string department;
  // The token that said all this, to be sent on to other services: rights are the user's there, too.
  std::string token;
  std::vector<Grant> grants;
  // Roles that the subject holds, but has only in a session with a second factor, which this is not.
  std::vector<Role> withheld;
  // SHA-256 of the certificate, in hexadecimal, on whose connections alone the token is good; empty for persons.
  std::string certificate;
  // Purposes that a department client may state.
  std::vector<std::string> purposes;
  // How often a department client may call; 0 for persons, to whom the entry's own limit applies.
  int32_t calls_per_minute = 0;
  // From then on the token is refused.
  absl::Time expire_time;
  // May do nothing but change the own password.
  bool password_change_only = false;
  // Signed in with a second factor.
  bool second_factor = false;

  // Not a department's system.
  bool IsPerson() const { return department.empty(); }

  // Holds one of the roles, wherever.
  bool HasRole(Roles roles) const;

  // OK for who holds one of the roles. SECOND_FACTOR_NEEDED for whom one of them is withheld, else PERMISSION_DENIED.
  absl::Status CheckRole(Roles roles) const;

  // Where the caller holds any of the roles, as the fewest ranges in order. Empty means nowhere.
  std::vector<AreaRange> ScopeFor(Roles roles) const;

  // Holds one of the roles for that area.
  bool Reaches(Roles roles, int64_t area_code) const;

  // Holds one of the roles at some code of the range, which is not empty.
  bool Touches(Roles roles, const AreaRange& range) const;

  // Holds one of the roles at every code of the range, which is not empty.
  bool ReachesAll(Roles roles, const AreaRange& range) const;
};

}  // namespace bangfu::auth

#endif  // BANGFU_COMMON_AUTH_CALLER_H_
