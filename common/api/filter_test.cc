#include "common/api/filter.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/household.pb.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

const ColumnMap& Columns() {
  static const auto& columns = *new ColumnMap(Labelled(
      {
          {"area", {"h.area", Column::kArea}},
          {"head_name", {"h.head_name", Column::kText}},
          {"exit_flag", {"h.exit_flag", Column::kText}},
          {"exit_year", {"h.exit_year", Column::kInteger}},
          {"net_fen", {"i.net_fen", Column::kBigint}},
          {"birth_date", {"m.birth_date", Column::kDate}},
          {"martyr_family", {"h.martyr_family", Column::kBoolean}},
          {"state", {"h.state", Column::kEnumeration, registration::v1::Household::State_descriptor()}},
      },
      *registration::v1::Household::descriptor()));
  return columns;
}

absl::StatusOr<SqlFilter> Translate(absl::string_view text, int first_parameter = 1) {
  const auto filter = ParseFilter(text);
  if (!filter.ok()) return filter.status();
  return ToSql(*filter, Columns(), first_parameter);
}

std::string DetailOf(const absl::Status& status) {
  EXPECT_EQ(status::ReasonOf(status), "INVALID_FILTER");
  return status::ErrorInfoOf(status).metadata().at("detail");
}

TEST(FilterTest, BecomesSqlWithBoundParameters) {
  struct Case {
    std::string text, sql;
    std::vector<std::string> params;
  };
  const std::vector<Case> cases = {
      {"", "TRUE", {}},
      {"  ", "TRUE", {}},
      {R"(exit_flag = "0")", "h.exit_flag = $1", {"0"}},
      {R"(exitFlag="0")", "h.exit_flag = $1", {"0"}},
      {R"(exit_flag != "0")", "h.exit_flag IS DISTINCT FROM $1", {"0"}},
      {R"(exit_flag = "")", "(h.exit_flag IS NULL OR h.exit_flag = '')", {}},
      {R"(exit_flag != "")", "(h.exit_flag IS NULL OR h.exit_flag = '') IS NOT TRUE", {}},
      {R"(birth_date = "")", "(m.birth_date IS NULL)", {}},
      {R"(birth_date < "1960-01-01")", "m.birth_date < $1", {"1960-01-01"}},
      {"exit_year >= 2018", "h.exit_year >= $1", {"2018"}},
      {"net_fen <= -5", "i.net_fen <= $1", {"-5"}},
      {"martyr_family = true", "h.martyr_family = $1", {"true"}},
      {"state = ACTIVE", "h.state = $1", {"1"}},
      {"state != ARCHIVED", "h.state IS DISTINCT FROM $1", {"2"}},
      {R"(area : "150526")", "(h.area >= $1 AND h.area < $2)", {"150526000000", "150527000000"}},
      {R"(area = "150526100201")", "h.area = $1", {"150526100201"}},
      {R"(head_name : "张")", "h.head_name LIKE $1", {"张%"}},
      {"exit_year > 1 AND exit_year < 2 AND exit_year > 3",
       "(h.exit_year > $1 AND h.exit_year < $2 AND h.exit_year > $3)",
       {"1", "2", "3"}},
      {"exit_year = 1 OR (exit_year = 2 AND net_fen > 3)",
       "(h.exit_year = $1 OR (h.exit_year = $2 AND i.net_fen > $3))",
       {"1", "2", "3"}},
      {"NOT state = ACTIVE", "(h.state = $1) IS NOT TRUE", {"1"}},
      {"NOT (exit_year = 1 OR exit_year = 2)", "((h.exit_year = $1 OR h.exit_year = $2)) IS NOT TRUE", {"1", "2"}},
  };
  for (const Case& c : cases) {
    const auto sql = Translate(c.text);
    ASSERT_TRUE(sql.ok()) << c.text << " " << status::LocalizedMessageOf(sql.status()).message();
    EXPECT_EQ(sql->sql, c.sql) << c.text;
    EXPECT_THAT(sql->params, ElementsAreArray(c.params)) << c.text;
  }
  EXPECT_EQ(Translate("exit_year = 1 AND net_fen = 2", 4)->sql, "(h.exit_year = $4 AND i.net_fen = $5)");
}

