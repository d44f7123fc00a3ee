#include "services/gateway/rpc/session_rpc.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/gateway/rpc/accounts_fixture.h"

namespace bangfu::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSignIn[] = "bangfu.gateway.v1.SessionService.SignIn";
constexpr char kRefresh[] = "bangfu.gateway.v1.SessionService.RefreshSession";
constexpr char kWrong[] = "autumn2025fog";

class SessionRpcTest : public AccountsFixture {
 protected:
  // Results of the audit records of a method about a subject, in order.
  std::vector<std::string> Audited(const std::string& method, const std::string& subject) {
    std::vector<std::string> results;
    for (const audit::v1::AuditRecord& record : AuditOf(method)) {
      if (record.subject() == subject) results.push_back(record.result());
    }
    return results;
  }
};

TEST_F(SessionRpcTest, SignsInAndReadsTheOwnAccount) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(session->expires_in_seconds(), 300);
  EXPECT_FALSE(session->password_change_required());
  const auto own = Own(session->access_token());
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->account_id(), "li.ming");
  EXPECT_EQ(own->state(), v1::Account::ACTIVE);
  EXPECT_THAT(Audited(kSignIn, "li.ming"), ElementsAre("OK"));
}

TEST_F(SessionRpcTest, TheFifthWrongPasswordLocksForFifteenMinutes) {
  CreateReady("li.ming");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ReasonOf(SignIn("li.ming", kWrong)), "SIGN_IN_FAILED");
  const auto locked = SignIn("li.ming", kPassword);
  EXPECT_EQ(ReasonOf(locked), "ACCOUNT_LOCKED");
  EXPECT_EQ(status::ErrorInfoOf(locked.status()).metadata().at("minutes"), "15");
  EXPECT_THAT(Audited(kSignIn, "li.ming"),
              ElementsAre("SIGN_IN_FAILED", "SIGN_IN_FAILED", "SIGN_IN_FAILED", "SIGN_IN_FAILED", "ACCOUNT_LOCKED"));
  clock_.Advance(absl::Minutes(15));
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kWrong)), "SIGN_IN_FAILED");
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());
}

TEST_F(SessionRpcTest, UnknownNamesAnswerAsKnownOnes) {
  CreateReady("li.ming");
  for (int i = 0; i < 5; ++i) {
    const auto known = SignIn("li.ming", kWrong);
    const auto unknown = SignIn("wang.wu", kWrong);
    EXPECT_EQ(known.status(), unknown.status());
    EXPECT_EQ(ReasonOf(unknown), "SIGN_IN_FAILED");
  }
  EXPECT_EQ(SignIn("li.ming", kWrong).status(), SignIn("wang.wu", kWrong).status());
  EXPECT_EQ(ReasonOf(SignIn("Not a name", kWrong)), "SIGN_IN_FAILED");
  EXPECT_THAT(Audited(kSignIn, "wang.wu"), IsEmpty());  // what was typed may be anything, a password even
}

// Names can be made up without end, so their failures are counted: one record now, and one a minute.
TEST_F(SessionRpcTest, FailuresOfUnknownNamesFillNoLog) {
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(SignIn(absl::StrCat("nobody.", i), kWrong).ok());
  EXPECT_EQ(DenialOf(kSignIn, "SIGN_IN_FAILED").subject(), "");
  EXPECT_EQ(AllAuditOf(kSignIn).size(), 1u);
}

TEST_F(SessionRpcTest, FailuresSayWhereTheyCameFrom) {
  CreateReady("li.ming");
  const auto try_from = [&](const std::string& source, const std::string& password) {
    grpc::ClientContext context;
    context.AddMetadata("x-source-address", source);
    v1::SignInRequest request;
    request.set_account_id("li.ming");
    request.set_password(password);
    v1::Session session;
    return sessions_->SignIn(&context, request, &session).ok();
  };
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(try_from("10.0.0.7", kWrong));
  for (const audit::v1::AuditRecord& record : AuditOf(kSignIn)) EXPECT_EQ(record.source(), "10.0.0.7");
  EXPECT_EQ(AuditOf(kSignIn).back().result(), "ACCOUNT_LOCKED");
  EXPECT_FALSE(try_from("10.0.0.7", kPassword));
  const audit::v1::AuditRecord locked = DenialOf(kSignIn, "ACCOUNT_LOCKED");
  EXPECT_EQ(locked.source() + " " + locked.subject(), "10.0.0.7 li.ming");
  EXPECT_TRUE(try_from("10.0.0.8", kPassword)) << "whoever guesses does not lock the owner out";
}

