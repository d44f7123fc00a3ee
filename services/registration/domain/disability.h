// Disability certificates (残疾人证).
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_DISABILITY_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_DISABILITY_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// Fills class and grade from the number of the certificate, which is the identity number of 18 characters, a digit for
// the class (1 to 7), one for the grade (1 to 4), and B with a digit on a re-issue. Says what is wrong under `path`: a
// number that is none or another person's, class or grade that disagree with it, one without the other.
std::vector<status::FieldError> CheckDisability(absl::string_view path, v1::Member* member);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_DISABILITY_H_
