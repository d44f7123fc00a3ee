#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/api/mask.h"
#include "common/metrics/metrics.h"
#include "services/registration/domain/import_template.h"
#include "services/registration/rpc/import_fixture.h"

namespace bangfu::registration {
namespace {

using domain::Table;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class ImportCheckTest : public ImportFixture {
 protected:
  std::string Households(const Rows& rows) { return Csv(HouseholdHeader(), rows); }
  std::string MembersOfFile(const Rows& rows) { return Csv(MemberHeader(), rows); }
};

TEST_F(ImportCheckTest, CountsNewRowsAndWritesNothingToTheRegister) {
  const auto id = Checked(
      {Households({HouseholdRow("H1"), HouseholdRow("H2")}),
       MembersOfFile({MemberRow("H1", 1, "01"), MemberRow("H1", 2, "02"), MemberRow("H2", 3, "01")}),
       Csv(IncomeHeader(), {{"H1", "2025", "100", "", ""}}), Csv(LivingHeader(), {{"H2", "2025", "1.5", "是", ""}})});
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Counts(id, Table::kHousehold), "2/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kMember), "3/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kIncome), "1/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kLiving), "1/0/0/0/0/0");
  for (const char* table : {"household", "member", "identity_claim", "income", "living_condition"}) {
    EXPECT_EQ(Count(table), 0) << table;
  }
}

TEST_F(ImportCheckTest, StagesSealedValuesOnly) {
  Checked({Households({HouseholdRow("H1", "13800001234")}), MembersOfFile({MemberRow("H1", 1, "01")})});
  EXPECT_EQ(Count("import_household WHERE position('13800001234'::bytea IN phone) > 0"), 0);
  EXPECT_EQ(Count(absl::StrCat("import_member WHERE position('", IdentityNumber(1), "'::bytea IN id_number) > 0")), 0);
  EXPECT_EQ(Count("import_chunk WHERE position('13800001234'::bytea IN body) > 0"), 0);
}

TEST_F(ImportCheckTest, RowNumbersAreThoseOfASpreadsheet) {
  std::string file = Households({HouseholdRow("H1")});
  file += ",,,,,,,,\n\n" + absl::StrJoin(HouseholdRow(""), ",") + "\n";
  const auto id = Checked({file, MembersOfFile({MemberRow("H1", 1, "01")})});
  EXPECT_THAT(Findings(id), Contains("AC01 5 AAC001 CELL_MISSING"));
}

// Filled in below its remarks, a template is taken as it is; the rows keep the numbers that the clerk sees.
TEST_F(ImportCheckTest, TakesFilledInTemplates) {
  const auto codes = [](const std::string&) { return std::vector<std::pair<std::string, std::string>>(); };
  const auto filled = [&](Table table, const std::vector<std::map<std::string, std::string>>& rows) {
    std::string file = domain::ImportTemplate(domain::TableOf(table), codes);
    for (const auto& cells : rows) {
      if (table != Table::kHousehold) file += "H1,";
      for (const domain::ImportColumn& column : domain::TableOf(table).columns) {
        auto cell = cells.find(column.field);
        absl::StrAppend(&file, column.index > 0 ? "," : "", cell == cells.end() ? "" : cell->second);
      }
      file += "\r\n";
    }
    return file;
  };
  const std::map<std::string, std::string> household = {{"national_id", "H1"}, {"area", kVillage},
                                                        {"standard", "1"},     {"attribute", "01"},
                                                        {"main_cause", "07"},  {"exit_flag", "0"}};
  std::map<std::string, std::string> member = {
      {"name", "甲"}, {"sex", "1"}, {"id_number", IdentityNumber(1)}, {"relation", "01"}, {"ethnicity", "01"}};
  const auto id = Checked({filled(Table::kHousehold, {household}), filled(Table::kMember, {member, {}}),
                           filled(Table::kIncome, {{{"year", "2025"}, {"production_fen", "100"}}}),
                           filled(Table::kLiving, {{{"year", "2025"}}})});
  EXPECT_EQ(Counts(id, Table::kHousehold), "1/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kMember), "1/0/0/1/0/0");
  EXPECT_EQ(Counts(id, Table::kIncome), "1/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kLiving), "1/0/0/0/0/0");
  EXPECT_THAT(Findings(id), Contains("AB01 4 AAB002 CELL_MISSING"));
  EXPECT_THAT(Findings(id), Not(Contains(HasSubstr(" 3 "))));
}

TEST_F(ImportCheckTest, ShortRowsHaveTheirFindings) {
  Committed({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 1, "01")})});
  std::string file =
      absl::StrCat("AAR008,AAC001,AAC007,AAR012\n", kVillage, ",H1,07\n", kVillage, ",H1\n", kVillage, "\n");
  const auto id = Checked({file});
  EXPECT_THAT(Findings(id), Contains("AC01 2 AAR012 ROW_SHORT"));
  EXPECT_THAT(Findings(id), Contains("AC01 3 AAC007 ROW_CUT_SHORT"));
  EXPECT_THAT(Findings(id), Contains("AC01 4 AAC001 CELL_MISSING"));
}

