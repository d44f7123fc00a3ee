#include "services/gateway/domain/session.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

const absl::Time kStart = absl::FromCivil(absl::CivilSecond(2026, 3, 1, 20, 0, 0), absl::FixedTimeZone(8 * 3600));

SessionRecord Started() {
  SessionRecord session;
  session.session_id = "s1";
  session.account_id = "li.ming";
  session.created_at = session.last_used_at = kStart;
  session.expires_at = kStart + absl::Hours(8);
  return session;
}

v1::Grant Viewer(const std::string& end_date) {
  v1::Grant grant;
  grant.set_role(options::v1::VIEWER);
  grant.add_areas("150526000000");
  grant.set_end_date(end_date);
  grant.set_state(v1::Grant::APPROVED);
  return grant;
}

TEST(SessionTest, EndsByOrderDisuseAndAge) {
  struct {
    const char* what;
    absl::Duration last_used, now;
    bool ended;
    bool running;
  } const cases[] = {
      {"fresh", absl::ZeroDuration(), absl::Minutes(5), false, true},
      {"ended", absl::ZeroDuration(), absl::Minutes(5), true, false},
      {"just not idle", absl::Hours(1), absl::Minutes(75) - absl::Seconds(1), false, true},
      {"idle", absl::Hours(1), absl::Minutes(75), false, false},
      {"old but used", absl::Hours(8) - absl::Minutes(1), absl::Hours(8) - absl::Seconds(1), false, true},
      {"too old", absl::Hours(8) - absl::Minutes(1), absl::Hours(8), false, false},
  };
  for (const auto& c : cases) {
    SessionRecord session = Started();
    session.last_used_at = kStart + c.last_used;
    if (c.ended) session.ended_at = kStart + absl::Minutes(1);
    const absl::Status status = CheckRunning({}, session, kStart + c.now);
    EXPECT_EQ(status::ReasonOf(status), c.running ? "" : "SESSION_ENDED") << c.what;
  }
}

TEST(SessionTest, TokensEndWithTheSessionAndWithTheFirstGrant) {
  const SessionRecord session = Started();
  EXPECT_EQ(CallerOfSession({}, session, {Viewer("2026-12-31")}, kStart).expire_time, session.expires_at);
  EXPECT_EQ(CallerOfSession({}, session, {Viewer("2026-12-31"), Viewer("2026-03-01")}, kStart).expire_time,
            kStart + absl::Hours(4));
  const auth::Caller after_midnight = CallerOfSession({}, session, {Viewer("2026-03-01")}, kStart + absl::Hours(4));
  EXPECT_TRUE(after_midnight.grants.empty());
  EXPECT_EQ(after_midnight.expire_time, session.expires_at);
}

TEST(SessionTest, AdministratorsMayBeAskedForASecondFactor) {
  v1::Grant administrator = Viewer("2026-12-31");
  administrator.set_role(options::v1::AUDIT_ADMIN);
  const std::vector<v1::Grant> grants = {administrator, Viewer("2026-12-31")};
  SessionRecord session = Started();
  const auth::Caller trusted = CallerOfSession({.strong_administrators = false}, session, grants, kStart);
  EXPECT_EQ(trusted.grants.size(), 2u);
  const auth::Caller weak = CallerOfSession({}, session, grants, kStart);
  ASSERT_EQ(weak.grants.size(), 1u);
  EXPECT_EQ(weak.grants[0].role, options::v1::VIEWER);
  EXPECT_EQ(weak.withheld, (std::vector<auth::Role>{options::v1::AUDIT_ADMIN}));
  session.second_factor = true;
  const auth::Caller strong = CallerOfSession({}, session, grants, kStart);
  EXPECT_EQ(strong.grants.size(), 2u);
  EXPECT_TRUE(strong.withheld.empty());
}

TEST(SessionTest, RefreshTokensAreOneText) {
  const RefreshToken token{std::string(kFamilySize, 'f'), std::string(kTurnSize, 't')};
  const auto parsed = ParseRefreshToken(FormatRefreshToken(token));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->family, token.family);
  EXPECT_EQ(parsed->turn, token.turn);
  for (const char* text : {"", "abc", "!!!!", "Zm9vYmFy"}) EXPECT_FALSE(ParseRefreshToken(text)) << text;
}

}  // namespace
}  // namespace bangfu::gateway
