#include "services/gateway/domain/grant.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

using namespace options::v1;  // the names of roles

constexpr absl::CivilDay kToday(2026, 3, 1);

v1::Grant GrantOf(Role role, v1::Grant::State state = v1::Grant::APPROVED, const std::string& end = "2026-12-31",
                  const std::vector<std::string>& areas = {"150526000000"}) {
  v1::Grant grant;
  grant.set_account_id("li.ming");
  grant.set_role(role);
  if (!IsAdministrator(role)) grant.mutable_areas()->Assign(areas.begin(), areas.end());
  grant.set_end_date(end);
  grant.set_state(state);
  grant.set_proposer("sysadmin");
  return grant;
}

std::string ReasonFor(Role held, Role wanted) {
  return status::ReasonOf(CheckSeparation(wanted, {GrantOf(held)}, kToday));
}

TEST(GrantTest, AnAdministratorHoldsNoOtherRole) {
  for (Role administrator : {SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN}) {
    for (int other = SYSTEM_ADMIN; other <= AUDITOR; ++other) {
      const char* expected = other == administrator ? "" : "ADMINISTRATORS_SEPARATE";
      EXPECT_EQ(ReasonFor(administrator, static_cast<Role>(other)), expected) << Role_Name(other);
      EXPECT_EQ(ReasonFor(static_cast<Role>(other), administrator), expected) << Role_Name(other);
    }
  }
}

TEST(GrantTest, WhoMakesFundRecordsNeverApprovesThem) {
  EXPECT_EQ(ReasonFor(FUND_CLERK, FUND_APPROVER), "FUND_ROLES_SEPARATE");
  EXPECT_EQ(ReasonFor(FUND_APPROVER, FUND_CLERK), "FUND_ROLES_SEPARATE");
  EXPECT_EQ(ReasonFor(FUND_CLERK, FUND_CLERK), "");
  EXPECT_EQ(ReasonFor(FUND_CLERK, REVIEWER), "");
}

TEST(GrantTest, OnlyLiveGrantsStandInTheWay) {
  auto reason = [](v1::Grant::State state, const char* end) {
    return status::ReasonOf(CheckSeparation(SYSTEM_ADMIN, {GrantOf(REGISTRAR, state, end)}, kToday));
  };
  EXPECT_EQ(reason(v1::Grant::PROPOSED, "2026-12-31"), "ADMINISTRATORS_SEPARATE");
  EXPECT_EQ(reason(v1::Grant::APPROVED, "2026-03-01"), "ADMINISTRATORS_SEPARATE");
  EXPECT_EQ(reason(v1::Grant::APPROVED, "2026-02-28"), "");
  EXPECT_EQ(reason(v1::Grant::REVOKED, "2026-12-31"), "");
}

TEST(GrantTest, ProposalsAreWholeOrRefusedByField) {
  struct {
    v1::Grant wanted;
    const char* field;  // empty: can be proposed
  } const cases[] = {
      {GrantOf(REGISTRAR), ""},
      {GrantOf(SYSTEM_ADMIN), ""},
      {GrantOf(REGISTRAR, v1::Grant::APPROVED, "2026-03-01"), ""},
      {GrantOf(REGISTRAR, v1::Grant::APPROVED, "2026-02-28"), "grant.end_date"},
      {GrantOf(REGISTRAR, v1::Grant::APPROVED, "", {}), "grant.areas"},
      {GrantOf(REGISTRAR, v1::Grant::APPROVED, "", {"15052"}), "grant.areas"},
      {GrantOf(DEPARTMENT), "grant.role"},
  };
  for (const auto& c : cases) {
    const auto grant = ProposeGrant(c.wanted, {}, "g1", "sysadmin", kToday);
    if (*c.field == '\0') {
      ASSERT_TRUE(grant.ok()) << grant.status();
      EXPECT_EQ(grant->state(), v1::Grant::PROPOSED);
      EXPECT_EQ(grant->proposer(), "sysadmin");
    } else {
      EXPECT_EQ(status::BadRequestOf(grant.status()).field_violations(0).field(), c.field);
    }
  }
  v1::Grant administrator = GrantOf(AUDIT_ADMIN);
  administrator.add_areas("150526000000");
  EXPECT_EQ(status::ReasonOf(ProposeGrant(administrator, {}, "g1", "sysadmin", kToday).status()), "INVALID_FIELD");
}