TEST_F(SessionRpcTest, GuessesAtTheSameTimeAreAllCounted) {
  CreateReady("li.ming");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_FALSE(SignIn("li.ming", kWrong).ok()); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_LOCKED");
}

TEST_F(SessionRpcTest, AFirstPasswordIsGoodForBeingChangedOnly) {
  const std::string first = Create("li.ming");
  const auto session = SignIn("li.ming", first);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_TRUE(session->password_change_required());
  EXPECT_EQ(session->refresh_token(), "");
  EXPECT_EQ(ReasonOf(Own(session->access_token())), "PASSWORD_CHANGE_REQUIRED");

  EXPECT_EQ(ReasonOf(ChangePassword("li.ming", kWrong, kPassword)), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(ChangePassword("li.ming", first, "short1")), "PASSWORD_TOO_WEAK");
  EXPECT_TRUE(ChangePassword("li.ming", first, kPassword).ok());
  EXPECT_EQ(ReasonOf(SignIn("li.ming", first)), "SIGN_IN_FAILED");
  EXPECT_FALSE(SignIn("li.ming", kPassword)->password_change_required());
}

TEST_F(SessionRpcTest, PasswordsOfNinetyDaysMustBeChanged) {
  CreateReady("li.ming");
  clock_.Advance(absl::Hours(24 * 90));
  EXPECT_TRUE(SignIn("li.ming", kPassword)->password_change_required());
}

TEST_F(SessionRpcTest, TheLastFivePasswordsAreNotTakenAgain) {
  CreateReady("li.ming");
  std::string present = kPassword;
  for (const char* next : {"password-one-1", "password-two-2", "password-three-3", "password-four-4"}) {
    ASSERT_TRUE(ChangePassword("li.ming", present, next).ok());
    present = next;
    EXPECT_EQ(ReasonOf(ChangePassword("li.ming", present, kPassword)), "PASSWORD_REUSED");
    EXPECT_EQ(ReasonOf(ChangePassword("li.ming", present, present)), "PASSWORD_REUSED");
  }
  ASSERT_TRUE(ChangePassword("li.ming", present, "password-five-5").ok());
  EXPECT_TRUE(ChangePassword("li.ming", "password-five-5", kPassword).ok());
}

TEST_F(SessionRpcTest, ChangingThePasswordEndsAllSessions) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(ChangePassword("li.ming", kPassword, "password-one-1").ok());
  EXPECT_EQ(ReasonOf(Refresh(session->refresh_token())), "SESSION_ENDED");
}

TEST_F(SessionRpcTest, RefreshTokensRotate) {
  CreateReady("li.ming");
  auto session = SignIn("li.ming", kPassword);
  const std::string id = Claims(session->access_token()).session;
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Minutes(5));
    auto next = Refresh(session->refresh_token());
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_NE(next->refresh_token(), session->refresh_token());
    EXPECT_EQ(Claims(next->access_token()).session, id);
    session = next;
  }
  EXPECT_TRUE(Own(session->access_token()).ok());
}

TEST_F(SessionRpcTest, ARefreshTokenUsedTwiceEndsTheSession) {
  CreateReady("li.ming");
  const auto first = SignIn("li.ming", kPassword);
  const auto second = Refresh(first->refresh_token());
  const auto third = Refresh(second->refresh_token());
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(ReasonOf(Refresh(first->refresh_token())), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(Refresh(third->refresh_token())), "SESSION_ENDED");
  EXPECT_THAT(Audited(kRefresh, "li.ming"), ElementsAre("REFRESH_TOKEN_REUSED"));
  EXPECT_EQ(ReasonOf(Refresh("no token at all")), "SESSION_ENDED");
}

// The answer to a refresh may be lost on its way: the client asks again with the token it has.
TEST_F(SessionRpcTest, ARefreshMayBeAskedForAgainForAMoment) {
  CreateReady("li.ming");
  const auto first = SignIn("li.ming", kPassword);
  const auto lost = Refresh(first->refresh_token());
  clock_.Advance(absl::Seconds(9));
  const auto again = Refresh(first->refresh_token());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(ReasonOf(Refresh(lost->refresh_token())), "SESSION_ENDED") << "whoever has that answer is somebody else";
  const auto other = SignIn("li.ming", kPassword);
  ASSERT_TRUE(Refresh(other->refresh_token()).ok());
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(ReasonOf(Refresh(other->refresh_token())), "SESSION_ENDED");
}

