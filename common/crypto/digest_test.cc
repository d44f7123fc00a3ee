#include "common/crypto/digest.h"

#include "common/crypto/encode.h"
#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

TEST(DigestTest, Sha256FollowsFips180) {
  EXPECT_EQ(HexEncode(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, HmacFollowsRfc4231) {
  const struct {
    std::string key, data, mac;
  } kCases[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& c : kCases) {
    const HmacKey key(c.key);
    EXPECT_EQ(HexEncode(key.Mac(c.data)), c.mac);
    EXPECT_EQ(HexEncode(key.Mac(c.data)), c.mac) << "a key serves many times";
    EXPECT_EQ(HexEncode(HmacSha256(c.key, c.data)), c.mac);
  }
}

TEST(DigestTest, ConstantTimeEqual) {
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("same", "same"));
  EXPECT_FALSE(ConstantTimeEqual("same", "some"));
  EXPECT_FALSE(ConstantTimeEqual("same", "same "));
}

}  // namespace
}  // namespace bangfu::crypto
