#include "common/auth/caller.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::auth {
namespace {

using options::v1::ASSESSOR;
using options::v1::AUDIT_ADMIN;
using options::v1::REGISTRAR;
using options::v1::REVIEWER;
using options::v1::VIEWER;

Caller Example() {
  Caller caller;
  caller.grants = {{REGISTRAR, {RangeOf(150526100000), RangeOf(150526101000)}},
                   {VIEWER, {RangeOf(150526000000)}},
                   {AUDIT_ADMIN, {}}};
  return caller;
}

TEST(CallerTest, HoldsTheRolesOfItsGrants) {
  EXPECT_TRUE(Example().HasRole({REGISTRAR}));
  EXPECT_TRUE(Example().HasRole({REVIEWER, AUDIT_ADMIN}));
  EXPECT_FALSE(Example().HasRole({REVIEWER}));
  EXPECT_FALSE(Example().HasRole({}));
  EXPECT_FALSE(Caller().HasRole({REGISTRAR}));
}

TEST(CallerTest, SaysWhetherASecondFactorWouldHelp) {
  Caller caller;
  caller.withheld = {AUDIT_ADMIN};
  EXPECT_EQ(status::ReasonOf(caller.CheckRole({REGISTRAR})), "PERMISSION_DENIED");
  EXPECT_EQ(status::ReasonOf(caller.CheckRole({REGISTRAR, AUDIT_ADMIN})), "SECOND_FACTOR_NEEDED");
  EXPECT_FALSE(caller.HasRole({AUDIT_ADMIN})) << "what is withheld counts for nothing";
  EXPECT_TRUE(Example().CheckRole({AUDIT_ADMIN}).ok());
}

TEST(CallerTest, ScopeIsMergedPerRole) {
  EXPECT_EQ(Example().ScopeFor({REGISTRAR}), (std::vector<AreaRange>{{150526100000, 150526102000}}));
  EXPECT_EQ(Example().ScopeFor({REGISTRAR, VIEWER}), (std::vector<AreaRange>{{150526000000, 150527000000}}));
  EXPECT_TRUE(Example().ScopeFor({AUDIT_ADMIN}).empty());
  EXPECT_TRUE(Example().ScopeFor({ASSESSOR}).empty());
}

TEST(CallerTest, ReachesAreasByTheGrantOfThatRoleOnly) {
  EXPECT_TRUE(Example().Reaches({REGISTRAR}, 150526100201));
  EXPECT_TRUE(Example().Reaches({VIEWER}, 150526200201));
  EXPECT_FALSE(Example().Reaches({REGISTRAR}, 150526200201)) << "the viewer's area is not the registrar's";
  EXPECT_FALSE(Example().Reaches({VIEWER}, 150527000000)) << "the end of a range is outside";
  EXPECT_FALSE(Example().Reaches({REGISTRAR}, 150526000000)) << "a county is not inside its township";
  EXPECT_FALSE(Example().Reaches({AUDIT_ADMIN}, 0));
}

TEST(CallerTest, ReachesWholeAreas) {
  EXPECT_TRUE(Example().ReachesAll({REGISTRAR}, RangeOf(150526100000)));
  EXPECT_TRUE(Example().ReachesAll({REGISTRAR}, {150526100500, 150526101500})) << "across two neighbours";
  EXPECT_FALSE(Example().ReachesAll({REGISTRAR}, RangeOf(150526000000)));
  EXPECT_FALSE(Example().ReachesAll({REGISTRAR}, {150526100000, 150526100000})) << "an empty range";
}

}  // namespace
}  // namespace bangfu::auth