TEST(GrantTest, AGrantWithoutEndLastsAYear) {
  const auto grant = ProposeGrant(GrantOf(VIEWER, v1::Grant::PROPOSED, ""), {}, "g1", "sysadmin", kToday);
  ASSERT_TRUE(grant.ok());
  EXPECT_EQ(grant->end_date(), "2027-03-01");
}

TEST(GrantTest, MovesFromStateToState) {
  using S = v1::Grant;
  struct {
    S::State from;
    const char* end;
    const char* approver;
    const char* approving;  // reason of refusal
    const char* revoking;
  } const cases[] = {
      {S::PROPOSED, "2026-12-31", "secadmin", "", ""},
      {S::PROPOSED, "2026-12-31", "sysadmin", "GRANT_SAME_PERSON", ""},
      {S::PROPOSED, "2026-02-28", "secadmin", "GRANT_WRONG_STATE", ""},
      {S::APPROVED, "2026-12-31", "secadmin", "GRANT_WRONG_STATE", ""},
      {S::REVOKED, "2026-12-31", "secadmin", "GRANT_WRONG_STATE", "GRANT_WRONG_STATE"},
  };
  for (const auto& c : cases) {
    const v1::Grant grant = GrantOf(REGISTRAR, c.from, c.end);
    const auto approved = ApproveGrant(grant, {}, c.approver, kToday);
    EXPECT_EQ(status::ReasonOf(approved.status()), c.approving);
    if (approved.ok()) {
      EXPECT_EQ(approved->state(), S::APPROVED);
    }
    const auto revoked = RevokeGrant(grant);
    EXPECT_EQ(status::ReasonOf(revoked.status()), c.revoking);
    if (revoked.ok()) {
      EXPECT_EQ(revoked->state(), S::REVOKED);
    }
  }
}

TEST(GrantTest, SeparationIsLookedAtAgainWhenApproved) {
  const auto approved =
      ApproveGrant(GrantOf(FUND_APPROVER, v1::Grant::PROPOSED), {GrantOf(FUND_CLERK)}, "secadmin", kToday);
  EXPECT_EQ(status::ReasonOf(approved.status()), "FUND_ROLES_SEPARATE");
}

TEST(GrantTest, TokensSayTheAreasOfEachRoleInForce) {
  const std::vector<v1::Grant> grants = {
      GrantOf(REGISTRAR, v1::Grant::APPROVED, "2026-12-31", {"150526000000", "150527"}),
      GrantOf(REGISTRAR, v1::Grant::APPROVED, "2026-03-01", {"150526001000"}),
      GrantOf(VIEWER, v1::Grant::APPROVED, "2026-12-31", {"15"}),
      GrantOf(REVIEWER, v1::Grant::PROPOSED),
      GrantOf(HELPER, v1::Grant::APPROVED, "2026-02-28"),
      GrantOf(ASSESSOR, v1::Grant::REVOKED),
  };
  const std::vector<auth::Grant> token = TokenGrants(grants, kToday);
  ASSERT_EQ(token.size(), 2u);
  EXPECT_EQ(token[0].role, REGISTRAR);
  EXPECT_EQ(token[0].areas, (std::vector<auth::AreaRange>{{150526000000, 150528000000}}));
  EXPECT_EQ(token[1].role, VIEWER);
  EXPECT_EQ(token[1].areas, (std::vector<auth::AreaRange>{{150000000000, 160000000000}}));
}

}  // namespace
}  // namespace bangfu::gateway
