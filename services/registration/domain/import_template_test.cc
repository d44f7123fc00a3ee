#include "services/registration/domain/import_template.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/registration/domain/csv_reader.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::pair<std::string, std::string>> Codes(const std::string& dictionary) {
  if (dictionary == "AAC006") return {{"01", "一般户"}, {"02", "低保户"}};
  std::vector<std::pair<std::string, std::string>> many;
  for (int code = 10; code < 40; ++code) many.push_back({std::to_string(code), "某"});
  return many;
}

std::vector<std::vector<std::string>> RowsOf(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  CsvReader reader;
  const auto take = [&](const CsvRow& row) { rows.emplace_back(row.cells.begin(), row.cells.end()); };
  reader.Feed(csv, take);
  reader.Finish(take);
  return rows;
}

// Every column of every table, and no other, is understood by the import.
TEST(ImportTemplateTest, ItsHeaderIsThatOfItsTable) {
  for (Table table : kTables) {
    const auto rows = RowsOf(ImportTemplate(TableOf(table), Codes));
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].size(), rows[1].size());
    auto plan = ReadHeader(rows[0]);
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->table->table, table);
    EXPECT_THAT(plan->ignored_columns, IsEmpty());
    for (const ImportColumn& column : TableOf(table).columns) EXPECT_THAT(plan->columns, Contains(column.index));
  }
}

TEST(ImportTemplateTest, SaysHowEachCellIsFilledIn) {
  const auto rows = RowsOf(ImportTemplate(TableOf(Table::kHousehold), Codes));
  EXPECT_THAT(rows[1][0], StartsWith("#"));
  EXPECT_THAT(rows[0], Contains("AAC001 户编号*"));
  EXPECT_THAT(rows[0], Contains("AAR008 所在村代码*"));
  EXPECT_THAT(rows[1], Contains("必填; 代码: 01 一般户; 02 低保户"));
  EXPECT_THAT(rows[1], Contains("选填; 数字号码, 单元格设为文本"));
  EXPECT_THAT(rows[1], Contains("可不填, 由系统计算, 填写的用于核对; 整数, 单位: 人"));
  EXPECT_THAT(rows[1], Contains(::testing::EndsWith("29 某; 其余见代码表 AAC005")));
}

}  // namespace
}  // namespace bangfu::registration::domain