TEST_F(SessionRpcTest, SessionsEndByDisuseAndByAge) {
  CreateReady("li.ming");
  const auto idle = SignIn("li.ming", kPassword);
  clock_.Advance(absl::Minutes(15));
  EXPECT_EQ(ReasonOf(Refresh(idle->refresh_token())), "SESSION_ENDED");

  auto used = SignIn("li.ming", kPassword);
  for (int i = 0; i < 47; ++i) {
    clock_.Advance(absl::Minutes(10));
    used = Refresh(used->refresh_token());
    ASSERT_TRUE(used.ok()) << used.status();
  }
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(ReasonOf(Refresh(used->refresh_token())), "SESSION_ENDED");
}

TEST_F(SessionRpcTest, SigningOutEndsTheSession) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  EXPECT_TRUE(Call(sessions_, &Sessions::SignOut, {}, session->access_token()).ok());
  EXPECT_EQ(ReasonOf(Refresh(session->refresh_token())), "SESSION_ENDED");
}

TEST_F(SessionRpcTest, EndedSessionsAreSpreadToVerifiers) {
  clock_.Advance(absl::Now() - clock_.Now());  // the watch goes by the real time
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  auth::TokenVerifier of_another_gateway({key_.verifying_key()});
  EndedSessionWatch watch(database_.database(), of_another_gateway, absl::Milliseconds(10));
  const auto taken = [&] { return of_another_gateway.Verify(session->access_token(), clock_.Now()).ok(); };
  EXPECT_TRUE(taken());
  EXPECT_TRUE(Call(sessions_, &Sessions::SignOut, {}, session->access_token()).ok());
  for (int i = 0; i < 500 && taken(); ++i) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_FALSE(taken());
}

// By the time that the answer is there, at the gateway that gave it.
TEST_F(SessionRpcTest, TokensOfEndedSessionsAreRefusedAtOnce) {
  CreateReady("li.ming");
  const auto token = [&] { return SignIn("li.ming", kPassword)->access_token(); };
  const std::string first = token();
  EXPECT_TRUE(Own(first).ok());
  const std::string second = token();
  EXPECT_EQ(ReasonOf(Own(first)), "UNAUTHENTICATED");
  EXPECT_TRUE(Call(sessions_, &Sessions::SignOut, {}, second).ok());
  EXPECT_EQ(ReasonOf(Own(second)), "UNAUTHENTICATED");
  const std::string third = token();
  EXPECT_TRUE(ChangePassword("li.ming", kPassword, "password-one-1").ok());
  EXPECT_EQ(ReasonOf(Own(third)), "UNAUTHENTICATED");
}

TEST_F(SessionRpcTest, ASecondFactorIsEnrolledConfirmedAndThenAskedFor) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  EXPECT_EQ(ReasonOf(Confirm(session->access_token(), "000000")), "SECOND_FACTOR_WRONG");
  const std::string secret = EnrolSecondFactor("li.ming", session->access_token()).secret;

  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "SECOND_FACTOR_REQUIRED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, CodeOf(secret))), "SIGN_IN_FAILED");  // confirmed it, so used
  clock_.Advance(absl::Seconds(30));
  const auto strong = SignIn("li.ming", kPassword, CodeOf(secret));
  ASSERT_TRUE(strong.ok()) << strong.status();
  EXPECT_TRUE(Claims(strong->access_token()).second_factor);
  EXPECT_TRUE(Claims(Refresh(strong->refresh_token())->access_token()).second_factor);
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, CodeOf(secret))), "SIGN_IN_FAILED");  // replayed
}

// A token alone, copied or left behind, gives nobody a device of his own.
TEST_F(SessionRpcTest, ADeviceIsEnrolledByThePasswordAndReplacedByTheDeviceBefore) {
  CreateReady("li.ming");
  auto session = SignIn("li.ming", kPassword);
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), "")), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kWrong)), "SIGN_IN_FAILED");
  const SecondFactor first = EnrolSecondFactor("li.ming", session->access_token());

  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kPassword)), "SECOND_FACTOR_REQUIRED");
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kPassword, CodeOf(first.secret))), "SIGN_IN_FAILED");  // used
  clock_.Advance(absl::Seconds(30));
  const SecondFactor second = EnrolSecondFactor("li.ming", session->access_token(), CodeOf(first.secret));
  EXPECT_TRUE(Enrol(session->access_token(), kPassword, second.recovery_codes[0]).ok());
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kPassword, second.recovery_codes[0])), "SIGN_IN_FAILED");

  for (int i = 0; i < 4; ++i) EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kWrong)), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_LOCKED");
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kPassword)), "ACCOUNT_LOCKED");
}

