#include "services/registration/domain/match_hit.h"

#include <string>

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using v1::MatchHit;

constexpr char kToday[] = "2026-03-02";

MatchHit HitIn(MatchHit::State state, bool veto = false) {
  MatchHit hit;
  hit.set_state(state);
  hit.set_veto(veto);
  hit.set_due_date("2026-03-01");
  return hit;
}

v1::VerifyMatchHitRequest Finding(MatchHit::Finding finding, const std::string& explanation = "") {
  v1::VerifyMatchHitRequest request;
  request.set_finding(finding);
  request.set_explanation(explanation);
  request.set_visit_date(kToday);
  request.set_evidence_sha256(std::string(64, 'a'));
  return request;
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return status::ReasonOf(result.status());
}

TEST(MatchHit, VerificationDecidesTheState) {
  EXPECT_EQ(Verify(HitIn(MatchHit::OPEN), Finding(MatchHit::HOLDS), "a", kToday)->state(), MatchHit::CONFIRMED);
  EXPECT_EQ(Verify(HitIn(MatchHit::OPEN), Finding(MatchHit::DOES_NOT_HOLD), "a", kToday)->state(),
            MatchHit::NOT_CONFIRMED);
  const auto explained = Finding(MatchHit::EXPLAINED_AWAY, "03");
  EXPECT_EQ(Verify(HitIn(MatchHit::OPEN), explained, "a", kToday)->state(), MatchHit::EXPLAINED);
  EXPECT_EQ(Verify(HitIn(MatchHit::OPEN, true), explained, "a", kToday)->state(), MatchHit::EXPLANATION_IN_REVIEW);
  EXPECT_EQ(ReasonOf(Verify(HitIn(MatchHit::CONFIRMED), explained, "a", kToday)), "MATCH_HIT_WRONG_STATE");
}

TEST(MatchHit, VerificationIsComplete) {
  for (auto request : {Finding(MatchHit::HOLDS, "03"), Finding(MatchHit::EXPLAINED_AWAY)}) {
    EXPECT_EQ(ReasonOf(Verify(HitIn(MatchHit::OPEN), request, "a", kToday)), "INVALID_FIELD");
  }
  auto tomorrow = Finding(MatchHit::HOLDS);
  tomorrow.set_visit_date("2026-03-03");
  EXPECT_EQ(ReasonOf(Verify(HitIn(MatchHit::OPEN), tomorrow, "a", kToday)), "INVALID_FIELD");
  auto bare = Finding(MatchHit::HOLDS);
  bare.set_evidence_sha256("0a");
  EXPECT_EQ(ReasonOf(Verify(HitIn(MatchHit::OPEN), bare, "a", kToday)), "INVALID_FIELD");
}

TEST(MatchHit, AnExplanationIsAgreedToByAnother) {
  MatchHit hit = *Verify(HitIn(MatchHit::OPEN, true), Finding(MatchHit::EXPLAINED_AWAY, "03"), "a", kToday);
  EXPECT_EQ(ReasonOf(Review(hit, true, "a")), "MATCH_SECOND_PERSON");
  EXPECT_EQ(Review(hit, true, "b")->state(), MatchHit::EXPLAINED);
  EXPECT_EQ(Review(hit, false, "b")->state(), MatchHit::OPEN);
  EXPECT_EQ(ReasonOf(Review(HitIn(MatchHit::OPEN), true, "b")), "MATCH_HIT_WRONG_STATE");
}

