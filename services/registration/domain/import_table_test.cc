#include "services/registration/domain/import_table.h"

#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImportTableTest, ColumnsFollowTheAnnotations) {
  const ImportTable& members = TableOf(Table::kMember);
  EXPECT_EQ(members.name, "AB01");
  const ImportColumn& identity = members.Column("id_number");
  EXPECT_EQ(identity.name, "AAB004");
  EXPECT_EQ(identity.kind, CellKind::kIdentity);
  EXPECT_TRUE(identity.sealed);
  EXPECT_TRUE(identity.required);
  EXPECT_TRUE(members.Column("soldier").nullable);
  EXPECT_FALSE(members.Column("national_id").nullable);
  EXPECT_TRUE(TableOf(Table::kHousehold).Column("national_id").nullable);
  EXPECT_TRUE(TableOf(Table::kHousehold).Column("head_name").compared);
  EXPECT_EQ(TableOf(Table::kIncome).Column("wage_fen").kind, CellKind::kHundredths);
  EXPECT_EQ(TableOf(Table::kLiving).storage, "living_condition");
  EXPECT_EQ(FindTable("AC30")->table, Table::kLiving);
  EXPECT_EQ(FindTable("AC99"), nullptr);
}

TEST(ReadHeaderTest, TellsTheTableByMachineKeyLabelOrSynonym) {
  auto plan = ReadHeader({"AAC001", "AAR008", "AAC005", "备注"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->table->table, Table::kHousehold);
  EXPECT_THAT(plan->ignored_columns, ElementsAre("备注"));
  EXPECT_EQ(plan->columns[3], kIgnored);

  plan = ReadHeader({"户编号", "姓名", "身份证号", "与户主关系"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->table->table, Table::kMember);
  EXPECT_EQ(plan->columns[0], kHouseholdKey);
  EXPECT_EQ(plan->columns[2], plan->table->Index("id_number"));

  plan = ReadHeader({"AAC001", "AAR040", "AAC073", "AAC071"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->table->table, Table::kIncome);

  plan = ReadHeader({"AAC001", "AAR040", "AAC301", "危房"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->table->table, Table::kLiving);
}

TEST(ReadHeaderTest, TakesTheHeadersOfTemplates) {
  auto plan = ReadHeader({"AAC001 户编号*", "AAR040 年度*", "AAC073 工资性收入", "年度 说明", "备注 AAC074"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->table->table, Table::kIncome);
  EXPECT_EQ(plan->columns[0], kHouseholdKey);
  EXPECT_EQ(plan->columns[2], plan->table->Index("wage_fen"));
  EXPECT_THAT(plan->ignored_columns, ElementsAre("年度 说明", "备注 AAC074"));
}

TEST(ReadHeaderTest, KnowsColumnsWithoutAName) {
  auto plan = ReadHeader({"AAC001", "", "AAR008", "AAC005", ""});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->columns[1], kNameless);
  EXPECT_EQ(plan->columns[4], kNameless);
  EXPECT_THAT(plan->ignored_columns, ::testing::IsEmpty());
}

TEST(ReadHeaderTest, TakesTheFirstOfRepeatedColumns) {
  auto plan = ReadHeader({"AAC001", "AAR008", "AAC005", "AAC005"});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->columns[3], kIgnored);
  EXPECT_THAT(plan->ignored_columns, ElementsAre("AAC005"));
}

TEST(ReadHeaderTest, RefusesUnknownHeadersAndNamesAllMissingColumns) {
  EXPECT_EQ(status::ReasonOf(ReadHeader({"a", "b", "AAC001"}).status()), "IMPORT_HEADER_UNKNOWN");
  EXPECT_EQ(status::ReasonOf(ReadHeader({}).status()), "IMPORT_HEADER_UNKNOWN");
  auto missing = ReadHeader({"AAB002", "AAB003", "AAB006", "AAB007"});
  EXPECT_EQ(status::ReasonOf(missing.status()), "IMPORT_COLUMNS_MISSING");
  EXPECT_THAT(status::LocalizedMessageOf(missing.status()).message(),
              AllOf(HasSubstr("AAC001 户编号"), HasSubstr("AAB004 证件号码")));
}

}  // namespace
}  // namespace bangfu::registration::domain