TEST_F(SessionRpcTest, CodesThatConfirmADeviceAreNotGuessed) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  const std::string secret = Enrol(session->access_token(), kPassword)->secret();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ReasonOf(Confirm(session->access_token(), "abcdef")), "SECOND_FACTOR_WRONG");
  EXPECT_EQ(ReasonOf(Confirm(session->access_token(), "abcdef")), "ACCOUNT_LOCKED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_LOCKED");
}

// A service that has not heard of the end yet takes the token still.
TEST_F(SessionRpcTest, AnEndedSessionEnrolsNothing) {
  CreateReady("li.ming");
  const auto session = SignIn("li.ming", kPassword);
  ASSERT_TRUE(Enrol(session->access_token(), kPassword).ok());
  database_.Sql("UPDATE session SET ended_at = now()");
  EXPECT_EQ(ReasonOf(Enrol(session->access_token(), kPassword)), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(Confirm(session->access_token(), "000000")), "SESSION_ENDED");
}

TEST_F(SessionRpcTest, WrongCodesLock) {
  CreateReady("li.ming");
  EnrolSecondFactor("li.ming", SignIn("li.ming", kPassword)->access_token());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, "abcdef")), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword)), "ACCOUNT_LOCKED");
}

// Whoever has the password alone must not begin to guess codes anew by it.
TEST_F(SessionRpcTest, ThePasswordIsChangedByTheSecondFactorToo) {
  CreateReady("li.ming");
  const SecondFactor factor = EnrolSecondFactor("li.ming", SignIn("li.ming", kPassword)->access_token());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, "abcdef")), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(ChangePassword("li.ming", kPassword, "password-one-1")), "SECOND_FACTOR_REQUIRED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", "password-one-1", "abcdef")), "SIGN_IN_FAILED");
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, factor.recovery_codes[0])), "ACCOUNT_LOCKED");

  clock_.Advance(absl::Minutes(15));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ReasonOf(ChangePassword("li.ming", kPassword, "password-one-1", "abcdef")), "SIGN_IN_FAILED");
  }
  ASSERT_TRUE(ChangePassword("li.ming", kPassword, "password-one-1", CodeOf(factor.secret)).ok());
  EXPECT_EQ(ReasonOf(SignIn("li.ming", "password-one-1", CodeOf(factor.secret))), "SIGN_IN_FAILED");  // used
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReasonOf(SignIn("li.ming", "password-one-1", "abcdef")), "SIGN_IN_FAILED");
  EXPECT_TRUE(ChangePassword("li.ming", "password-one-1", "password-two-2", factor.recovery_codes[0]).ok());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ReasonOf(ChangePassword("li.ming", "password-two-2", "password-three-3", factor.recovery_codes[0])),
              "SIGN_IN_FAILED");
  }
  EXPECT_EQ(ReasonOf(ChangePassword("li.ming", "password-two-2", "password-three-3", factor.recovery_codes[1])),
            "ACCOUNT_LOCKED");
}

