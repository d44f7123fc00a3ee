#include "services/gateway/domain/account.h"

#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'000'000);

TEST(AccountTest, ADeviceIsConfirmedWithinTenMinutes) {
  AccountRecord account;
  EXPECT_TRUE(CheckEnrolmentInTime(account, kNow).ok()) << "none is pending";
  account.totp_pending = "sealed";
  EXPECT_FALSE(CheckEnrolmentInTime(account, kNow).ok()) << "one of before times were kept";
  account.totp_pending_at = kNow;
  EXPECT_TRUE(CheckEnrolmentInTime(account, kNow + absl::Minutes(10) - absl::Seconds(1)).ok());
  EXPECT_FALSE(CheckEnrolmentInTime(account, kNow + absl::Minutes(10)).ok());
}

TEST(AccountTest, NamesAreThreeToFortyPlainCharacters) {
  struct {
    const char* name;
    bool good;
  } const cases[] = {
      {"sysadmin", true},
      {"li.ming-02", true},
      {"abc", true},
      {"ab", false},
      {"LiMing", false},
      {"li ming", false},
      {"李明同志", false},
      {"li_ming", false},
      {"a23456789012345678901234567890123456789x", true},
      {"a23456789012345678901234567890123456789xy", false},
      {"", false},
  };
  for (const auto& c : cases) EXPECT_EQ(CheckAccountName(c.name).ok(), c.good) << c.name;
}

TEST(AccountTest, StateSaysTheStrongestReasonNotToBeUsable) {
  AccountRecord account;
  account.password_changed_at = kNow - absl::Hours(24);
  const PasswordPolicy policy;
  const Failures locked{5, kNow + absl::Minutes(3)};
  EXPECT_EQ(Shown(account, {}, policy, kNow).state(), v1::Account::ACTIVE);
  account.must_change = true;
  EXPECT_EQ(Shown(account, {}, policy, kNow).state(), v1::Account::PASSWORD_CHANGE_REQUIRED);
  EXPECT_EQ(Shown(account, locked, policy, kNow).state(), v1::Account::LOCKED);
  account.disabled = true;
  EXPECT_EQ(Shown(account, locked, policy, kNow).state(), v1::Account::DISABLED);
}

TEST(AccountTest, PasswordsOfNinetyDaysMustBeChanged) {
  AccountRecord account;
  const PasswordPolicy policy;
  account.password_changed_at = kNow - absl::Hours(24 * 89);
  EXPECT_FALSE(MustChangePassword(account, policy, kNow));
  account.password_changed_at = kNow - absl::Hours(24 * 90);
  EXPECT_TRUE(MustChangePassword(account, policy, kNow));
}

TEST(AccountTest, DaysBeginAtMidnightInChina) {
  const absl::Time before = absl::FromCivil(absl::CivilSecond(2026, 3, 1, 15, 59, 59), absl::UTCTimeZone());
  EXPECT_EQ(DayInChina(before), absl::CivilDay(2026, 3, 1));
  EXPECT_EQ(DayInChina(before + absl::Seconds(1)), absl::CivilDay(2026, 3, 2));
  EXPECT_EQ(EndOfDayInChina(absl::CivilDay(2026, 3, 1)), before + absl::Seconds(1));
}

}  // namespace
}  // namespace bangfu::gateway
