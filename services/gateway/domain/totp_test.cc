#include "services/gateway/domain/totp.h"

#include "gtest/gtest.h"

namespace bangfu::gateway {
namespace {

constexpr char kRfcSecret[] = "12345678901234567890";
const absl::Time kNow = absl::FromUnixSeconds(1'111'111'109);

// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
TEST(TotpTest, GivesTheCodesOfTheRfc) {
  struct {
    int64_t seconds;
    const char* code;
  } const cases[] = {{59, "287082"},
                     {1'111'111'109, "081804"},
                     {1'111'111'111, "050471"},
                     {1'234'567'890, "005924"},
                     {2'000'000'000, "279037"},
                     {20'000'000'000, "353130"}};
  for (const auto& c : cases) {
    EXPECT_EQ(TotpCode(kRfcSecret, TotpStepAt(absl::FromUnixSeconds(c.seconds))), c.code) << c.seconds;
  }
}

TEST(TotpTest, TakesOneStepBeforeAndOneAfter) {
  const int64_t present = TotpStepAt(kNow);
  for (int64_t drift = -2; drift <= 2; ++drift) {
    const auto match = MatchTotp(kRfcSecret, TotpCode(kRfcSecret, present + drift), kNow, 0);
    if (drift < -1 || drift > 1) {
      EXPECT_FALSE(match) << drift;
    } else {
      EXPECT_EQ(match, present + drift);
    }
  }
}

TEST(TotpTest, TakesEachStepOnceAndNoneBeforeIt) {
  const int64_t present = TotpStepAt(kNow);
  EXPECT_FALSE(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, present), kNow, present));
  EXPECT_FALSE(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, present - 1), kNow, present));
  EXPECT_TRUE(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, present + 1), kNow, present));
}

TEST(TotpTest, RefusesWhatIsNoCode) {
  for (const char* code : {"", "08180", "0818040", "abcdef", "081805"}) {
    EXPECT_FALSE(MatchTotp(kRfcSecret, code, kNow, 0)) << code;
  }
}

// RFC 4648 section 10, without padding.
TEST(TotpTest, EncodesBase32) {
  struct {
    const char* bytes;
    const char* text;
  } const cases[] = {{"", ""},
                     {"f", "MY"},
                     {"fo", "MZXQ"},
                     {"foo", "MZXW6"},
                     {"foob", "MZXW6YQ"},
                     {"fooba", "MZXW6YTB"},
                     {"foobar", "MZXW6YTBOI"}};
  for (const auto& c : cases) EXPECT_EQ(Base32Encode(c.bytes), c.text);
  EXPECT_EQ(OtpauthUri("li.ming", "foobar"),
            "otpauth://totp/Bangfu:li.ming?secret=MZXW6YTBOI&issuer=Bangfu&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace bangfu::gateway