TEST_F(SessionRpcTest, EachRecoveryCodeIsGoodForOneSignIn) {
  CreateReady("li.ming");
  const SecondFactor first = EnrolSecondFactor("li.ming", SignIn("li.ming", kPassword)->access_token());
  ASSERT_EQ(first.recovery_codes.size(), 10u);
  EXPECT_EQ(std::set<std::string>(first.recovery_codes.begin(), first.recovery_codes.end()).size(), 10u);
  for (const std::string& code : first.recovery_codes) {
    const std::string stored =
        "SELECT count(*) FROM recovery_code WHERE position('" + code + "'::bytea IN code_digest) > 0";
    EXPECT_EQ(database_.Sql(stored)[0][0].as<int>(), 0);
  }

  EXPECT_EQ(ReasonOf(SignIn("li.ming", kWrong, first.recovery_codes[0])), "SIGN_IN_FAILED");  // and does not use it up
  const auto session = SignIn("li.ming", kPassword, first.recovery_codes[0]);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_TRUE(Claims(session->access_token()).second_factor);
  EXPECT_THAT(AuditOf(kSignIn).back().changed_fields(), ElementsAre("recovery_codes"));
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, first.recovery_codes[0])), "SIGN_IN_FAILED");
  EXPECT_TRUE(SignIn("li.ming", kPassword, first.recovery_codes[1]).ok());

  // Another account's codes are of no use, nor are those from before the device was replaced.
  CreateReady("wang.wu");
  EnrolSecondFactor("wang.wu", SignIn("wang.wu", kPassword)->access_token());
  EXPECT_EQ(ReasonOf(SignIn("wang.wu", kPassword, first.recovery_codes[2])), "SIGN_IN_FAILED");
  const SecondFactor second = EnrolSecondFactor(
      "li.ming", SignIn("li.ming", kPassword, first.recovery_codes[3])->access_token(), first.recovery_codes[4]);
  EXPECT_EQ(ReasonOf(SignIn("li.ming", kPassword, first.recovery_codes[2])), "SIGN_IN_FAILED");
  EXPECT_TRUE(SignIn("li.ming", kPassword, second.recovery_codes[2]).ok());
  EXPECT_EQ(database_.Count("recovery_code WHERE account_id = 'li.ming'"), 9);
}

TEST_F(SessionRpcTest, ASignInEndsTheSessionBeforeIt) {
  CreateReady("li.ming");
  CreateReady("wang.wu");
  const auto other = SignIn("wang.wu", kPassword);
  const auto before = SignIn("li.ming", kPassword);
  const auto after = SignIn("li.ming", kPassword);
  EXPECT_EQ(ReasonOf(Refresh(before->refresh_token())), "SESSION_ENDED");
  EXPECT_TRUE(Refresh(after->refresh_token()).ok());
  EXPECT_TRUE(Refresh(other->refresh_token()).ok());
}

TEST_F(SessionRpcTest, ASignInRenewsAHashOfOldParameters) {
  CreateReady("li.ming");
  const std::string old_hash = *PasswordHasher({.memory_kib = 32, .passes = 1}).Hash(kPassword, absl::InfiniteFuture());
  database_.Sql("UPDATE account SET password_hash = '" + old_hash + "' WHERE account_id = 'li.ming'");
  EXPECT_FALSE(SignIn("li.ming", kWrong).ok());
  EXPECT_EQ(database_.Count("account WHERE password_hash LIKE '%m=32,%'"), 1);
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());
  EXPECT_EQ(database_.Count("account WHERE password_hash LIKE '%m=32,%'"), 0);
  EXPECT_TRUE(SignIn("li.ming", kPassword).ok());
}

class StrongAdministratorsTest : public AccountsFixture {
 protected:
  StrongAdministratorsTest() : AccountsFixture({.strong_administrators = true}) {}
};

TEST_F(StrongAdministratorsTest, HaveTheirRightsOnceASecondFactorIsUsed) {
  ASSERT_TRUE(ChangePassword("sysadmin", administrators_[0].first_password, kPassword).ok());
  const auto weak = SignIn("sysadmin", kPassword);
  ASSERT_TRUE(weak.ok()) << weak.status();
  EXPECT_TRUE(weak->second_factor_required());
  EXPECT_TRUE(Claims(weak->access_token()).grants.empty());
  const SecondFactor factor = EnrolSecondFactor("sysadmin", weak->access_token());
  EXPECT_TRUE(Refresh(weak->refresh_token())->second_factor_required());  // it is the session that lacks it

  const auto strong = SignIn("sysadmin", kPassword, factor.recovery_codes[0]);
  EXPECT_FALSE(strong->second_factor_required());
  EXPECT_EQ(Claims(strong->access_token()).grants.size(), 1u);
  EXPECT_EQ(Claims(Refresh(strong->refresh_token())->access_token()).grants.size(), 1u);
  CreateReady("li.ming");
  EXPECT_FALSE(SignIn("li.ming", kPassword)->second_factor_required());
}

TEST_F(SessionRpcTest, TheEnrolmentIsShownForDevices) {
  CreateReady("li.ming");
  const auto enrolment = Enrol(SignIn("li.ming", kPassword)->access_token(), kPassword);
  ASSERT_TRUE(enrolment.ok());
  EXPECT_EQ(enrolment->secret().size(), 32u);
  EXPECT_THAT(enrolment->uri(), ::testing::HasSubstr("secret=" + enrolment->secret()));
}

}  // namespace
}  // namespace bangfu::gateway
