#include "common/crypto/key_ring.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/crypto/secret_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyRingTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/" + name, std::ios::binary) << content;
  }

  const std::string directory_ = ::testing::TempDir() + "bangfu-keys-" + EncodeId(RandomUint64());
};

TEST_F(KeyRingTest, GreatestIdSealsAndAllOpen) {
  Write("data-2.key", std::string(32, 'b'));
  Write("data-10.key", HexEncode(std::string(32, 'c')) + "\n");
  Write("index.key", HexEncode(std::string(32, 'i')));
  Write("token.pem", "another program's file");
  absl::StatusOr<KeyRing> ring = KeyRing::Load(directory_);
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_EQ(ring->sealing_id(), 10u);
  EXPECT_EQ(ring->sealing_key().bytes(), std::string(32, 'c'));
  ASSERT_NE(ring->DataKey(2), nullptr);
  EXPECT_EQ(ring->DataKey(2)->bytes(), std::string(32, 'b'));
  EXPECT_EQ(ring->DataKey(3), nullptr);
  EXPECT_EQ(ring->index_key().bytes(), std::string(32, 'i'));
}

TEST_F(KeyRingTest, NamesEveryFaultyFileAndNoContent) {
  Write("data-0.key", std::string(32, 'a'));
  Write("data-01.key", std::string(32, 'a'));
  Write("data-x.key", std::string(32, 'a'));
  Write("data-4294967296.key", std::string(32, 'a'));
  Write("data-3.key", "short-content");
  Write("data-4.key", std::string(64, 'g'));
  Write("data-5.key", std::string(32, 'a'));
  const std::string message(KeyRing::Load(directory_).status().message());
  for (const char* name :
       {"data-0.key", "data-01.key", "data-x.key", "data-4294967296.key", "data-3.key", "data-4.key", "index.key"}) {
    EXPECT_THAT(message, HasSubstr(name));
  }
  EXPECT_THAT(message, Not(HasSubstr("data-5.key")));
  EXPECT_THAT(message, Not(HasSubstr("short-content")));
}

TEST_F(KeyRingTest, RefusesADirectoryThatIsMissingOrEmpty) {
  EXPECT_EQ(KeyRing::Load(directory_).status().code(), absl::StatusCode::kNotFound);
  std::filesystem::create_directories(directory_);
  EXPECT_THAT(std::string(KeyRing::Load(directory_).status().message()), HasSubstr("data-<id>.key"));
}

TEST_F(KeyRingTest, CreatesKeysOnceAndForTheOwnerOnly) {
  ASSERT_TRUE(CreateKeyFiles(directory_).ok());
  std::map<std::string, std::string> first;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat file;
    ASSERT_EQ(::stat(entry.path().c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u) << entry.path();
    first[entry.path().filename()] = *ReadSecretFile(entry.path());
  }
  EXPECT_EQ(first.size(), 2u);
  ASSERT_TRUE(CreateKeyFiles(directory_).ok());
  for (const auto& [name, content] : first) EXPECT_EQ(*ReadSecretFile(directory_ + "/" + name), content);
  EXPECT_TRUE(KeyRing::Load(directory_).ok());
}

TEST_F(KeyRingTest, CreatesNoOlderDataKeyBesideALaterOne) {
  Write("data-7.key", std::string(32, 'a'));
  ASSERT_TRUE(CreateKeyFiles(directory_).ok());
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/data-1.key"));
  EXPECT_EQ(KeyRing::Load(directory_)->sealing_id(), 7u);
}

}  // namespace
}  // namespace bangfu::crypto
