// Replacing a device, and what must not happen while that is under way; enrolling one is in session_rpc_test.cc.
#include <thread>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/gateway/rpc/accounts_fixture.h"

namespace bangfu::gateway {
namespace {

class SecondFactorTest : public AccountsFixture {
 protected:
  SecondFactorTest() : AccountsFixture({.one_per_account = false, .strong_administrators = false}) {}

  // Runs `call` while another transaction holds the account, which ends all its sessions before it commits.
  template <typename Call>
  std::string ReasonWhileSessionsEnd(const Call& call) {
    std::string reason;
    std::thread caller;
    const auto end_sessions = [&](db::Tx& tx) {
      EXPECT_TRUE(store::FindAccountForUpdate(tx, "li.ming").has_value());
      caller = std::thread([&] { reason = ReasonOf(call()); });
      const auto waits = [&] { return database_.Count("pg_locks WHERE NOT granted") > 0; };
      for (int i = 0; i < 500 && !waits(); ++i) absl::SleepFor(absl::Milliseconds(10));
      EXPECT_TRUE(waits());
      tx.RunText("UPDATE session SET ended_at = now()");
      return absl::OkStatus();
    };
    EXPECT_TRUE(database_.database().Write({}, end_sessions).ok());
    caller.join();
    return reason;
  }
};

// They were signed in to with the device that is no longer the account's: with a lost one, perhaps, by its finder.
TEST_F(SecondFactorTest, AReplacedDeviceEndsTheOtherSessions) {
  CreateReady("li.ming");
  CreateReady("wang.wu");
  const auto stranger = SignIn("wang.wu", kPassword);
  const auto weak = SignIn("li.ming", kPassword);
  const SecondFactor first = EnrolSecondFactor("li.ming", SignIn("li.ming", kPassword)->access_token());
  EXPECT_TRUE(Own(weak->access_token()).ok()) << "a first device replaces none";

  const auto own = SignIn("li.ming", kPassword, first.recovery_codes[0]);
  const auto other = SignIn("li.ming", kPassword, first.recovery_codes[1]);
  EXPECT_TRUE(Claims(other->access_token()).second_factor);
  EnrolSecondFactor("li.ming", own->access_token(), first.recovery_codes[2]);
  for (const auto& ended : {weak, other}) {
    EXPECT_EQ(ReasonOf(Own(ended->access_token())), "UNAUTHENTICATED");
    EXPECT_EQ(ReasonOf(Refresh(ended->refresh_token())), "SESSION_ENDED");
  }
  EXPECT_TRUE(Own(own->access_token()).ok());
  EXPECT_TRUE(Refresh(own->refresh_token()).ok());
  EXPECT_TRUE(Refresh(stranger->refresh_token()).ok());
}

TEST_F(SecondFactorTest, ADeviceIsConfirmedWithinTenMinutes) {
  CreateReady("li.ming");
  auto session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(Enrol(session->access_token(), kPassword).ok());
  clock_.Advance(absl::Minutes(10));
  session = Refresh(session->refresh_token());
  const std::string code = CodeOf(PendingSecret("li.ming"));
  EXPECT_EQ(ReasonOf(Confirm(session->access_token(), code)), "SECOND_FACTOR_EXPIRED");
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok()) << "there is no second factor";

  ASSERT_TRUE(Enrol(session->access_token(), kPassword).ok());
  clock_.Advance(absl::Minutes(10) - absl::Seconds(1));
  session = Refresh(session->refresh_token());
  EXPECT_TRUE(Confirm(session->access_token(), CodeOf(PendingSecret("li.ming"))).ok());
}

TEST_F(SecondFactorTest, ASessionThatEndsMeanwhileConfirmsNothing) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(Enrol(session->access_token(), kPassword).ok());
  const std::string code = CodeOf(PendingSecret("li.ming"));
  EXPECT_EQ(ReasonWhileSessionsEnd([&] { return Confirm(session->access_token(), code); }), "SESSION_ENDED");
  EXPECT_EQ(database_.Count("account WHERE totp_secret <> ''"), 0);
}

TEST_F(SecondFactorTest, ASessionThatEndsMeanwhileEnrolsNothing) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  EXPECT_EQ(ReasonWhileSessionsEnd([&] { return Enrol(session->access_token(), kPassword); }), "SESSION_ENDED");
  EXPECT_EQ(database_.Count("account WHERE totp_pending <> ''"), 0);
}

}  // namespace
}  // namespace bangfu::gateway
