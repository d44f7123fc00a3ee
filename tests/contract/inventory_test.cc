// tests/inventory.tsv says of every capability of the inventory whether it is done, by which methods, and which tests
// show it. It cannot promise what is not there.
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

struct Row {
  int line = 0;
  std::string id, state, rpc, test, note;
};

std::vector<Row> ReadInventory() {
  std::vector<Row> rows;
  int line = 0;
  const std::vector<std::string> lines = absl::StrSplit(ReadSource("tests/inventory.tsv"), '\n');
  for (const std::string& text : lines) {
    if (++line == 1 || text.empty()) continue;
    const std::vector<std::string> cells = absl::StrSplit(text, '\t');
    if (cells.size() != 5) {
      ADD_FAILURE() << "tests/inventory.tsv:" << line << ": has " << cells.size() << " columns instead of 5";
      continue;
    }
    rows.push_back({line, cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  return rows;
}

std::string Where(const Row& row) { return absl::StrCat("tests/inventory.tsv:", row.line, ": ", row.id); }

void AddMatches(const std::string& text, const std::regex& pattern, std::set<std::string>* names) {
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it) {
    names->insert(it->size() > 2 ? absl::StrCat((*it)[1].str(), ".", (*it)[2].str()) : (*it)[1].str());
  }
}

// Suite.Name of every test in C++, file.test_name of every test of a flow, and the name of every test that ctest runs.
std::set<std::string> NamesOfTests() {
  namespace fs = std::filesystem;
  static const std::regex kTest(R"(\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  static const std::regex kCtest(R"((?:bangfu_test\(|add_test\(NAME )\s*(\w+))");
  static const std::regex kFlowTest(R"(\bdef (test_\w+)\()");
  std::set<std::string> names;
  for (const char* folder : {"common", "services", "deploy", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(BANGFU_SOURCE_DIR) / folder)) {
      const std::string path = fs::relative(entry.path(), BANGFU_SOURCE_DIR).string();
      if (entry.path().extension() == ".cc") AddMatches(ReadSource(path), kTest, &names);
      if (absl::EndsWith(path, "_flow.py")) {
        std::set<std::string> tests;
        AddMatches(ReadSource(path), kFlowTest, &tests);
        for (const auto& test : tests) names.insert(absl::StrCat(entry.path().stem().string(), ".", test));
      }
      if (entry.path().filename() == "CMakeLists.txt") AddMatches(ReadSource(path), kCtest, &names);
    }
  }
  return names;
}

TEST(Inventory, HasEveryCapabilityOnce) {
  std::map<std::string, int> rows;
  for (const Row& row : ReadInventory()) ++rows[row.id];
  for (const auto& [prefix, last] :
       std::map<std::string, int>{{"REG", 70}, {"FND", 52}, {"ASG", 45}, {"ASM", 45}, {"GW", 27}}) {
    for (int i = 1; i <= last; ++i) {
      const std::string id = absl::StrFormat("%s-%02d", prefix, i);
      EXPECT_EQ(rows[id], 1) << "tests/inventory.tsv: " << id;
      rows.erase(id);
    }
  }
  for (const auto& [id, count] : rows) ADD_FAILURE() << "tests/inventory.tsv: no such capability: " << id;
}

TEST(Inventory, ClaimsOnlyWhatExists) {
  std::set<std::string> methods;
  for (const auto* method : TheContract().methods) methods.insert(method->full_name());
  const std::set<std::string> tests = NamesOfTests();

  for (const Row& row : ReadInventory()) {
    EXPECT_TRUE(row.state == "done" || row.state == "planned" || row.state == "not_software")
        << Where(row) << " has the state " << row.state;
    EXPECT_NE(row.note, "") << Where(row) << " has no note";
    const std::vector<std::string> rpcs = absl::StrSplit(row.rpc, ' ', absl::SkipEmpty());
    const std::vector<std::string> proofs = absl::StrSplit(row.test, ' ', absl::SkipEmpty());
    EXPECT_EQ(row.state == "done", !rpcs.empty()) << Where(row) << ": a row names methods if it is done";
    EXPECT_EQ(row.state == "done", !proofs.empty()) << Where(row) << ": a row names tests if it is done";
    for (const auto& rpc : rpcs) EXPECT_EQ(methods.count(rpc), 1u) << Where(row) << " names no method: " << rpc;
    for (const auto& proof : proofs) EXPECT_EQ(tests.count(proof), 1u) << Where(row) << " names no test: " << proof;
  }
}

}  // namespace
}  // namespace bangfu::contract
