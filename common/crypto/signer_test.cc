#include "common/crypto/signer.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

class SignerTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void Write(const std::string& content) { std::ofstream(path_) << content; }

  const std::string path_ = ::testing::TempDir() + "bangfu-key-" + EncodeId(RandomUint64()) + ".pem";
};

// RFC 8032, section 7.1, test 2.
TEST_F(SignerTest, FollowsRfc8032) {
  const std::string pkcs8 =
      *HexDecode("302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  Write("-----BEGIN PRIVATE KEY-----\n" + absl::Base64Escape(pkcs8) + "\n-----END PRIVATE KEY-----\n");
  absl::StatusOr<SigningKey> key = SigningKey::LoadPem(path_);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(HexEncode(key->public_key()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const std::string signature = key->Sign("\x72");
  EXPECT_EQ(HexEncode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(VerifyingKey::FromRaw(key->public_key())->Verify("\x72", signature));
}

TEST_F(SignerTest, RefusesEveryOtherMessageSignatureAndKey) {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("message");
  const VerifyingKey verifying = key.verifying_key();
  EXPECT_TRUE(verifying.Verify("message", signature));
  EXPECT_FALSE(verifying.Verify("Message", signature));
  EXPECT_FALSE(verifying.Verify("", signature));
  EXPECT_FALSE(verifying.Verify("message", ""));
  EXPECT_FALSE(verifying.Verify("message", signature.substr(1)));
  EXPECT_FALSE(verifying.Verify("message", signature + "0"));
  EXPECT_FALSE(SigningKey::Generate().verifying_key().Verify("message", signature));
}

TEST_F(SignerTest, KeepsTheKeyInAFileOfItsOwner) {
  const SigningKey key = SigningKey::Generate();
  ASSERT_TRUE(key.SavePem(path_).ok());
  struct stat file;
  ASSERT_EQ(::stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(SigningKey::LoadPem(path_)->public_key(), key.public_key());
  EXPECT_EQ(SigningKey::LoadPem(path_)->key_id(), KeyIdOf(key.public_key()));
  EXPECT_EQ(SigningKey::Generate().SavePem(path_).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(SignerTest, ReadsPublicKeys) {
  const VerifyingKey key = SigningKey::Generate().verifying_key();
  Write(key.ToPem());
  EXPECT_EQ(VerifyingKey::LoadPem(path_)->key_id(), key.key_id());
  EXPECT_EQ(SigningKey::LoadPem(path_).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyingKey::FromRaw("short").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SignerTest, RefusesFilesWithoutAnEd25519Key) {
  EXPECT_EQ(SigningKey::LoadPem(path_).status().code(), absl::StatusCode::kNotFound);
  // The public key of another curve (P-256).
  Write(
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
      "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n");
  EXPECT_EQ(VerifyingKey::LoadPem(path_).status().code(), absl::StatusCode::kInvalidArgument);
  Write("no key");
  EXPECT_EQ(SigningKey::LoadPem(path_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bangfu::crypto
