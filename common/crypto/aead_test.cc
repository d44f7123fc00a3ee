#include "common/crypto/aead.h"

#include "common/crypto/encode.h"
#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

std::string Hex(const char* text) { return *HexDecode(text); }

// The AES-256 cases 14 and 16 of the GCM specification that NIST adopted.
TEST(AeadTest, FollowsPublishedVectors) {
  const struct {
    std::string key, nonce, associated, plaintext, sealed;
  } kCases[] = {
      {std::string(32, '\0'), std::string(12, '\0'), "", std::string(16, '\0'),
       Hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")},
      {Hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), Hex("cafebabefacedbaddecaf888"),
       Hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
       Hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
       Hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")},
  };
  for (const auto& c : kCases) {
    std::string sealed;
    AeadEncrypt(c.key, c.nonce, c.associated, c.plaintext, sealed);
    EXPECT_EQ(HexEncode(sealed), HexEncode(c.sealed));
    EXPECT_EQ(AeadDecrypt(c.key, c.nonce, c.associated, c.sealed), c.plaintext);
  }
}

TEST(AeadTest, RefusesWhatIsTooShortForATag) {
  EXPECT_EQ(AeadDecrypt(std::string(32, 'k'), std::string(12, 'n'), "", std::string(15, 'c')), std::nullopt);
}

}  // namespace
}  // namespace bangfu::crypto