TEST(FilterTest, ValuesNeverReachTheSql) {
  const auto injected = Translate(R"(head_name = "'; DROP TABLE household; --")");
  EXPECT_THAT(injected->params, ElementsAre("'; DROP TABLE household; --"));
  EXPECT_EQ(injected->sql, "h.head_name = $1");
  EXPECT_THAT(Translate(R"(head_name = "a\"b\\c")")->params, ElementsAre(R"(a"b\c)"));
  EXPECT_THAT(Translate(R"(head_name : "100%_\\")")->params, ElementsAre(R"(100\%\_\\%)"));
  EXPECT_THAT(Translate(R"(head_name = "$1 AND (")")->params, ElementsAre("$1 AND ("));
}

TEST(FilterTest, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string text, detail;
  };
  const std::vector<Case> cases = {
      {"nickname = \"a\"", "字段 nickname 不能用于查询, 可用字段: area, birthDate"},
      {"exit_flag", "第 10 个字符处应为运算符"},
      {"exit_flag = ", "应为值"},
      {"exit_flag = NULL", "第 13 个字符处应为值"},
      {"exit_flag = 0", "字段 脱贫标志 exitFlag 的值应写在双引号中"},
      {"exit_flag = '0'", "第 13 个字符处无法识别"},
      {"exit_flag = \"0", "引号没有结束"},
      {"exit_flag = \"0\\", "引号没有结束"},
      {"exit_flag = \"\\n\"", "转义"},
      {"exit_year = \"2018\"", "应为整数"},
      {"exit_year = 2018.5", "应为整数"},
      {"exit_year = 99999999999", "应为整数"},
      {"exit_year = 1.2.3", "不是数字"},
      {"exit_year = -", "不是数字"},
      {"exit_year = 5x", "不是数字"},
      {"exit_year : 5", "不能用运算符 :"},
      {"net_fen = 99999999999999999999", "应为整数"},
      {"birth_date = \"1960-13-01\"", "应为双引号中的日期"},
      {"birth_date = 1960", "应为双引号中的日期"},
      {"birth_date < \"\"", "应为双引号中的日期"},
      {"martyr_family = 1", "true 或 false"},
      {"martyr_family < true", "只能用运算符"},
      {"state = GONE", "STATE_UNSPECIFIED, ACTIVE, ARCHIVED"},
      {"state = \"ACTIVE\"", "ACTIVE"},
      {"state > ACTIVE", "只能用运算符"},
      {"area = \"1505x6\"", "区域代码"},
      {"area > \"150526\"", "只能用运算符"},
      {"exit_year = 1 exit_year = 2", "第 15 个字符处应为 AND 或 OR"},
      {"exit_year = 1 AND exit_year = 2 OR exit_year = 3", "请用括号分清先后"},
      {"(exit_year = 1", "应为右括号"},
      {"exit_year = 1)", "应为 AND 或 OR"},
      {"AND exit_year = 1", "应为字段名"},
      {"exit_year = 1 AND", "应为字段名"},
      {"()", "应为字段名"},
      {"姓名 = \"a\"", "第 1 个字符处无法识别"},
      {"head_name = \"张三\" ; DROP", "第 18 个字符处无法识别"},
      {"exit_flag = \"\xFF\"", "无法读取的字符"},
      {std::string("exit_flag = \"\0\"", 15), "无法读取的字符"},
  };
  for (const Case& c : cases) {
    const auto sql = Translate(c.text);
    ASSERT_FALSE(sql.ok()) << c.text;
    EXPECT_THAT(DetailOf(sql.status()), HasSubstr(c.detail)) << c.text;
  }
  // Values may be names or numbers of persons.
  EXPECT_FALSE(absl::StrContains(Translate("exit_year = \"11010519491231002X\"").status().ToString(), "110105"));
}

TEST(FilterTest, IsBoundedInDepthAndTerms) {
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(depth, '('), "exit_year = 1", std::string(depth, ')'));
  };
  EXPECT_TRUE(Translate(nested(kMaximumFilterDepth - 1)).ok());
  EXPECT_THAT(DetailOf(Translate(nested(kMaximumFilterDepth)).status()), HasSubstr("嵌套"));
  EXPECT_FALSE(Translate(std::string(100000, '(')).ok());
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_THAT(DetailOf(Translate(nots + "exit_year = 1").status()), HasSubstr("嵌套"));

  std::string terms = "exit_year = 1";
  for (int i = 1; i < kMaximumFilterTerms; ++i) terms += " OR exit_year = 1";
  EXPECT_EQ(Translate(terms)->params.size(), static_cast<size_t>(kMaximumFilterTerms));
  EXPECT_THAT(DetailOf(Translate(terms + " OR exit_year = 1").status()), HasSubstr("条件超过"));
}

