#include "services/registration/domain/match_row.h"

#include <string>
#include <vector>

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kNumber[] = "11010519491231002X";  // the example of GB 11643

MatchRowReader Reader(v1::MatchList::Kind kind) {
  return {kind, ItemCodes{{"01", "01"}, {"小型载客汽车", "01"}}, "2026-03-02"};
}

v1::MatchRow Row(const std::string& id_number, const std::string& item, const std::string& value,
                 const std::string& date) {
  v1::MatchRow row;
  row.set_id_number(id_number);
  row.set_item(item);
  row.set_value(value);
  row.set_date(date);
  return row;
}

TEST(MatchRow, IsReadAsPeopleWriteIt) {
  const TakenRow row =
      Reader(v1::MatchList::VEHICLES).Read(7, Row(" 11010519491231002x ", "小型载客汽车", "65,000.5", "2020/1/5"));
  EXPECT_TRUE(row.faults.empty());
  EXPECT_EQ(row.number, 7);
  EXPECT_EQ(row.id_number, kNumber);
  EXPECT_EQ(row.fact.item(), "01");
  EXPECT_EQ(row.fact.value_fen(), 6500050);
  EXPECT_EQ(row.fact.date(), "2020-01-05");
}

TEST(MatchRow, EachFaultIsToldWithoutWhatWasWritten) {
  const TakenRow row =
      Reader(v1::MatchList::VEHICLES).Read(2, Row("110105194912310021", "劳斯莱斯", "-5", "2026-03-03"));
  std::vector<v1::MatchingReason> reasons;
  for (const MatchFault& fault : row.faults) {
    reasons.push_back(fault.reason);
    EXPECT_EQ(fault.detail.find("1101"), std::string::npos);
  }
  EXPECT_EQ(reasons, (std::vector<v1::MatchingReason>{v1::MATCH_ROW_IDENTITY, v1::MATCH_ROW_ITEM, v1::MATCH_ROW_VALUE,
                                                      v1::MATCH_ROW_DATE}));
  EXPECT_EQ(row.id_number, "");
  EXPECT_EQ(Reader(v1::MatchList::DEATHS).Read(2, Row(kNumber, "", "", "")).faults[0].column_label, "死亡日期");
  EXPECT_EQ(Reader(v1::MatchList::BANK).Read(2, Row(kNumber, "", "", "")).faults[0].reason, v1::MATCH_ROW_MISSING);
}

TEST(MatchRow, InsuranceMayBePaidAhead) {
  EXPECT_TRUE(Reader(v1::MatchList::INSURANCE).Read(2, Row(kNumber, "01", "", "2026-12-31")).faults.empty());
}

TEST(MatchRow, WhatTheKindDoesNotHaveIsNotKept) {
  const TakenRow row = Reader(v1::MatchList::SCHOOL_ROLL).Read(2, Row(kNumber, "01", "90000", ""));
  EXPECT_TRUE(row.faults.empty());
  EXPECT_FALSE(row.fact.has_value_fen());
}

TEST(MatchHeader, FindsColumnsInAnyOrderAndReadsNoOthers) {
  CsvRow header;
  header.cells = {"姓名", "登记日期", "车辆类型", "公民身份号码"};
  const auto plan = MatchHeader::Read(v1::MatchList::VEHICLES, header);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->ignored_columns(), std::vector<std::string>{"姓名"});
  CsvRow csv;
  csv.cells = {"某人", "2020-01-05", "01", kNumber};
  const v1::MatchRow row = plan->RowOf(csv);
  EXPECT_EQ(row.id_number(), kNumber);
  EXPECT_EQ(row.item(), "01");
  EXPECT_EQ(row.value(), "");
  EXPECT_EQ(row.date(), "2020-01-05");
}

TEST(MatchHeader, SaysWhatIsMissing) {
  CsvRow header;
  header.cells = {"姓名", "金额"};
  const auto plan = MatchHeader::Read(v1::MatchList::BANK, header);
  EXPECT_EQ(status::ReasonOf(plan.status()), "MATCH_HEADER_UNKNOWN");
  EXPECT_EQ(status::ErrorInfoOf(plan.status()).metadata().at("columns"), "身份证号、存款余额");
}

}  // namespace
}  // namespace bangfu::registration::domain
