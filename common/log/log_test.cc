#include "common/log/log.h"

#include <unistd.h>

#include <cstdio>
#include <limits>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace bangfu::log {
namespace {

class LogTest : public ::testing::Test {
 protected:
  LogTest() { Configure({.service = "fund", .level = Level::kInfo, .output = ::fileno(file_)}); }
  ~LogTest() override {
    Configure({});
    std::fclose(file_);
  }

  std::vector<std::string> Lines() {
    std::rewind(file_);
    std::string text(1 << 20, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    EXPECT_EQ(lines.back(), "") << "the last line ends";
    lines.pop_back();
    return lines;
  }

  nlohmann::json OnlyLine() {
    const std::vector<std::string> lines = Lines();
    EXPECT_EQ(lines.size(), 1u);
    return nlohmann::json::parse(lines.at(0));
  }

  std::FILE* const file_ = std::tmpfile();
};

TEST_F(LogTest, WritesOneObjectALine) {
  const std::string text = "value";
  Info("server_started", {{"text", text},
                          {"literal", "x"},
                          {"view", absl::string_view(text)},
                          {"int", 7},
                          {"size", text.size()},
                          {"least", std::numeric_limits<int64_t>::min()},
                          {"ratio", 0.25},
                          {"flag", true}});
  const nlohmann::json line = OnlyLine();
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["service"], "fund");
  EXPECT_EQ(line["event"], "server_started");
  EXPECT_EQ(line["text"], "value");
  EXPECT_EQ(line["literal"], "x");
  EXPECT_EQ(line["view"], "value");
  EXPECT_EQ(line["int"], 7);
  EXPECT_EQ(line["size"], 5);
  EXPECT_EQ(line["least"], std::numeric_limits<int64_t>::min());
  EXPECT_EQ(line["ratio"], 0.25);
  EXPECT_EQ(line["flag"], true);
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, line["time"].get<std::string>(), &time, &error)) << error;
  EXPECT_EQ(line["time"].get<std::string>().back(), 'Z');
}

TEST_F(LogTest, NoTextCanForgeALineOrSpoilTheEncoding) {
  const struct {
    std::string text, read_back;
  } kCases[] = {
      {"two\nlines\r\t", "two\nlines\r\t"},
      {"\",\"level\":\"error\\", "\",\"level\":\"error\\"},
      {std::string("nul\0esc\x1b del\x7f", 13), std::string("nul\0esc\x1b del\x7f", 13)},
      {"帮扶 𠀀", "帮扶 𠀀"},
      {"\xff\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe5\xb8",
       "\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd"},
  };
  for (const auto& c : kCases) Info("event", {{"text", c.text}});
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), std::size(kCases));
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(nlohmann::json::parse(lines[i])["text"], kCases[i].read_back);
    for (char c : lines[i]) EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  }
}

TEST_F(LogTest, CutsLongTextsAndHasNoNumbersThatJsonLacks) {
  Error("event", {{"text", std::string(100000, 'x')}, {"nan", std::nan("")}});
  const nlohmann::json line = OnlyLine();
  EXPECT_EQ(line["text"].get<std::string>().size(), kMaxTextSize + 3);
  EXPECT_TRUE(line["nan"].is_null());
}

TEST_F(LogTest, DropsLinesBelowTheLevel) {
  Debug("unseen");
  Warning("seen");
  EXPECT_EQ(OnlyLine()["event"], "seen");
  EXPECT_EQ(LevelNamed("warning"), Level::kWarning);
  EXPECT_EQ(LevelNamed("loud"), std::nullopt);
}

TEST_F(LogTest, LinesOfManyThreadsDoNotMix) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i) Info("event", {{"thread", t}, {"text", std::string(300, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<std::string> lines = Lines();
  EXPECT_EQ(lines.size(), 800u);
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST_F(LogTest, GatheredLinesAreWrittenSoonAndInOrder) {
  Configure({.service = "fund", .output = ::fileno(file_), .gathered = true});
  Info("first");
  Warning("second");
  Info("third");
  for (int i = 0; i < 200 && Lines().size() < 3; ++i) absl::SleepFor(absl::Milliseconds(20));
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["event"], "first");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["event"], "second");
  EXPECT_EQ(nlohmann::json::parse(lines[2])["event"], "third");
}

// A pipe that nobody reads from: callers go on, and what was lost is told when somebody reads again.
TEST_F(LogTest, AReaderThatStandsStillStopsNobody) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Configure({.service = "fund", .output = ends[1], .gathered = true});
  const std::string text(4000, 'x');
  for (int i = 0; i < 3000; ++i) Info("filled", {{"text", text}});  // 12 MB
  std::string read;
  std::thread reader([&] {
    char buffer[1 << 16];
    for (ssize_t size; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) read.append(buffer, size);
  });
  for (int i = 0; i < 10; ++i) {
    Info("after");
    absl::SleepFor(absl::Milliseconds(100));
  }
  Configure({});
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_NE(read.find("\"log_lines_lost\""), std::string::npos);
  EXPECT_NE(read.find("\"after\""), std::string::npos);
  EXPECT_EQ(read.back(), '\n');
}

}  // namespace
}  // namespace bangfu::log