TEST(MatchHit, WhatWasFoundDecidesWhatMayBeDone) {
  struct Case {
    MatchHit::State state;
    bool veto;
    MatchHit::Resolution resolution;
    const char* reason;
  };
  for (const Case& given :
       {Case{MatchHit::CONFIRMED, false, MatchHit::KEPT, ""},
        Case{MatchHit::CONFIRMED, true, MatchHit::KEPT, "MATCH_RESOLUTION_NOT_ALLOWED"},
        Case{MatchHit::CONFIRMED, true, MatchHit::REMOVAL_PROPOSED, ""},
        Case{MatchHit::NOT_CONFIRMED, true, MatchHit::KEPT, ""},
        Case{MatchHit::NOT_CONFIRMED, false, MatchHit::REMOVAL_PROPOSED, "MATCH_RESOLUTION_NOT_ALLOWED"},
        Case{MatchHit::EXPLAINED, true, MatchHit::KEPT, ""},
        Case{MatchHit::EXPLAINED, true, MatchHit::REMOVAL_PROPOSED, "MATCH_RESOLUTION_NOT_ALLOWED"},
        Case{MatchHit::OPEN, false, MatchHit::KEPT, "MATCH_HIT_WRONG_STATE"},
        Case{MatchHit::EXPLANATION_IN_REVIEW, true, MatchHit::KEPT, "MATCH_HIT_WRONG_STATE"},
        Case{MatchHit::RESOLVED, false, MatchHit::KEPT, "MATCH_HIT_WRONG_STATE"}}) {
    EXPECT_EQ(ReasonOf(Resolve(HitIn(given.state, given.veto), given.resolution, "b")), given.reason)
        << MatchHit::State_Name(given.state);
  }
}

TEST(MatchHit, IsOverdueBehindItsLastDay) {
  EXPECT_TRUE(IsOverdue(HitIn(MatchHit::OPEN), kToday));
  EXPECT_TRUE(IsOverdue(HitIn(MatchHit::EXPLANATION_IN_REVIEW), kToday));
  EXPECT_FALSE(IsOverdue(HitIn(MatchHit::OPEN), "2026-03-01"));
  EXPECT_FALSE(IsOverdue(HitIn(MatchHit::CONFIRMED), kToday));
}

TEST(MatchAuthorisation, IsGoodFromItsSignatureToItsLastDay) {
  v1::MatchAuthorisation given;
  given.add_kinds(v1::MatchList::BANK);
  given.set_sign_date("2026-01-01");
  given.set_expire_date(kToday);
  given.set_paper_sha256(std::string(64, '0'));
  EXPECT_TRUE(CheckAuthorisation(given, kToday).ok());
  EXPECT_EQ(StateOf(given, kToday), v1::MatchAuthorisation::VALID);
  EXPECT_EQ(StateOf(given, "2026-03-03"), v1::MatchAuthorisation::EXPIRED);
  given.set_revoke_date(kToday);
  EXPECT_EQ(StateOf(given, kToday), v1::MatchAuthorisation::REVOKED);
  for (auto change : {+[](v1::MatchAuthorisation* a) { a->add_kinds(v1::MatchList::BANK); },
                      +[](v1::MatchAuthorisation* a) { a->set_sign_date("2026-03-03"); },
                      +[](v1::MatchAuthorisation* a) { a->set_expire_date("2025-12-31"); },
                      +[](v1::MatchAuthorisation* a) { a->set_paper_sha256(std::string(64, 'G')); }}) {
    v1::MatchAuthorisation wrong = given;
    change(&wrong);
    EXPECT_EQ(status::ReasonOf(CheckAuthorisation(wrong, kToday)), "INVALID_FIELD") << wrong.ShortDebugString();
  }
}

TEST(MatchAuthorisation, IsSignedByWhoIsPresentAndOldEnough) {
  v1::Member signer;
  signer.set_household_id("h");
  signer.set_state(v1::Member::PRESENT);
  signer.set_birth_date("2010-01-02");
  EXPECT_TRUE(CheckSigner(&signer, "h", "2026-01-02").ok());
  EXPECT_EQ(status::ReasonOf(CheckSigner(&signer, "h", "2026-01-01")), "MATCH_SIGNER_TOO_YOUNG");
  EXPECT_EQ(status::ReasonOf(CheckSigner(&signer, "g", "2026-01-02")), "MATCH_SIGNER_WRONG");
  EXPECT_EQ(status::ReasonOf(CheckSigner(nullptr, "h", "2026-01-02")), "MATCH_SIGNER_WRONG");
  signer.set_state(v1::Member::LEFT);
  EXPECT_EQ(status::ReasonOf(CheckSigner(&signer, "h", "2026-01-02")), "MATCH_SIGNER_WRONG");
}

}  // namespace
}  // namespace bangfu::registration::domain
