#include "deploy/keys/key_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>

#include "common/crypto/key_ring.h"
#include "common/crypto/secret_file.h"
#include "common/crypto/signer.h"

namespace bangfu::deploy {
namespace {

namespace fs = std::filesystem;

class KeyFilesTest : public testing::Test {
 protected:
  KeyFilesTest() {
    std::string name = testing::TempDir() + "keys-XXXXXX";
    folder_ = std::string(mkdtemp(name.data())) + "/keys";
  }
  ~KeyFilesTest() override { fs::remove_all(fs::path(folder_).parent_path()); }

  std::map<std::string, std::string> Contents() const {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) contents[entry.path()] = *crypto::ReadSecretFile(entry.path());
    }
    return contents;
  }

  std::string folder_;
};

TEST_F(KeyFilesTest, MakesWhatEveryServiceLoads) {
  ASSERT_TRUE(CreateDeploymentKeys(folder_).ok());
  EXPECT_EQ(Contents().size(), 5 * 4 + 2);
  for (const char* service : {"registration", "fund", "assignment", "assessment", "gateway"}) {
    EXPECT_TRUE(crypto::KeyRing::Load(folder_ + "/" + service).ok()) << service;
    EXPECT_TRUE(crypto::SigningKey::LoadPem(folder_ + "/" + service + "/audit.pem").ok()) << service;
  }
  const auto key = crypto::SigningKey::LoadPem(folder_ + "/gateway/token.pem");
  const auto known = crypto::VerifyingKey::LoadPem(folder_ + "/gateway/token.pub");
  EXPECT_TRUE(known->Verify("text", key->Sign("text")));
}

TEST_F(KeyFilesTest, KeepsAllToTheOwner) {
  ASSERT_TRUE(CreateDeploymentKeys(folder_).ok());
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    const fs::perms others = entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_EQ(others, fs::perms::none) << entry.path();
  }
}

TEST_F(KeyFilesTest, AddsOnlyWhatIsMissing) {
  ASSERT_TRUE(CreateDeploymentKeys(folder_).ok());
  const auto before = Contents();
  fs::remove(folder_ + "/fund/audit.pub");
  ASSERT_TRUE(CreateDeploymentKeys(folder_).ok());
  EXPECT_EQ(Contents(), before);
}

TEST_F(KeyFilesTest, RefusesAPublicKeyOfAnother) {
  ASSERT_TRUE(CreateDeploymentKeys(folder_).ok());
  fs::remove(folder_ + "/fund/audit.pem");
  EXPECT_EQ(CreateDeploymentKeys(folder_).code(), absl::StatusCode::kFailedPrecondition);
  fs::copy_file(folder_ + "/registration/audit.pem", folder_ + "/fund/audit.pem");
  EXPECT_EQ(CreateDeploymentKeys(folder_).code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace bangfu::deploy
