#include "services/gateway/domain/password_policy.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

TEST(PasswordPolicyTest, SaysWhatIsMissing) {
  struct {
    const char* password;
    const char* detail;  // empty: good enough
  } const cases[] = {
      {"spring2026rain", ""},
      {"abcdefghi1", ""},
      {"abcdefgh1", "少于 10 位"},
      {"春风化雨润物a1", "少于 10 位"},
      {"春风化雨润物无声a1", ""},
      {"1234567890", "没有字母"},
      {"abcdefghijk", "没有数字"},
      {"xx-li.ming-2026", "含有账号名"},
      {"xx-Li.MING-2026", "含有账号名"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckPassword({}, "li.ming", c.password);
    if (*c.detail == '\0') {
      EXPECT_TRUE(status.ok()) << c.password;
      continue;
    }
    EXPECT_EQ(status::ReasonOf(status), "PASSWORD_TOO_WEAK") << c.password;
    EXPECT_EQ(status::ErrorInfoOf(status).metadata().at("detail"), c.detail) << c.password;
  }
}

TEST(PasswordPolicyTest, LengthIsAParameter) {
  EXPECT_FALSE(CheckPassword({.shortest = 12}, "li.ming", "abcdefghi11").ok());
  EXPECT_TRUE(CheckPassword({.shortest = 8}, "li.ming", "abcdefg1").ok());
}

}  // namespace
}  // namespace bangfu::gateway
