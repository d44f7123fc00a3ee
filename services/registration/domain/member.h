// Rules of a single member: identity, dates, and what follows from them.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MEMBER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MEMBER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Relation of the head to the head.
inline constexpr absl::string_view kHead = "01";

// Brings the identity number into its one form (18 characters), fills the date of birth from it, and compares sex and
// date of birth with it; CheckDisability besides. Says what is wrong under `path`, the member's place in the request
// ("members[2].").
std::vector<status::FieldError> CheckIdentity(absl::string_view path, v1::Member* member);

// The day of joining lies between birth and today.
std::vector<status::FieldError> CheckJoining(absl::string_view path, const v1::Member& member, absl::string_view today);

// CheckIdentity of a member whose fields were changed: if the identity number is another one and the date of birth was
// not changed with it, the date follows the number.
std::vector<status::FieldError> CheckCorrection(absl::string_view path, const v1::Member& before, v1::Member* after);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MEMBER_H_