TEST_F(ImportCheckTest, ReportsEveryKindOfDuplicate) {
  auto sick = MemberRow("H2", 3, "01");
  const auto id =
      Checked({Households({HouseholdRow("H1"), HouseholdRow("H2"), HouseholdRow("H1")}),
               MembersOfFile({MemberRow("H2", 3, "01"), MemberRow("H2", 5, "02"), MemberRow("H2", 5, "03")}),
               Csv(IncomeHeader(), {{"H2", "2025", "1", "", ""}, {"H2", "2025", "2", "", ""}})});
  EXPECT_THAT(
      Findings(id),
      UnorderedElementsAre("AC01 2 AAC001 DUPLICATE_HOUSEHOLD_IN_FILE", "AC01 4 AAC001 DUPLICATE_HOUSEHOLD_IN_FILE",
                           "AB01 3 AAB004 DUPLICATE_IN_FILE", "AB01 4 AAB004 DUPLICATE_IN_FILE",
                           "AC07 2 AAC001 DUPLICATE_HOUSEHOLD_IN_FILE", "AC07 3 AAC001 DUPLICATE_HOUSEHOLD_IN_FILE"));
  auto page = database_.Sql("SELECT metadata[2] FROM import_finding WHERE kind = 2 ORDER BY row_number");
  EXPECT_STREQ(page[0][0].c_str(), "4");
  EXPECT_STREQ(page[1][0].c_str(), "3");
  EXPECT_EQ(Counts(id, Table::kMember), "1/0/0/2/0/0");
}

TEST_F(ImportCheckTest, PersonsRegisteredElsewhereAreFound) {
  const v1::Household household = Register();  // serials 1 to 3
  const auto id = Checked({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 2, "01")})});
  EXPECT_THAT(Findings(id), Contains("AB01 2 AAB004 REGISTERED_ELSEWHERE"));
  EXPECT_THAT(Findings(id), Contains("AC01 2  HEAD_WRONG"));
}

TEST_F(ImportCheckTest, RowsWithoutTheirHouseholdAreFound) {
  const auto id = Checked({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H9", 1, "01")}),
                           Csv(LivingHeader(), {{"H9", "2025", "", "", ""}})});
  EXPECT_THAT(Findings(id),
              UnorderedElementsAre("AC01 2  HOUSEHOLD_WITHOUT_MEMBERS", "AB01 2 AAC001 MEMBER_WITHOUT_HOUSEHOLD",
                                   "AC30 2 AAC001 MEMBER_WITHOUT_HOUSEHOLD"));
}

TEST_F(ImportCheckTest, AWrongHouseholdTakesItsRowsWithIt) {
  const auto id =
      Checked({Households({HouseholdRow("H1", "", kForeignVillage)}), MembersOfFile({MemberRow("H1", 1, "01")}),
               Csv(LivingHeader(), {{"H1", "2025", "", "", ""}})});
  EXPECT_THAT(Findings(id), UnorderedElementsAre("AC01 2 AAR008 AREA_OUTSIDE_IMPORT", "AB01 2 AAC001 HOUSEHOLD_WRONG",
                                                 "AC30 2 AAC001 HOUSEHOLD_WRONG"));
  EXPECT_EQ(Counts(id, Table::kLiving), "0/0/0/1/0/0");
}

