#include "common/config/config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConfigTest : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const std::string& path : paths_) std::filesystem::remove(path);
  }

  std::string Write(const std::string& content) {
    paths_.push_back(absl::StrCat(::testing::TempDir(), "bangfu-config-", crypto::EncodeId(crypto::RandomUint64())));
    std::ofstream(paths_.back()) << content;
    return paths_.back();
  }

  std::vector<std::string> paths_;
};

TEST_F(ConfigTest, EnvironmentGoesBeforeFileBeforeFallback) {
  ConfigReader reader(Write("[server]\nport = 9000\nhost = \"::1\"\n[server.limits]\nwait = \"1.5s\"\n"
                            "names = [\"a\", \"b\"]\ntls = true\n"),
                      {{"BANGFU_SERVER_PORT", "9001"}, {"BANGFU_SERVER_LIMITS_PEERS", "x:1, y:2,"}});
  EXPECT_EQ(reader.Int("server.port", 1, 1, 65535), 9001);
  EXPECT_EQ(reader.String("server.host", "0.0.0.0"), "::1");
  EXPECT_EQ(reader.String("server.name", "fund"), "fund");
  EXPECT_EQ(reader.Duration("server.limits.wait", absl::Seconds(9), absl::ZeroDuration(), absl::Minutes(1)),
            absl::Milliseconds(1500));
  EXPECT_THAT(reader.StringList("server.limits.names", kRequired), ElementsAre("a", "b"));
  EXPECT_THAT(reader.StringList("server.limits.peers", kRequired), ElementsAre("x:1", "y:2"));
  EXPECT_TRUE(reader.Bool("server.limits.tls", false));
  EXPECT_TRUE(reader.Finish().ok()) << reader.Finish();
}

TEST_F(ConfigTest, ReportsEveryFaultWithItsPlaceAndWithoutItsValue) {
  const std::string path = Write(
      "port = 70000\nhost = 7\nwait = \"soon-ish\"\nflag = 1\nnames = [1]\nday = 2020-01-01\n"
      "tpyo = 1\n");
  ConfigReader reader(path, {{"BANGFU_SIZE", "many-many"}, {"BANGFU_ON", "yes"}});
  reader.Int("port", 1, 1, 65535);
  reader.String("host", "");
  reader.Duration("wait", kRequired, absl::ZeroDuration(), absl::Minutes(1));
  reader.Bool("flag", kRequired);
  reader.StringList("names", kRequired);
  reader.String("day", kRequired);
  reader.Int("size", kRequired, 0, 9);
  reader.Bool("on", false);
  reader.String("database.url", kRequired);
  reader.String("typo", "");
  const std::string message(reader.Finish().message());
  EXPECT_EQ(
      message,
      absl::StrCat(path, ":1: port: must be a whole number from 1 to 65535\n", path, ":2: host: must be a string\n",
                   path, ":3: wait: must be a duration with unit, such as 1.5s, from 0 to 1m\n", path,
                   ":4: flag: must be true or false\n", path, ":5: names: must be a list of strings\n", path,
                   ":6: day: must be a string\n", "BANGFU_SIZE: must be a whole number from 0 to 9\n",
                   "BANGFU_ON: must be true or false\n",
                   "database.url: is required; set it in the file or by BANGFU_DATABASE_URL\n", path,
                   ":7: unknown setting tpyo; did you mean typo?"));
}

TEST_F(ConfigTest, SuggestsOnlyWhatIsNear) {
  ConfigReader reader(Write("[databse]\npool_size = 3\n[other]\nthing = 1\n"), {});
  reader.Int("database.pool_size", 1, 1, 9);
  const std::string message(reader.Finish().message());
  EXPECT_THAT(message, HasSubstr("unknown setting databse.pool_size; did you mean database.pool_size?"));
  EXPECT_THAT(message, HasSubstr("unknown setting other.thing"));
  EXPECT_THAT(message, Not(HasSubstr("other.thing; did")));
}

TEST_F(ConfigTest, SecretsComeFromFilesAndAreMasked) {
  const std::string secret = Write("s3cret\n");
  ConfigReader reader(Write(absl::StrCat("[database]\npassword_file = \"", secret, "\"\n")), {});
  EXPECT_EQ(reader.Secret("database.password", kRequired), "s3cret");
  EXPECT_EQ(reader.Secret("mail.password", ""), "");
  EXPECT_TRUE(reader.Finish().ok()) << reader.Finish();
  EXPECT_THAT(reader.Effective(), HasSubstr("database.password = \"***\""));
  EXPECT_THAT(reader.Effective(), HasSubstr(secret));
  EXPECT_THAT(reader.Effective(), Not(HasSubstr("s3cret")));
}

TEST_F(ConfigTest, RefusesSecretsInOpenPlaces) {
  ConfigReader reader(Write("token = \"s3cret\"\n"), {{"BANGFU_PASSWORD", "s3cret"}, {"BANGFU_GONE_FILE", "/no/file"}});
  reader.Secret("token", "");
  reader.Secret("password", "");
  reader.Secret("gone", "");
  reader.Secret("absent", kRequired);
  const std::string message(reader.Finish().message());
  EXPECT_THAT(message, HasSubstr("1: token: is a secret"));
  EXPECT_THAT(message, HasSubstr("BANGFU_PASSWORD: is a secret"));
  EXPECT_THAT(message, HasSubstr("BANGFU_GONE_FILE: cannot read /no/file"));
  EXPECT_THAT(message, HasSubstr("absent_file: is required; set it in the file or by BANGFU_ABSENT_FILE"));
  EXPECT_THAT(message, Not(HasSubstr("s3cret")));
}

TEST_F(ConfigTest, TellsWhereEachSettingCameFrom) {
  ConfigReader reader(Write("b = 2\n"), {{"BANGFU_C", "x\"y"}});
  reader.Int("b", 1, 0, 9);
  reader.String("c", "");
  reader.StringList("a", std::vector<std::string>{"p", "q"});
  EXPECT_EQ(reader.Effective(),
            "a = [\"p\", \"q\"]  # default\n"
            "b = 2  # file\n"
            "c = \"x\\\"y\"  # environment\n");
}

TEST_F(ConfigTest, AFileThatCannotBeReadIsAFault) {
  EXPECT_THAT(std::string(ConfigReader("/no/such.toml", {}).Finish().message()), HasSubstr("/no/such.toml"));
  const std::string path = Write("a = 1\nb = = 2\n");
  EXPECT_THAT(std::string(ConfigReader(path, {}).Finish().message()), HasSubstr(path + ":2:"));
  EXPECT_TRUE(ConfigReader("", {}).Finish().ok());
}

TEST_F(ConfigTest, ReadsTheEnvironmentOfTheProcess) {
  ASSERT_EQ(::setenv("BANGFU_CONFIG_TEST_WORD", "a=b", 1), 0);
  EXPECT_EQ(ConfigReader("").String("config_test.word", kRequired), "a=b");
  EXPECT_EQ(ProcessEnvironment().count("PATH"), 0u);
}

}  // namespace
}  // namespace bangfu::config
