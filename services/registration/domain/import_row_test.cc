#include "services/registration/domain/import_row.h"

#include <map>
#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Reads and decides one row given as field → cell.
class ImportRowTest : public ::testing::Test {
 protected:
  ImportRowTest() {
    for (auto [dictionary, code] : {std::pair{"AAC005", "1"},
                                    {"AAC006", "01"},
                                    {"AAC007", "01"},
                                    {"AAR010", "0"},
                                    {"AAB003", "1"},
                                    {"AAB003", "2"},
                                    {"AAB006", "01"},
                                    {"AAB007", "01"},
                                    {"AAB010", "02"},
                                    {"AAB009", "01"},
                                    {"AAB009", "02"},
                                    {"AAB009", "03"},
                                    {"AAB009", "05"},
                                    {"AAB009", "10"},
                                    {"AAB009", "16"}}) {
      codes_.Add(dictionary, code, "");
    }
  }

  Decision Take(Table table, std::map<std::string, std::string> cells, const std::vector<Value>* registered = nullptr) {
    HeaderPlan plan{&TableOf(table), {}, {}};
    CsvRow csv{7, {}, false};
    if (table != Table::kHousehold) {
      plan.columns.push_back(kHouseholdKey);
      csv.cells.push_back("H1");
    }
    for (const auto& [field, text] : cells) {
      plan.columns.push_back(TableOf(table).Index(field));
      csv.cells.push_back(text);
    }
    RowReader(plan, context_).Read(csv, &row_);
    return Decide(TableOf(table), context_, registered, &row_);
  }

  std::vector<std::string> Findings() {
    std::vector<std::string> found;
    for (const Finding& finding : row_.findings) {
      found.push_back(finding.column + " " + v1::FindingReason_Name(finding.reason));
    }
    return found;
  }

  std::map<std::string, std::string> Household() {
    return {{"national_id", "H1"}, {"area", "150526103201"}, {"standard", "1"},
            {"attribute", "01"},   {"main_cause", "01"},     {"exit_flag", "0"}};
  }
  std::map<std::string, std::string> Member() {
    return {{"name", "甲"}, {"sex", "2"}, {"id_number", "11010519491231002X"}, {"relation", "01"}, {"ethnicity", "01"}};
  }

  CodeTable codes_;
  absl::flat_hash_set<int64_t> villages_ = {150526103201};
  RowContext context_{&codes_, 150526000000, &villages_, absl::CivilDay(2021, 6, 1)};
  ImportRow row_;
};

TEST_F(ImportRowTest, ANewRowNeedsItsRequiredCells) {
  EXPECT_EQ(Take(Table::kHousehold, Household()).verdict, Verdict::kNew);
  EXPECT_THAT(row_.findings, IsEmpty());
  EXPECT_EQ(row_.household_key, "H1");
  auto cells = Household();
  cells["standard"] = "";
  cells["exit_flag"] = "（清空）";
  EXPECT_EQ(Take(Table::kHousehold, cells).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), UnorderedElementsAre("AAC005 CELL_MISSING", "AAR010 CELL_MISSING"));
}

TEST_F(ImportRowTest, NobodyReportsOnAYearThatHasNotBegun) {
  context_.as_of = absl::CivilDay(2026, 9, 30);  // On the next day the next collection year begins.
  const std::string year = "2026", next = "2027";
  auto cells = Household();
  cells["exit_year"] = next;
  EXPECT_EQ(Take(Table::kHousehold, cells).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), Contains(HasSubstr("YEAR_INVALID")));
  for (Table table : {Table::kIncome, Table::kLiving}) {
    EXPECT_EQ(Take(table, {{"year", next}}).verdict, Verdict::kWrong);
    EXPECT_THAT(Findings(), Contains("AAR040 YEAR_INVALID"));
    EXPECT_THAT(row_.findings[0].metadata, Contains(std::pair<std::string, std::string>("years", "2000 至 2026")));
    EXPECT_EQ(Take(table, {{"year", year}}).verdict, Verdict::kNew);
  }
  context_.as_of = absl::CivilDay(2026, 10, 1);
  EXPECT_EQ(Take(Table::kIncome, {{"year", next}}).verdict, Verdict::kNew);
}

