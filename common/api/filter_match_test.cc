// Matches against PostgreSQL: random filters and random rows, absent values included.
#include "common/api/filter_match.h"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/household.pb.h"
#include "common/db/migrate.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using registration::v1::Household;
using Row = std::map<std::string, std::optional<std::string>>;

const ColumnMap& Columns() {
  static const auto& columns = *[] {
    auto* all = new ColumnMap{
        {"name", {"t.name", Column::kText}},
        {"net_fen", {"t.net_fen", Column::kBigint}},
        {"year", {"t.year", Column::kInteger}},
        {"born", {"t.born", Column::kDate}},
        {"martyr", {"t.martyr", Column::kBoolean}},
        {"state", {"t.state", Column::kEnumeration, Household::State_descriptor()}},
        {"area", {"t.area", Column::kArea}},
    };
    const std::string other = "other o WHERE o.id = t.id";
    Column flag{"o.flag", Column::kText}, count{"o.count", Column::kInteger};
    flag.elsewhere = count.elsewhere = other;
    all->emplace("house_flag", flag);
    all->emplace("house_count", count);
    return all;
  }();
  return columns;
}

const std::vector<std::string>& ValuesOf(const std::string& field) {
  static const auto& values = *new std::map<std::string, std::vector<std::string>>{
      {"name", {"", "张", "张三", "a%", "a_b", "A"}},
      {"net_fen", {"-5", "0", "99999999999"}},
      {"year", {"0", "2018", "2020"}},
      {"born", {"1960-01-01", "1980-05-01", "2001-12-31"}},
      {"martyr", {"true", "false"}},
      {"state", {"1", "2"}},
      {"area", {"150526100201", "150526100202", "150521100201"}},
      {"house_flag", {"", "0", "1"}},
      {"house_count", {"1", "3"}},
  };
  return values.at(field);
}

class FilterMatchTest : public ::testing::Test {
 protected:
  template <typename Values>
  const auto& Pick(const Values& values) {
    return *std::next(values.begin(), static_cast<std::ptrdiff_t>(random_() % values.size()));
  }

  std::string Term() {
    const auto& [field, column] = Pick(Columns());
    const bool equality = column.type == Column::kBoolean || column.type == Column::kEnumeration;
    const std::vector<std::string> signs = equality ? std::vector<std::string>{" = ", " != "}
                                           : column.type == Column::kArea
                                               ? std::vector<std::string>{" = ", " != ", " : "}
                                               : std::vector<std::string>{" = ", " != ", " < ", " <= ", " > ", " >= "};
    std::string sign = Pick(signs);
    std::string value = Pick(ValuesOf(field));
    if (column.type == Column::kText && random_() % 4 == 0) sign = " : ";
    if (column.type == Column::kEnumeration) value = Household::State_Name(std::stoi(value));
    if (column.type == Column::kArea && random_() % 2 == 0) value = value.substr(0, random_() % 2 == 0 ? 6 : 4);
    const bool quoted = column.type == Column::kText || column.type == Column::kDate || column.type == Column::kArea;
    if (column.type == Column::kDate && (sign == " = " || sign == " != ") && random_() % 3 == 0) value = "";
    return absl::StrCat(field, sign, quoted ? absl::StrCat("\"", value, "\"") : value);
  }

  std::string Expression(int depth) {
    const int kind = depth == 0 ? 0 : static_cast<int>(random_() % 4);
    if (kind == 0) return Term();
    if (kind == 1) return absl::StrCat("NOT (", Expression(depth - 1), ")");
    std::string joined = absl::StrCat("(", Expression(depth - 1));
    for (size_t i = 0; i <= random_() % 3; ++i)
      absl::StrAppend(&joined, kind == 2 ? " AND " : " OR ", Expression(depth - 1));
    return joined + ")";
  }

  std::mt19937 random_{20260302};
};

TEST_F(FilterMatchTest, MeansWhatPostgresMeans) {
  testing::TestDatabase database({});
  database.Sql(
      "CREATE TABLE t (id integer, name text, net_fen bigint, year integer, born date, martyr boolean, state smallint, "
      "area bigint); CREATE TABLE other (id integer, flag text, count integer); GRANT SELECT ON t, other TO PUBLIC");
  std::vector<Row> rows;
  std::vector<bool> elsewhere;
  const std::vector<std::string> own = {"name", "net_fen", "year", "born", "martyr", "state", "area"};
  const auto literal = [](const std::optional<std::string>& value) {
    return value ? absl::StrCat("'", *value, "'") : std::string("NULL");
  };
  for (int i = 0; i < 60; ++i) {
    Row row;
    for (const auto& [field, column] : Columns()) {
      if (random_() % 4 != 0) row[field] = Pick(ValuesOf(field));
    }
    std::string values = absl::StrCat(i);
    for (const std::string& field : own) absl::StrAppend(&values, ", ", literal(row[field]));
    database.Sql(absl::StrCat("INSERT INTO t VALUES (", values, ")"));
    elsewhere.push_back(random_() % 5 != 0);
    if (elsewhere.back()) {
      database.Sql(absl::StrCat("INSERT INTO other VALUES (", i, ", ", literal(row["house_flag"]), ", ",
                                literal(row["house_count"]), ")"));
    }
    rows.push_back(row);
  }
  int matched = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string text = Expression(static_cast<int>(random_() % 4));
    const auto filter = ParseFilter(text);
    ASSERT_TRUE(filter.ok()) << text;
    const auto sql = ToSql(*filter, Columns(), 1);
    ASSERT_TRUE(sql.ok()) << text << " " << sql.status();
    std::set<int> found;
    const auto read = database.database().Read({}, [&](db::Tx& tx) {
      for (const auto& row : tx.RunText("SELECT id FROM t WHERE " + sql->sql, sql->params))
        found.insert(row[0].as<int>());
      return absl::OkStatus();
    });
    ASSERT_TRUE(read.ok()) << read;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto cell = [&](const std::string& field) { return rows[i][field]; };
      EXPECT_EQ(Matches(*filter, Columns(), cell, elsewhere[i]), found.contains(static_cast<int>(i)))
          << text << " row " << i;
    }
    matched += static_cast<int>(found.size());
  }
  EXPECT_GT(matched, 400 * 60 / 10) << "the filters are not all empty";
}

TEST_F(FilterMatchTest, TakesFieldNamesOfJson) {
  const auto cell = [](const std::string& field) -> std::optional<std::string> {
    return field == "net_fen" ? std::optional<std::string>("7") : std::nullopt;
  };
  EXPECT_TRUE(Matches(*ParseFilter("netFen = 7"), Columns(), cell));
  EXPECT_TRUE(Matches(*ParseFilter(""), Columns(), cell));
  EXPECT_FALSE(Matches(*ParseFilter("NOT netFen = 7"), Columns(), cell));
}

}  // namespace
}  // namespace bangfu::api
