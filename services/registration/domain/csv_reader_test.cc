#include "services/registration/domain/csv_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;

struct Read {
  int64_t number;
  std::vector<std::string> cells;
  bool unreadable;
};

// Reads the text in pieces of `step` bytes, so that every state is cut in the middle.
std::vector<Read> ReadAll(const std::string& text, size_t step) {
  std::vector<Read> rows;
  auto on_row = [&](const CsvRow& row) {
    Read read{row.number, {}, row.unreadable};
    for (absl::string_view cell : row.cells) read.cells.emplace_back(cell);
    rows.push_back(read);
  };
  CsvReader reader;
  for (size_t at = 0; at < text.size(); at += step) reader.Feed(absl::string_view(text).substr(at, step), on_row);
  reader.Finish(on_row);
  return rows;
}

class CsvReaderTest : public ::testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(Pieces, CsvReaderTest, ::testing::Values(1, 2, 3, 7, 1 << 20));

TEST_P(CsvReaderTest, ReadsCellsWithEveryLineEnd) {
  auto rows = ReadAll(
      "\xEF\xBB\xBF"
      "a,b\r\n1,\n,2\r\"x\",y",
      GetParam());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_THAT(rows[0].cells, ElementsAre("a", "b"));
  EXPECT_THAT(rows[1].cells, ElementsAre("1", ""));
  EXPECT_THAT(rows[2].cells, ElementsAre("", "2"));
  EXPECT_THAT(rows[3].cells, ElementsAre("x", "y"));
}

TEST_P(CsvReaderTest, QuotedCellsHoldSeparatorsLineEndsAndQuotes) {
  auto rows = ReadAll("\"a,b\r\nc \"\"d\"\"\",\"\"\n\"\",e\"f\n", GetParam());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].cells, ElementsAre("a,b\r\nc \"d\"", ""));
  EXPECT_THAT(rows[1].cells, ElementsAre("", "e\"f"));
}

TEST_P(CsvReaderTest, BlankRowsCount) {
  auto rows = ReadAll("h\n\n\nx\n", GetParam());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[3].number, 4);
  EXPECT_THAT(rows[1].cells, ElementsAre(""));
}

TEST_P(CsvReaderTest, TextBehindAClosingQuoteMakesOnlyThatRowUnreadable) {
  auto rows = ReadAll("\"a\"b,c\nd,e\n", GetParam());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].unreadable);
  EXPECT_FALSE(rows[1].unreadable);
  EXPECT_THAT(rows[1].cells, ElementsAre("d", "e"));
}

TEST_P(CsvReaderTest, AQuoteThatIsNeverClosedIsUnreadable) {
  auto rows = ReadAll("a\n\"b,c\nd", GetParam());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[1].unreadable);
}

TEST(CsvReaderLimitTest, CellsRowsAndColumnsAreBounded) {
  const std::string long_cell(kMaximumCellBytes + 1, 'x');
  std::string many_cells;
  for (size_t i = 0; i < kMaximumCells; ++i) many_cells += ',';
  std::string long_row;
  for (int i = 0; i < 9; ++i) long_row += std::string(30 << 10, 'y') + ",";
  for (const std::string& bad : {long_cell, many_cells, long_row}) {
    auto rows = ReadAll(bad + "\nok\n", 1000);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_TRUE(rows[0].unreadable);
    EXPECT_THAT(rows[1].cells, ElementsAre("ok"));
    EXPECT_FALSE(rows[1].unreadable);
  }
}

TEST(CsvRowTest, IsBlankWhenAllCellsAreEmpty) {
  EXPECT_TRUE((CsvRow{1, {"", ""}, false}).IsBlank());
  EXPECT_FALSE((CsvRow{1, {"", "x"}, false}).IsBlank());
  EXPECT_FALSE((CsvRow{1, {""}, true}).IsBlank());
}

}  // namespace
}  // namespace bangfu::registration::domain
