#include "services/registration/domain/printed_table.h"

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

TEST(PrintedTableTest, ChineseCharactersTakeTwoPlaces) {
  EXPECT_EQ(PrintedWidth("户主"), 4u);
  EXPECT_EQ(PrintedWidth("A1。"), 4u);
  EXPECT_EQ(PrintedWidth("𠮷"), 2u);
  EXPECT_EQ(PrintedWidth("其木格·巴特尔"), 13u);
  EXPECT_EQ(PrintedWidth("ᠮᠣᠩ"), 3u);
  EXPECT_EQ(PrintedWidth("a\xCC\x81"), 1u) << "a combining accent takes none";
  EXPECT_EQ(PrintedWidth(""), 0u);
}

TEST(PrintedTableTest, ColumnsStandUnderEachOther) {
  ColumnWidths widths;
  const std::vector<std::vector<std::string>> rows = {{"姓名", "人口"}, {"其木格", "3"}, {"Wu", "12"}};
  for (const auto& row : rows) widths.Take(row);
  EXPECT_EQ(widths.Line(rows[0]), "姓名   | 人口\n");
  EXPECT_EQ(widths.Rule(), "-------+-----\n");
  EXPECT_EQ(widths.Line(rows[1]), "其木格 | 3\n");
  EXPECT_EQ(widths.Line(rows[2]), "Wu     | 12\n");
}

TEST(PrintedTableTest, NothingIsCutOff) {
  ColumnWidths widths;
  widths.Take({"短"});
  EXPECT_EQ(widths.Line({"长一些的内容", "更多"}), "长一些的内容 | 更多\n");
}

}  // namespace
}  // namespace bangfu::registration::domain
