#include "services/gateway/domain/sign_in.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "services/gateway/domain/totp.h"

namespace bangfu::gateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'000'000);
constexpr char kSecret[] = "12345678901234567890";

struct Case {
  const char* what;
  bool known, fits, disabled, enrolled, must_change;
  std::string code;
  const char* reason;  // empty: signed in
  bool counts, change_only;
  bool recovery = false;
};

TEST(SignInTest, JudgesAttempts) {
  const std::string good = TotpCode(kSecret, TotpStepAt(kNow));
  const std::string used = TotpCode(kSecret, TotpStepAt(kNow) - 1);
  const Case cases[] = {
      // what                      known fits  disab enrol change code  reason                counts change only
      {"right password", true, true, false, false, false, "", "", false, false},
      {"first password", true, true, false, false, true, "", "", false, true},
      {"wrong password", true, false, false, false, false, "", "SIGN_IN_FAILED", true, false},
      {"unknown name", false, false, false, false, false, "", "SIGN_IN_FAILED", true, false},
      {"disabled, password known", true, true, true, false, false, "", "ACCOUNT_DISABLED", false, false},
      {"disabled, password guessed", true, false, true, false, false, "", "SIGN_IN_FAILED", true, false},
      {"no code", true, true, false, true, false, "", "SECOND_FACTOR_REQUIRED", false, false},
      {"right code", true, true, false, true, false, good, "", false, false},
      {"used code", true, true, false, true, false, used, "SIGN_IN_FAILED", true, false},
      {"wrong code", true, true, false, true, false, "abcdef", "SIGN_IN_FAILED", true, false},
      {"right code, wrong password", true, false, false, true, false, good, "SIGN_IN_FAILED", true, false},
      {"recovery code", true, true, false, true, false, "abcdefghijkmnpqr", "", false, false, true},
      {"recovery code, wrong password", true, false, false, true, false, "abcdefghijkmnpqr", "SIGN_IN_FAILED", true,
       false, true},
      {"recovery code, disabled", true, true, true, true, false, "abcdefghijkmnpqr", "ACCOUNT_DISABLED", false, false,
       true},
  };
  for (const Case& c : cases) {
    AccountRecord account;
    account.disabled = c.disabled;
    account.must_change = c.must_change;
    account.password_changed_at = kNow;
    account.totp_last_step = TotpStepAt(kNow) - 1;
    const Verdict verdict =
        JudgeSignIn({c.known ? &account : nullptr, c.fits, c.code, c.enrolled ? kSecret : "", c.recovery}, {}, kNow);
    EXPECT_EQ(status::ReasonOf(verdict.refusal), c.reason) << c.what;
    EXPECT_EQ(verdict.counts, c.counts) << c.what;
    EXPECT_EQ(verdict.change_only, c.change_only) << c.what;
    const bool second_factor = c.enrolled && verdict.refusal.ok();
    EXPECT_EQ(verdict.second_factor, second_factor) << c.what;
    EXPECT_EQ(verdict.totp_step, second_factor && !c.recovery ? TotpStepAt(kNow) : 0) << c.what;
  }
}

}  // namespace
}  // namespace bangfu::gateway
