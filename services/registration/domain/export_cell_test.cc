#include "services/registration/domain/export_cell.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/domain/import_cell.h"

namespace bangfu::registration::domain {
namespace {

std::string Csv(absl::string_view text) {
  std::string line;
  AppendCsvText(text, &line);
  return line;
}

TEST(AppendCsvTextTest, GuardsWhatSpreadsheetsMisread) {
  EXPECT_EQ(Csv("=1+1"), "'=1+1");
  EXPECT_EQ(Csv("@x"), "'@x");
  EXPECT_EQ(Csv("-"), "-");
  EXPECT_EQ(Csv("150526103201"), "\t150526103201");
  EXPECT_EQ(Csv("13800001234"), "13800001234");
  EXPECT_EQ(Csv("01,12"), "\"01,12\"");
  EXPECT_EQ(Csv("say \"x\""), "\"say \"\"x\"\"\"");
}

// Whatever is written is read as the same.
TEST(AppendCsvTextTest, RoundTrips) {
  for (const std::string text :
       {"=1+1", "+86-10", "'=x", "''", "''=x", "150526103201123456", "甲,\"乙\"\n丙", "a'b", "-", "@"}) {
    std::string read;
    CsvReader reader;
    auto on_row = [&](const CsvRow& row) { read = std::string(TrimCell(row.cells[0])); };
    reader.Feed(Csv(text) + "\n", on_row);
    EXPECT_EQ(read, text);
  }
}

TEST(ShownTextTest, ShowsValuesAsFilesHaveThem) {
  const ImportTable& households = TableOf(Table::kHousehold);
  EXPECT_EQ(ShownText(TableOf(Table::kIncome).Column("net_fen"), {false, "-5"}, false), "-0.05");
  EXPECT_EQ(ShownText(households.Column("martyr_family"), {false, "t"}, false), "1");
  EXPECT_EQ(ShownText(households.Column("exit_year"), {false, "0"}, false), "");
  EXPECT_EQ(ShownText(households.Column("bank_account"), {false, "6228480000001234"}, false), "****1234");
  EXPECT_EQ(ShownText(households.Column("bank_account"), {false, "6228480000001234"}, true), "6228480000001234");
  EXPECT_EQ(ShownText(households.Column("phone"), {}, true), "");
  std::string line;
  AppendCsvValue(TableOf(Table::kIncome).Column("net_fen"), {false, "-550"}, false, &line);
  EXPECT_EQ(line, "-5.50");
}

}  // namespace
}  // namespace bangfu::registration::domain
