// What becomes of a hit (疑点): verified in the field, agreed to by a second person where it rules out help, dealt
// with.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_HIT_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_HIT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/match_hit.pb.h"
#include "bangfu/registration/v1/matching_service.pb.h"
#include "bangfu/registration/v1/member.pb.h"

namespace bangfu::registration::domain {

// 64 hexadecimal digits in lower case.
bool IsSha256(absl::string_view text);

// INVALID_FIELD unless the days are in order, the digest is one, and each kind stands once.
absl::Status CheckAuthorisation(const v1::MatchAuthorisation& authorisation, absl::string_view today);

// Whether the member could sign for the household on that day. MATCH_SIGNER_WRONG, MATCH_SIGNER_TOO_YOUNG.
absl::Status CheckSigner(const v1::Member* signer, const std::string& household_id, absl::string_view sign_date);

// Whether an authorisation is good on a day.
v1::MatchAuthorisation::State StateOf(const v1::MatchAuthorisation& authorisation, absl::string_view today);

// MATCH_HIT_WRONG_STATE; INVALID_FIELD if the explanation does not go with the finding, or a day or digest is wrong.
absl::StatusOr<v1::MatchHit> Verify(v1::MatchHit hit, const v1::VerifyMatchHitRequest& request,
                                    const std::string& subject, absl::string_view today);

// MATCH_HIT_WRONG_STATE, MATCH_SECOND_PERSON.
absl::StatusOr<v1::MatchHit> Review(v1::MatchHit hit, bool agree, const std::string& subject);

// What was found decides what may be done: what is not true leaves the household as it is or the data to be put right,
// and what rules out help and is true is not left as it is. MATCH_HIT_WRONG_STATE, MATCH_RESOLUTION_NOT_ALLOWED.
absl::StatusOr<v1::MatchHit> Resolve(v1::MatchHit hit, v1::MatchHit::Resolution resolution, const std::string& subject);

// Not verified, and the last day is past.
bool IsOverdue(const v1::MatchHit& hit, absl::string_view today);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_HIT_H_
