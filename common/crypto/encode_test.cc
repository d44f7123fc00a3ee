#include "common/crypto/encode.h"

#include <limits>

#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

TEST(EncodeTest, Base64UrlFollowsRfc4648) {
  const struct {
    std::string bytes, text;
  } kCases[] = {{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"\xff\xfe\xfd", "__79"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Base64UrlEncode(c.bytes), c.text);
    EXPECT_EQ(Base64UrlDecode(c.text), c.bytes);
  }
}

TEST(EncodeTest, Base64UrlRefusesEveryOtherSpelling) {
  // Padding, the plain alphabet, blanks, stray bits, an impossible length, foreign characters.
  for (const char* text : {"Zg==", "//79", "Zm9v ", "Zm\n9v", "Zh", "Z", "Zm9v!", "\xe4\xb8\xad"}) {
    EXPECT_EQ(Base64UrlDecode(text), std::nullopt) << text;
  }
}

TEST(EncodeTest, Hex) {
  EXPECT_EQ(HexEncode(std::string("\x00\xab\xff", 3)), "00abff");
  EXPECT_EQ(HexDecode("00ABff"), std::string("\x00\xab\xff", 3));
  for (const char* text : {"0", "0g", "0x12", " 12 "}) EXPECT_EQ(HexDecode(text), std::nullopt) << text;
}

TEST(EncodeTest, IdsKeepValueAndOrder) {
  const uint64_t kIds[] = {0, 1, 31, 32, 1ull << 32, 1ull << 63, std::numeric_limits<uint64_t>::max()};
  std::string previous;
  for (uint64_t id : kIds) {
    const std::string text = EncodeId(id);
    EXPECT_EQ(text.size(), kIdLength);
    EXPECT_EQ(DecodeId(text), id);
    EXPECT_LT(previous, text);
    previous = text;
  }
  EXPECT_EQ(EncodeId(31), "000000000000z");
}

TEST(EncodeTest, IdsHaveOneSpelling) {
  // Too short, too long, upper case, the letters left out, above 64 bits.
  for (const char* text : {"", "000000000000", "00000000000000", "000000000000Z", "000000000000i", "000000000000l",
                           "000000000000o", "000000000000u", "g000000000000", "zzzzzzzzzzzzz"}) {
    EXPECT_EQ(DecodeId(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bangfu::crypto
