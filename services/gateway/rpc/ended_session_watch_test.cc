#include "services/gateway/rpc/ended_session_watch.h"

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/gateway/rpc/accounts_fixture.h"

namespace bangfu::gateway {
namespace {

class EndedSessionWatchTest : public AccountsFixture {
 protected:
  EndedSessionWatchTest() { clock_.Advance(absl::Now() - clock_.Now()); }  // the watch goes by the real time

  // A token of a session that has ended.
  std::string EndedToken() {
    CreateReady("li.ming");
    const std::string token = SignIn("li.ming", kPassword)->access_token();
    EXPECT_TRUE(Call(sessions_, &Sessions::SignOut, {}, token).ok());
    return token;
  }

  auth::TokenVerifier of_another_gateway_{{key_.verifying_key()}};
};

TEST_F(EndedSessionWatchTest, HasLookedByTheTimeThatItIsThere) {
  const std::string token = EndedToken();
  EXPECT_TRUE(of_another_gateway_.Verify(token, clock_.Now()).ok());
  EndedSessionWatch watch(database_.database(), of_another_gateway_, absl::Hours(1));
  EXPECT_TRUE(watch.CheckLooked().ok());
  EXPECT_FALSE(of_another_gateway_.Verify(token, clock_.Now()).ok());
}

TEST_F(EndedSessionWatchTest, SaysThatItHasNotLookedYet) {
  const std::string token = EndedToken();
  auto held = database_.Hold("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
  EndedSessionWatch watch(database_.database(), of_another_gateway_, absl::Milliseconds(10));
  EXPECT_EQ(ReasonOf(watch.CheckLooked()), "UNAVAILABLE");
  held.reset();
  for (int i = 0; i < 500 && !watch.CheckLooked().ok(); ++i) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(watch.CheckLooked().ok());
  EXPECT_FALSE(of_another_gateway_.Verify(token, clock_.Now()).ok());
}

}  // namespace
}  // namespace bangfu::gateway