TEST_F(ImportRowTest, VillagesMustBeKnownAndInTheImport) {
  auto cells = Household();
  cells["area"] = "150526103999";
  EXPECT_EQ(Take(Table::kHousehold, cells).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), ElementsAre("AAR008 AREA_UNKNOWN"));
  cells["area"] = "620102001001";
  Take(Table::kHousehold, cells);
  EXPECT_THAT(Findings(), ElementsAre("AAR008 AREA_OUTSIDE_IMPORT"));
}

TEST_F(ImportRowTest, EmptyAndMaskedCellsLeaveWhatIsRegistered) {
  auto cells = Household();
  cells["phone"] = "13800001234";
  cells["bank_name"] = "甲行";
  const std::vector<Value> registered = Take(Table::kHousehold, cells).values;
  Decision same =
      Take(Table::kHousehold, {{"national_id", "H1"}, {"phone", "138****34"}, {"standard", ""}}, &registered);
  EXPECT_EQ(same.verdict, Verdict::kUnchanged);
  EXPECT_EQ(same.values, registered);
  Decision changed =
      Take(Table::kHousehold, {{"national_id", "H1"}, {"phone", "（清空）"}, {"bank_name", "（清空）"}}, &registered);
  EXPECT_EQ(changed.verdict, Verdict::kChanged);
  EXPECT_EQ(changed.changed.size(), 2u);
  EXPECT_TRUE(changed.values[TableOf(Table::kHousehold).Index("phone")].null);
  EXPECT_EQ(changed.values[TableOf(Table::kHousehold).Index("bank_name")], (Value{false, ""}));
}

TEST_F(ImportRowTest, AMaskedCellMakesNoNewRecord) {
  auto cells = Household();
  cells["phone"] = "138****34";
  cells["bank_account"] = "****1234";
  Take(Table::kHousehold, cells);
  EXPECT_THAT(Findings(), UnorderedElementsAre("AAR012 PHONE_INVALID", "AAC004 BANK_ACCOUNT_INVALID"));
  auto member = Member();
  member["id_number"] = "110*************2X";
  Take(Table::kMember, member);
  EXPECT_THAT(Findings(), ElementsAre("AAB004 CELL_MISSING"));
}

TEST_F(ImportRowTest, IdentityDecidesBirthDateAndSex) {
  Decision decision = Take(Table::kMember, Member());
  EXPECT_EQ(decision.verdict, Verdict::kNew);
  EXPECT_EQ(decision.values[TableOf(Table::kMember).Index("birth_date")].text, "1949-12-31");
  auto cells = Member();
  cells["birth_date"] = "1949-12-30";
  cells["sex"] = "1";
  Take(Table::kMember, cells);
  EXPECT_THAT(Findings(), UnorderedElementsAre("AAB005 BIRTH_DATE_DISAGREES", "AAB003 SEX_DISAGREES"));
}

TEST_F(ImportRowTest, FifteenDigitsAreTakenWithAWarning) {
  auto cells = Member();
  cells["id_number"] = "110105491231002";
  EXPECT_EQ(Take(Table::kMember, cells).verdict, Verdict::kNew);
  EXPECT_THAT(Findings(), ElementsAre("AAB004 IDENTITY_15_DIGITS"));
}

TEST_F(ImportRowTest, AgesAreWarnedAbout) {
  auto cells = Member();
  cells["labour"] = "02";
  cells["school_status"] = "02";
  EXPECT_EQ(Take(Table::kMember, cells).verdict, Verdict::kNew);
  EXPECT_THAT(Findings(), UnorderedElementsAre("AAB010 SKILL_AT_AGE", "AAB009 SCHOOL_AT_AGE"));
  EXPECT_EQ(row_.findings[0].metadata[0].second, "71");
}