TEST_F(ImportCheckTest, ComparesWithTheRegister) {
  const std::string households = Households({HouseholdRow("H1", "13800001234"), HouseholdRow("H2")});
  const std::string members = MembersOfFile({MemberRow("H1", 1, "01"), MemberRow("H2", 2, "01")});
  Committed({households, members});
  auto again = Checked({households, members});
  EXPECT_EQ(Counts(again, Table::kHousehold), "0/0/2/0/0/0");
  EXPECT_EQ(Counts(again, Table::kMember), "0/0/2/0/0/0");

  again = Checked({Households({HouseholdRow("H1", "13900005678"), HouseholdRow("H2", "（清空）")}),
                   MembersOfFile({MemberRow("H1", 1, "01", "乙"), MemberRow("H1", 5, "99")})});
  EXPECT_EQ(Counts(again, Table::kHousehold), "0/1/1/0/0/0");
  EXPECT_EQ(Counts(again, Table::kMember), "1/1/0/0/0/0");
  auto changes = database().Read({}, [&](db::Tx& tx) -> absl::StatusOr<std::vector<v1::ImportChange>> {
    return store::ListChanges(tx, again, nullptr);
  });
  ASSERT_EQ(changes->size(), 2u);
  EXPECT_EQ((*changes)[0].column(), "AAR012");
  EXPECT_EQ((*changes)[0].before(), api::MaskText(options::v1::PHONE, "13800001234"));
  EXPECT_EQ((*changes)[0].after(), api::MaskText(options::v1::PHONE, "13900005678"));
  EXPECT_EQ((*changes)[1].after(), "乙");
}

TEST_F(ImportCheckTest, FilesMayNameRegisteredHouseholdsOnly) {
  const v1::Household household = Register();  // without a number: named by its id
  Committed({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 11, "01")})});
  const auto id = Checked({MembersOfFile({MemberRow("H1", 12, "02"), MemberRow(household.household_id(), 13, "99")}),
                           Csv(IncomeHeader(), {{"H1", "2025", "6", "", "2"}})});
  EXPECT_THAT(Findings(id), ElementsAre("AC07 2 AAC082 NET_INCOME_DISAGREES"));
  EXPECT_EQ(Counts(id, Table::kMember), "2/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kIncome), "1/0/0/0/1/0");
  // Another head for a household that has one.
  const auto second = Checked({MembersOfFile({MemberRow("H1", 14, "01")})});
  EXPECT_THAT(Findings(second), ElementsAre("AB01 2 AAB006 HEAD_SEVERAL"));
}

TEST_F(ImportCheckTest, MaskedIdentityNumbersAreMatchedByNumberOrName) {
  std::vector<std::string> header = MemberHeader();
  header[8] = "AAB001";
  auto first = MemberRow("H1", 1, "01");
  first[8] = "P1";
  Committed({Households({HouseholdRow("H1")}), Csv(header, {first, MemberRow("H1", 2, "02", "乙")})});
  first[3] = "150*************11";
  first[1] = "甲改";
  const auto by_number = Checked({Csv(header, {first})});
  EXPECT_EQ(Counts(by_number, Table::kMember), "0/1/0/0/0/0");
  auto nameless = MemberRow("H1", 2, "02", "无此人");
  nameless[3] = "150*************21";
  EXPECT_THAT(Findings(Checked({MembersOfFile({nameless})})), Contains("AB01 2  AMBIGUOUS_MATCH"));
}

TEST_F(ImportCheckTest, ACorrectedIdentityNumberIsAChange) {
  std::vector<std::string> header = MemberHeader();
  header[8] = "AAB001";
  auto row = MemberRow("H1", 1, "01");
  row[8] = "P1";
  Committed({Households({HouseholdRow("H1")}), Csv(header, {row})});
  row[3] = IdentityNumber(5);
  EXPECT_EQ(Counts(Committed({Csv(header, {row})}), Table::kMember), "0/1/0/0/0/1");
  EXPECT_EQ(Count("identity_claim"), 1);
}

TEST_F(ImportCheckTest, ReadsGb18030AndUtf8WithAndWithoutMark) {
  const std::string utf8 = Csv(MemberHeader(), {MemberRow("H1", 1, "01", "张三")});
  std::string gb = utf8;
  gb.replace(gb.find("张三"), 6, "\xD5\xC5\xC8\xFD");
  for (const std::string& file : {utf8, "\xEF\xBB\xBF" + utf8, gb}) {
    Checked({Households({HouseholdRow("H1")}), file});
    EXPECT_EQ(Count("import_member WHERE name = '张三'"), 1);
    database_.Sql("DELETE FROM import_member");
  }
}

