#include "deploy/demo/register_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "deploy/demo/areas_for_tests.h"
#include "deploy/demo/mistakes.h"
#include "deploy/demo/register_check_for_tests.h"

namespace bangfu::demo {
namespace {

using ::testing::IsEmpty;

constexpr PopulationSize kSmall = {400, 1000, 1};
// Kinds of mistakes that the truth file must name.
constexpr int kKinds = 27;
// Kinds among the faults of the register.
constexpr int kRegisterKinds = 24;

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// FNV-1a of a file.
uint64_t HashOf(const std::string& path) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : ReadText(path)) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

class RegisterFilesTest : public ::testing::Test {
 protected:
  RegisterFilesTest() {
    options_.folder = absl::StrCat(::testing::TempDir(), "/register_",
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
    options_.truth_path = absl::StrCat(options_.folder, ".truth.csv");
  }

  RegisterCounts Write(const PopulationSize& size) {
    absl::StatusOr<Population> population = Population::Create(AreasForTests(), AreasForTests(), size);
    const absl::StatusOr<RegisterCounts> counts = WriteRegister(*population, options_);
    EXPECT_TRUE(counts.ok()) << counts.status();
    return *counts;
  }

  std::string Path(const std::string& file) const { return absl::StrCat(options_.folder, "/", file); }

  RegisterFilesOptions options_;
};

TEST_F(RegisterFilesTest, HasExactlyTheRowsAskedFor) {
  const RegisterCounts counts = Write({});
  EXPECT_EQ(counts.households, 8638);
  EXPECT_EQ(counts.persons, 21654);
  EXPECT_EQ(counts.mistakes, 0);
  EXPECT_EQ(ReadCsv(Path("AC01.csv")).size(), 8639u);
  EXPECT_EQ(ReadCsv(Path("AB01.csv")).size(), 21655u);
  EXPECT_EQ(ReadCsv(Path("AC07.csv")).size(), 8639u);
  EXPECT_EQ(ReadCsv(Path("AC30.csv")).size(), 8639u);
}

TEST_F(RegisterFilesTest, CleanFilesBreakNoRule) {
  Write({});
  EXPECT_THAT(CheckRegister(options_.folder, AreasForTests()), IsEmpty());
}

// If this fails, every demo data set has changed: say so in the commit, and renew the numbers.
TEST_F(RegisterFilesTest, FilesOfASeedNeverChange) {
  options_.wrong_permille = 20;
  Write(kSmall);
  EXPECT_EQ(HashOf(Path("AC01.csv")), 11022374158149045560u);
  EXPECT_EQ(HashOf(Path("AB01.csv")), 10987524395082673305u);
  EXPECT_EQ(HashOf(Path("AC07.csv")), 2758586592884080391u);
  EXPECT_EQ(HashOf(Path("AC30.csv")), 10439665041055405199u);
  EXPECT_EQ(HashOf(options_.truth_path), 6003982817286290937u);
}

TEST_F(RegisterFilesTest, AnotherSeedGivesOtherFiles) {
  Write(kSmall);
  const uint64_t first = HashOf(Path("AB01.csv"));
  Write({kSmall.households, kSmall.persons, 2});
  EXPECT_NE(HashOf(Path("AB01.csv")), first);
}

TEST_F(RegisterFilesTest, TruthIsExactlyWhatIsWrong) {
  for (int permille : {20, Mistakes::kMaxPermille}) {
    options_.wrong_permille = permille;
    const RegisterCounts counts = Write({});
    const std::set<Finding> truth = ReadTruth(options_.truth_path);
    EXPECT_EQ(static_cast<int64_t>(truth.size()), counts.mistakes);
    EXPECT_EQ(CheckRegister(options_.folder, AreasForTests()), truth);

    std::set<std::pair<std::string, int>> wrong_rows;
    std::map<std::string, int> kinds;
    for (const auto& [file, row, column, kind, severity] : truth) {
      ++kinds[kind];
      if (kind != "household_refused") wrong_rows.emplace(file, row);
    }
    EXPECT_EQ(static_cast<int>(kinds.size()), kKinds);
    for (const auto& [kind, count] : kinds) EXPECT_GE(count, 20) << kind;
    EXPECT_NEAR(wrong_rows.size() * 1000.0 / counts.Rows(), permille, 1);
  }
}

// They are found by the rules of data quality, which tests/quality-recall shows; an import has no reason to refuse
// them.
TEST_F(RegisterFilesTest, FaultsOfTheRegisterAreOfManyKindsAndNoErrors) {
  options_.wrong_permille = 40;
  options_.faults = Faults::kOfRegister;
  const RegisterCounts counts = Write({});
  std::map<std::string, int> kinds;
  for (const auto& [file, row, column, kind, severity] : ReadTruth(options_.truth_path)) {
    ++kinds[kind];
    EXPECT_EQ(severity, "warning") << kind;
  }
  EXPECT_EQ(static_cast<int>(kinds.size()), kRegisterKinds);
  for (const auto& [kind, count] : kinds) EXPECT_GE(count, 20) << kind;
  EXPECT_GT(counts.mistakes, 1000);
  options_.faults = Faults::kAll;
  Write({});
  std::set<std::string> all;
  for (const auto& [file, row, column, kind, severity] : ReadTruth(options_.truth_path)) all.insert(kind);
  EXPECT_EQ(static_cast<int>(all.size()), kKinds + kRegisterKinds);
}

TEST_F(RegisterFilesTest, RefusesAShareOutOfRange) {
  absl::StatusOr<Population> population = Population::Create(AreasForTests(), AreasForTests(), kSmall);
  options_.wrong_permille = Mistakes::kMaxPermille + 1;
  EXPECT_EQ(WriteRegister(*population, options_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RegisterFilesTest, NamesThePathItCannotWrite) {
  absl::StatusOr<Population> population = Population::Create(AreasForTests(), AreasForTests(), kSmall);
  options_.folder = "/proc/nowhere";
  EXPECT_THAT(std::string(WriteRegister(*population, options_).status().message()),
              ::testing::HasSubstr("/proc/nowhere"));
}

TEST_F(RegisterFilesTest, EncodingsHoldTheSameText) {
  Write(kSmall);
  const std::string with_bom = ReadText(Path("AB01.csv"));
  options_.encoding = Encoding::kUtf8;
  Write(kSmall);
  const std::string utf8 = ReadText(Path("AB01.csv"));
  EXPECT_EQ(with_bom, absl::StrCat("\xEF\xBB\xBF", utf8));

  options_.encoding = Encoding::kGb18030;
  Write(kSmall);
  std::string gb18030 = ReadText(Path("AB01.csv"));
  std::string back(utf8.size(), '\0');
  char *from = gb18030.data(), *to = back.data();
  size_t from_left = gb18030.size(), to_left = back.size();
  const iconv_t converter = iconv_open("UTF-8", "GB18030");
  EXPECT_EQ(iconv(converter, &from, &from_left, &to, &to_left), 0u);
  iconv_close(converter);
  EXPECT_EQ(back, utf8);
}

}  // namespace
}  // namespace bangfu::demo