TEST_F(ImportRowTest, SchoolsHaveTheirAges) {
  auto cells = Member();  // 71 years old
  for (const char* grade : {"03", "05", "10", "16"}) {
    cells["school_status"] = grade;
    EXPECT_EQ(Take(Table::kMember, cells).verdict, Verdict::kNew) << "a warning";
    EXPECT_THAT(Findings(), ElementsAre("AAB009 SCHOOL_AT_AGE")) << grade;
  }
  cells["school_status"] = "01";
  Take(Table::kMember, cells);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(ImportRowTest, IncomeIsComputedAndCompared) {
  const ImportTable& incomes = TableOf(Table::kIncome);
  Decision decision = Take(
      Table::kIncome,
      {{"year", "2020"}, {"wage_fen", "100"}, {"pension_fen", "20.5"}, {"expense_fen", "200"}, {"net_fen", "-79.50"}});
  EXPECT_EQ(decision.verdict, Verdict::kNew);
  EXPECT_THAT(row_.findings, IsEmpty());
  EXPECT_EQ(decision.values[incomes.Index("transfer_fen")].text, "2050");
  EXPECT_EQ(decision.values[incomes.Index("net_fen")].text, "-7950");
  // A changed part changes the sum, unless the sum is given.
  Decision changed =
      Take(Table::kIncome, {{"year", "2020"}, {"pension_fen", "30"}, {"net_fen", "1"}}, &decision.values);
  EXPECT_EQ(changed.values[incomes.Index("transfer_fen")].text, "3000");
  EXPECT_THAT(Findings(), ElementsAre("AAC079 NET_INCOME_DISAGREES"));
  EXPECT_EQ(changed.verdict, Verdict::kChanged);
  Take(Table::kIncome, {{"year", "2020"}, {"pension_fen", "30"}, {"transfer_fen", "40"}});
  EXPECT_THAT(Findings(), ElementsAre("AAC085 PARTS_DISAGREE"));
  EXPECT_EQ(row_.findings[0].metadata[0].second, "10.00");
}

TEST_F(ImportRowTest, RowsWithCellsBeyondTheHeaderAreUnreadable) {
  HeaderPlan plan{&TableOf(Table::kIncome), {kHouseholdKey}, {}};
  RowReader reader(plan, context_);
  reader.Read(CsvRow{2, {"H1", " ", ""}, false}, &row_);
  EXPECT_THAT(row_.findings, IsEmpty());
  reader.Read(CsvRow{2, {"H1", "", "x"}, false}, &row_);
  EXPECT_EQ(Decide(TableOf(Table::kIncome), context_, nullptr, &row_).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), ElementsAre(" ROW_UNREADABLE"));
}

TEST_F(ImportRowTest, CellsThatTheHeaderDoesNotNameMakeARowUnreadable) {
  const ImportTable& incomes = TableOf(Table::kIncome);
  RowReader reader({&incomes, {kHouseholdKey, kNameless, incomes.Index("year")}, {}}, context_);
  reader.Read(CsvRow{2, {"H1", " ", "2020"}, false}, &row_);
  EXPECT_THAT(Findings(), IsEmpty());
  reader.Read(CsvRow{2, {"H1", "2020", "2020"}, false}, &row_);
  EXPECT_THAT(Findings(), ElementsAre(" ROW_UNREADABLE"));
}