// Terms on another table that must hold together are one question to it.
TEST(FilterTest, AsksAnotherTableOnce) {
  ColumnMap columns = {{"name", {"t.name", Column::kText}}};
  for (const char* field : {"exit_flag", "main_cause"}) {
    Column column{absl::StrCat("h.", field), Column::kText};
    column.elsewhere = "household h WHERE h.id = t.household_id";
    columns.emplace(absl::StrCat("household_", field), column);
  }
  const std::pair<const char*, const char*> cases[] = {
      {R"(household_exit_flag = "0")",
       "EXISTS (SELECT FROM household h WHERE h.id = t.household_id AND (h.exit_flag = $1))"},
      {R"(householdExitFlag = "0" AND name = "张三" AND household_main_cause = "01")",
       "(t.name = $2 AND EXISTS (SELECT FROM household h WHERE h.id = t.household_id AND (h.exit_flag = $1 AND "
       "h.main_cause = $3)))"},
      {R"(NOT household_exit_flag = "")",
       "(EXISTS (SELECT FROM household h WHERE h.id = t.household_id AND ((h.exit_flag IS NULL OR h.exit_flag = '')))) "
       "IS NOT TRUE"},
  };
  for (const auto& [text, sql] : cases) EXPECT_EQ(ToSql(*ParseFilter(text), columns, 1)->sql, sql) << text;
  EXPECT_THAT(DetailOf(ParseOrderBy("name, household_exit_flag desc", columns).status()),
              HasSubstr("householdExitFlag 不能用于排序"));
}

TEST(OrderByTest, ReadsFieldsAndDirections) {
  EXPECT_TRUE(ParseOrderBy("", Columns())->empty());
  const auto keys = ParseOrderBy("netFen desc , exit_year,state asc", Columns()).value();
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].field, "net_fen");
  EXPECT_EQ(keys[0].column.sql, "i.net_fen");
  EXPECT_TRUE(keys[0].descending);
  EXPECT_FALSE(keys[1].descending);
  EXPECT_FALSE(keys[2].descending);
}

TEST(OrderByTest, RefusesAllElse) {
  for (const char* text :
       {"nickname", "exit_year DESC", "exit_year desc nulls", "exit_year,,area", "exit_year,", "exit_year; DROP",
        "exit_year, exitYear desc", "1", "area,birth_date,exit_flag,exit_year,head_name,net_fen"}) {
    EXPECT_FALSE(DetailOf(ParseOrderBy(text, Columns()).status()).empty()) << text;
  }
  EXPECT_FALSE(absl::StrContains(ParseOrderBy("张三", Columns()).status().ToString(), "张三"));
}

TEST(FilterTest, CodesAreThoseOfTheFieldsDictionary) {
  const CodeLookup codes = [](absl::string_view dictionary, absl::string_view code) {
    return dictionary == "AAR010" && (code == "0" || code == "1");
  };
  const auto check = [&](absl::string_view text) { return CheckCodes(*ParseFilter(text), Columns(), codes); };
  for (const char* text : {"", R"(exit_flag = "0")", R"(exitFlag != "1" AND exit_year > 1)", R"(exit_flag = "")",
                           R"(head_name = "9")", R"(exit_flag : "9")"}) {
    EXPECT_TRUE(check(text).ok()) << text;
  }
  for (const char* text : {R"(exit_flag = "9")", R"(NOT (exit_year > 1 OR exitFlag != "9"))"}) {
    EXPECT_THAT(DetailOf(check(text)), AllOf(HasSubstr("代码表 AAR010"), HasSubstr("/v1/dictionaries/AAR010/entries")))
        << text;
  }
  EXPECT_EQ(DetailOf(check(R"(exit_flag = "9")")).find("\"9\""), std::string::npos) << "no value is repeated";
}

}  // namespace
}  // namespace bangfu::api