TEST_F(ImportCheckTest, RefusesFilesThatAreNone) {
  const auto id = NewImport();
  EXPECT_EQ(ReasonOf(Upload(id, "PK\x03\x04zip")), "IMPORT_FILE_UNREADABLE");
  EXPECT_EQ(ReasonOf(Upload(id, "a,b,c\n1,2,3\n")), "IMPORT_HEADER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Upload(id, "AAC005,AAC006,AAC007\n")), "IMPORT_COLUMNS_MISSING");
  EXPECT_EQ(ReasonOf(Upload(id, "")), "IMPORT_HEADER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Upload(id, Households({}) + "\xFF\xFF\n")), "IMPORT_FILE_UNREADABLE");
}

TEST_F(ImportCheckTest, AFileSentAgainReplacesTheOneBefore) {
  const auto id = NewImport();
  ASSERT_TRUE(Upload(id, Households({HouseholdRow("H1"), HouseholdRow("H2")})).ok());
  ASSERT_TRUE(Upload(id, Households({HouseholdRow("H3")})).ok());
  ASSERT_TRUE(Upload(id, MembersOfFile({MemberRow("H3", 1, "01")})).ok());
  EXPECT_EQ(Count("import_chunk"), 2);
  ASSERT_TRUE(Check(id).ok());
  EXPECT_EQ(Counts(id, Table::kHousehold), "1/0/0/0/0/0");
  ASSERT_TRUE(Check(id).ok()) << "a check can be made again";
  EXPECT_EQ(Counts(id, Table::kHousehold), "1/0/0/0/0/0");
}

TEST_F(ImportCheckTest, FilesLargerThanAChunkAndABatchAreReadWhole) {
  Rows households, members;
  for (int i = 0; i < 9000; ++i) {
    households.push_back(HouseholdRow(absl::StrCat("H", i)));
    members.push_back(MemberRow(absl::StrCat("H", i), i, "01"));
  }
  const auto id = Checked({Households(households), MembersOfFile(members)});
  EXPECT_EQ(Counts(id, Table::kHousehold), "9000/0/0/0/0/0");
  EXPECT_EQ(Counts(id, Table::kMember), "9000/0/0/0/0/0");
}

TEST_F(ImportCheckTest, FindingsNeverRepeatPersonalValues) {
  auto row = MemberRow("H1", 1, "01");
  row[3] = "150526198005010019";
  row[8] = "电话一二三";
  const auto id = Checked({Households({HouseholdRow("H1", "不是电话")}), MembersOfFile({row})});
  auto page = database().Read({}, [&](db::Tx& tx) -> absl::StatusOr<store::FindingPage> {
    return store::ListFindings(tx, id, nullptr, {}, 100);
  });
  ASSERT_FALSE(page->findings.empty());
  for (const v1::ImportFinding& finding : page->findings) {
    EXPECT_THAT(finding.message(), Not(HasSubstr("不是电话")));
    EXPECT_THAT(finding.message(), Not(HasSubstr("一二三")));
    EXPECT_THAT(finding.message(), Not(HasSubstr("1505261980")));
  }
}

TEST_F(ImportCheckTest, StopsWhenAsked) {
  const auto id = NewImport();
  ASSERT_TRUE(Upload(id, Households({HouseholdRow("H1")})).ok());
  ImportRun run = Run(id);
  run.stopped = [] { return true; };
  EXPECT_EQ(ReasonOf(CheckImport(run)), "CANCELLED");
}

// More than one chunk.
TEST_F(ImportCheckTest, AFileThatLostAChunkIsNotTakenForWhole) {
  Rows rows;
  for (int i = 0; i < 9000; ++i) rows.push_back(HouseholdRow(absl::StrCat("H", i)));
  const auto id = NewImport();
  ASSERT_TRUE(Upload(id, Households(rows)).ok());
  ASSERT_GT(Count("import_chunk"), 1);
  database_.Sql("DELETE FROM import_chunk WHERE number = (SELECT max(number) FROM import_chunk)");
  EXPECT_EQ(ReasonOf(Check(id)), "IMPORT_FILE_UNREADABLE");
  EXPECT_EQ(ReasonOf(Upload(id, Households(rows))), "");
  EXPECT_EQ(ReasonOf(Check(id)), "");
}

TEST_F(ImportCheckTest, AnUploadThatLostAChunkIsRefused) {
  const auto id = NewImport();
  ImportUpload upload(database(), sealer_, id, "file.csv");
  ASSERT_TRUE(upload.Take({}, Households({HouseholdRow("H1")})).ok());
  auto file = upload.Finish({});
  ASSERT_TRUE(file.ok()) << file.status();
  database_.Sql("DELETE FROM import_chunk");
  EXPECT_EQ(ReasonOf(database().Write({}, [&](db::Tx& tx) { return store::PutFile(tx, id, *file); })), "CONFLICT");
  EXPECT_EQ(Count("import_file"), 0);
}

TEST_F(ImportCheckTest, ACheckLeavesTheChunksOfAnUploadUnderWay) {
  const auto id = NewImport();
  ASSERT_TRUE(Upload(id, MembersOfFile({MemberRow("H1", 1, "01")})).ok());
  ImportUpload upload(database(), sealer_, id, "file.csv");
  ASSERT_TRUE(upload.Take({}, Households({HouseholdRow("H1")}) + std::string(store::kChunkBytes, '\n')).ok());
  ASSERT_EQ(Count("import_chunk"), 2);
  ASSERT_TRUE(Check(id).ok());
  auto file = upload.Finish({});
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(database().Write({}, [&](db::Tx& tx) { return store::PutFile(tx, id, *file); }).ok());
  ASSERT_TRUE(Check(id).ok());
  EXPECT_THAT(Findings(id), IsEmpty());
  // What nobody finished in a day is no upload any more.
  ImportUpload given_up(database(), sealer_, id, "file.csv");
  ASSERT_TRUE(given_up.Take({}, Households({HouseholdRow("H1")}) + std::string(store::kChunkBytes, '\n')).ok());
  database_.Sql("UPDATE import_chunk SET create_time = create_time - interval '2 days'");
  ASSERT_TRUE(Check(id).ok());
  EXPECT_EQ(Count("import_chunk"), 3);
}

TEST_F(ImportCheckTest, AnOldImportKeepsItsFiles) {
  const auto id = NewImport();
  ASSERT_TRUE(Upload(id, Households({HouseholdRow("H1")})).ok());
  database_.Sql("UPDATE import SET create_time = create_time - interval '40 days'");
  ASSERT_TRUE(Check(id).ok());
  ASSERT_TRUE(Check(id).ok());
  EXPECT_EQ(Counts(id, Table::kHousehold), "0/0/0/1/0/0");
}

// Numbers are those of a county: two counties may have the same.
TEST_F(ImportCheckTest, OneNumberInTwoCountiesNamesTwoHouseholds) {
  constexpr int64_t kCity = 150500000000;
  const std::string both =
      Households({HouseholdRow("H1"), HouseholdRow("H1", "", kForeignVillage), HouseholdRow("H2")});
  const std::string members = MembersOfFile({MemberRow("H1", 1, "01"), MemberRow("H2", 2, "01")});
  const auto id = Checked({both, members}, kCity);
  EXPECT_THAT(Findings(id), UnorderedElementsAre("AC01 2  HOUSEHOLD_WITHOUT_MEMBERS",
                                                 "AC01 3  HOUSEHOLD_WITHOUT_MEMBERS", "AB01 2 AAC001 AMBIGUOUS_MATCH"));
}

TEST_F(ImportCheckTest, ANumberRegisteredInAnotherCountyIsAnotherHousehold) {
  constexpr int64_t kCity = 150500000000;
  Committed({Households({HouseholdRow("H1", "", kForeignVillage)}), MembersOfFile({MemberRow("H1", 1, "01")})},
            kOtherCounty);
  // Named by other tables alone it is the one that there is.
  EXPECT_EQ(Counts(Checked({MembersOfFile({MemberRow("H1", 3, "99")})}, kCity), Table::kMember), "1/0/0/0/0/0");
  // A village of this county makes it a new one, and the number says no longer which is meant.
  const auto id = Checked({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 2, "01")})}, kCity);
  EXPECT_THAT(Findings(id), UnorderedElementsAre("AC01 2  HOUSEHOLD_WITHOUT_MEMBERS", "AB01 2 AAC001 AMBIGUOUS_MATCH"));
  // In an import of the county it does.
  const auto county = Committed({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 2, "01")})});
  EXPECT_EQ(Counts(county, Table::kMember), "1/0/0/0/0/1");
  EXPECT_THAT(Findings(Checked({MembersOfFile({MemberRow("H1", 3, "99")})}, kCity)),
              ElementsAre("AB01 2 AAC001 AMBIGUOUS_MATCH"));
}

// Who tries numbers to learn who is registered is seen.
TEST_F(ImportCheckTest, CountsTheNumbersThatItTellsToBeTaken) {
  Register();  // serials 1 to 3
  metrics::Counter told("registration_taken_numbers_told_total",
                        "Answers that an identity number is registered already", {{"method", "CheckImport"}});
  const double before = told.value();
  Checked({Households({HouseholdRow("H1")}), MembersOfFile({MemberRow("H1", 1, "01"), MemberRow("H1", 2, "99")})});
  EXPECT_EQ(told.value(), before + 2);
}

}  // namespace
}  // namespace bangfu::registration