// Spreadsheets leave empty cells at the end of a row out; what a row cannot do without is another matter.
TEST_F(ImportRowTest, ShortRowsAreToldByTheirFirstMissingColumn) {
  const ImportTable& members = TableOf(Table::kMember);
  HeaderPlan plan{&members, {kHouseholdKey}, {}};
  std::vector<absl::string_view> cells = {"H1", "甲", "2", "11010519491231002X", "01", "01"};
  for (const char* field : {"name", "sex", "id_number", "relation", "ethnicity", "phone", "labour"}) {
    plan.columns.push_back(members.Index(field));
  }
  RowReader reader(plan, context_);
  reader.Read(CsvRow{9, cells, false}, &row_);
  EXPECT_EQ(Decide(members, context_, nullptr, &row_).verdict, Verdict::kNew);
  EXPECT_THAT(Findings(), ElementsAre("AAB031 ROW_SHORT"));
  EXPECT_EQ(Describe(Table::kMember, row_.findings[0]).message(), "该行只有 6 列, 表头有 8 列, 自电话起按空白处理。");
  cells.resize(5);
  reader.Read(CsvRow{9, cells, false}, &row_);
  EXPECT_EQ(Decide(members, context_, nullptr, &row_).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), ElementsAre("AAB007 ROW_CUT_SHORT", "AAB007 CELL_MISSING"));
  EXPECT_EQ(row_.findings[0].row, 9);
  EXPECT_EQ(Describe(Table::kMember, row_.findings[0]).message(), "该行只有 5 列, 表头有 8 列, 缺少必填的民族。");
}

TEST_F(ImportRowTest, ARowWithoutItsHouseholdIsWrong) {
  const ImportTable& incomes = TableOf(Table::kIncome);
  RowReader reader({&incomes, {incomes.Index("year"), kHouseholdKey}, {}}, context_);
  reader.Read(CsvRow{2, {"2020"}, false}, &row_);
  EXPECT_EQ(Decide(incomes, context_, nullptr, &row_).verdict, Verdict::kWrong);
  EXPECT_THAT(Findings(), ElementsAre("AAC001 CELL_MISSING"));
}

TEST_F(ImportRowTest, ColumnsThatMeanNothingMayBeMissing) {
  const ImportTable& incomes = TableOf(Table::kIncome);
  RowReader reader({&incomes, {kHouseholdKey, incomes.Index("year"), kIgnored, kIgnored}, {}}, context_);
  reader.Read(CsvRow{2, {"H1", "2020"}, false}, &row_);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(ImportRowTest, RequiredCellsLeftEmptyAreWarnedAboutWhereARecordIs) {
  const std::vector<Value> registered = Take(Table::kHousehold, Household()).values;
  auto cells = Household();
  cells["standard"] = " ";
  EXPECT_EQ(Take(Table::kHousehold, cells, &registered).verdict, Verdict::kUnchanged);
  EXPECT_THAT(Findings(), ElementsAre("AAC005 CELL_LEFT_EMPTY"));
  cells.erase("standard");  // a file without the column says nothing about it
  Take(Table::kHousehold, cells, &registered);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(ImportRowTest, AHouseholdsIdMayStandForItsNumber) {
  auto cells = Household();
  cells["national_id"] = "150526-01hq3v9k2m4xz";
  Decision decision = Take(Table::kHousehold, cells);
  EXPECT_EQ(row_.household_key, "150526-01hq3v9k2m4xz");
  EXPECT_TRUE(decision.values[TableOf(Table::kHousehold).Index("national_id")].null);
}

TEST(FindingTest, IsToldInChinese) {
  v1::ImportFinding told =
      Describe(Table::kHousehold, {3, "AAC007", v1::CODE_UNKNOWN, {{"value", "77"}, {"dictionary", "AAC007"}}});
  EXPECT_EQ(told.message(), "主要致贫原因的代码“77”不在代码表中。");
  EXPECT_EQ(told.severity(), v1::ImportFinding::ERROR);
  EXPECT_EQ(told.column_label(), "主要致贫原因");
  told = Describe(Table::kIncome, {3, "AAC001", v1::CELL_MISSING, {}});
  EXPECT_EQ(told.message(), "户编号为空。");
}

}  // namespace
}  // namespace bangfu::registration::domain
