#include "services/registration/domain/match_hit.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using status::Refuse;
using v1::MatchHit;

constexpr int kLeastSignerAge = 16;  // 民法典 article 18

absl::Status WrongState(const MatchHit& hit) {
  return Refuse(v1::MATCH_HIT_WRONG_STATE, {{"state", LabelOf(hit.state())}});
}

MatchHit::State StateAfter(const MatchHit& hit, MatchHit::Finding finding) {
  if (finding == MatchHit::HOLDS) return MatchHit::CONFIRMED;
  if (finding == MatchHit::DOES_NOT_HOLD) return MatchHit::NOT_CONFIRMED;
  return hit.veto() ? MatchHit::EXPLANATION_IN_REVIEW : MatchHit::EXPLAINED;
}

bool Allows(const MatchHit& hit, MatchHit::Resolution resolution) {
  switch (hit.state()) {
    case MatchHit::CONFIRMED: return resolution != MatchHit::KEPT || !hit.veto();
    case MatchHit::NOT_CONFIRMED: return resolution == MatchHit::KEPT || resolution == MatchHit::CORRECTED;
    case MatchHit::EXPLAINED: return resolution != MatchHit::REMOVAL_PROPOSED;
    default: return false;
  }
}

}  // namespace

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
         });
}

absl::Status CheckAuthorisation(const v1::MatchAuthorisation& authorisation, absl::string_view today) {
  std::vector<status::FieldError> errors;
  const std::set<int> kinds(authorisation.kinds().begin(), authorisation.kinds().end());
  if (kinds.count(0) > 0 || static_cast<int>(kinds.size()) != authorisation.kinds_size()) {
    errors.push_back({"authorisation.kinds", "授权范围: 不能重复或为空"});
  }
  if (authorisation.sign_date() > today) errors.push_back({"authorisation.sign_date", "签字日期: 不能晚于今天"});
  if (authorisation.expire_date() < authorisation.sign_date()) {
    errors.push_back({"authorisation.expire_date", "有效期至: 不能早于签字日期"});
  }
  if (!IsSha256(authorisation.paper_sha256())) {
    errors.push_back({"authorisation.paper_sha256", "纸质件校验值: 应为 64 位小写十六进制 SHA-256"});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

absl::Status CheckSigner(const v1::Member* signer, const std::string& household_id, absl::string_view sign_date) {
  if (signer == nullptr || signer->household_id() != household_id || signer->state() != v1::Member::PRESENT) {
    return Refuse(v1::MATCH_SIGNER_WRONG);
  }
  const std::optional<int> age = standards::AgeOn(signer->birth_date(), sign_date);
  return age && *age < kLeastSignerAge ? Refuse(v1::MATCH_SIGNER_TOO_YOUNG) : absl::OkStatus();
}

v1::MatchAuthorisation::State StateOf(const v1::MatchAuthorisation& authorisation, absl::string_view today) {
  if (!authorisation.revoke_date().empty()) return v1::MatchAuthorisation::REVOKED;
  return authorisation.expire_date() < today ? v1::MatchAuthorisation::EXPIRED : v1::MatchAuthorisation::VALID;
}

absl::StatusOr<MatchHit> Verify(MatchHit hit, const v1::VerifyMatchHitRequest& request, const std::string& subject,
                                absl::string_view today) {
  if (hit.state() != MatchHit::OPEN) return WrongState(hit);
  std::vector<status::FieldError> errors;
  if ((request.finding() == MatchHit::EXPLAINED_AWAY) != !request.explanation().empty()) {
    errors.push_back({"explanation", "情况说明: 仅在属实但有合理说明时填写, 且必须填写"});
  }
  if (request.visit_date() > today) errors.push_back({"visit_date", "入户日期: 不能晚于今天"});
  if (!IsSha256(request.evidence_sha256())) {
    errors.push_back({"evidence_sha256", "佐证校验值: 应为 64 位小写十六进制 SHA-256"});
  }
  if (!errors.empty()) return status::RefuseFields(errors);
  hit.set_state(StateAfter(hit, request.finding()));
  hit.set_finding(request.finding());
  hit.set_explanation(request.explanation());
  hit.set_verifier(subject);
  hit.set_visit_date(request.visit_date());
  hit.set_evidence_sha256(request.evidence_sha256());
  hit.clear_second_person();
  return hit;
}

absl::StatusOr<MatchHit> Review(MatchHit hit, bool agree, const std::string& subject) {
  if (hit.state() != MatchHit::EXPLANATION_IN_REVIEW) return WrongState(hit);
  if (hit.verifier() == subject) return Refuse(v1::MATCH_SECOND_PERSON);
  hit.set_second_person(subject);
  hit.set_state(agree ? MatchHit::EXPLAINED : MatchHit::OPEN);
  return hit;
}

absl::StatusOr<MatchHit> Resolve(MatchHit hit, MatchHit::Resolution resolution, const std::string& subject) {
  const bool decided = hit.state() == MatchHit::CONFIRMED || hit.state() == MatchHit::NOT_CONFIRMED ||
                       hit.state() == MatchHit::EXPLAINED;
  if (!decided) return WrongState(hit);
  if (!Allows(hit, resolution)) {
    return Refuse(v1::MATCH_RESOLUTION_NOT_ALLOWED,
                  {{"state", LabelOf(hit.state())}, {"resolution", LabelOf(resolution)}});
  }
  hit.set_state(MatchHit::RESOLVED);
  hit.set_resolution(resolution);
  hit.set_resolver(subject);
  return hit;
}

bool IsOverdue(const MatchHit& hit, absl::string_view today) {
  const bool waits = hit.state() == MatchHit::OPEN || hit.state() == MatchHit::EXPLANATION_IN_REVIEW;
  return waits && hit.due_date() < today;
}

}  // namespace bangfu::registration::domain
