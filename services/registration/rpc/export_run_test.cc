#include "services/registration/rpc/export_run.h"

#include <algorithm>
#include <string>
#include <vector>

#include "services/registration/rpc/import_fixture.h"

namespace bangfu::registration {
namespace {

using domain::Table;
using ::testing::IsEmpty;

class ExportTest : public ImportFixture {
 protected:
  // `count` households of two persons each, with incomes and conditions.
  std::vector<std::string> Files(int count) {
    Rows households, members, incomes, livings;
    for (int i = 0; i < count; ++i) {
      const std::string number = absl::StrCat("H", 100000 + i);
      households.push_back(HouseholdRow(number, "13800001234"));
      members.push_back(MemberRow(number, 2 * i + 1, "01"));
      members.push_back(MemberRow(number, 2 * i + 2, "99", "乙"));
      incomes.push_back({number, "2025", "100.25", "0.50", ""});
      livings.push_back({number, "2025", "1.5", "1", ""});
    }
    return {Csv(HouseholdHeader(), households), Csv(MemberHeader(), members), Csv(IncomeHeader(), incomes),
            Csv(LivingHeader(), livings)};
  }

  // Portions of about a page each.
  ExportRun Pages(Table table, int64_t area = kCounty) {
    return {database(), sealer_, {}, domain::TableOf(table), {auth::RangeOf(area)}, true, 1};
  }
};

// What is exported is imported as unchanged, masked or not.
TEST_F(ExportTest, ExportedFilesAreUnchanged) {
  auto files = Files(4);
  files[0].replace(files[0].find("H100001"), 7, "\"'=cmd|1\"");
  files[1].replace(files[1].find("H100001"), 7, "\"'=cmd|1\"");
  files[1].replace(files[1].find("H100001"), 7, "\"'=cmd|1\"");
  Committed({files[0], files[1]});
  next_serial_ = 100;
  RegisterFixture::Register();  // of a household and persons without numbers
  for (bool reveal : {false, true}) {
    const auto id = Checked({Exported(Table::kHousehold, reveal), Exported(Table::kMember, reveal)});
    EXPECT_THAT(Findings(id), IsEmpty());
    EXPECT_EQ(Counts(id, Table::kHousehold), "0/0/5/0/0/0");
    EXPECT_EQ(Counts(id, Table::kMember), "0/0/11/0/0/0");
  }
  Committed({Files(1)[2], Files(1)[3]});
  const auto id = Checked({Exported(Table::kIncome, false), Exported(Table::kLiving, false)});
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Counts(id, Table::kIncome), "0/0/1/0/0/0");
  EXPECT_EQ(Counts(id, Table::kLiving), "0/0/1/0/0/0");
}

class ExportOfTest : public ExportTest, public ::testing::WithParamInterface<Table> {};

// Whatever is changed while the file is sent, it shows the table as it stood when it was begun.
TEST_P(ExportOfTest, AFileShowsOneMoment) {
  Committed(Files(2500));
  std::string whole, file;
  int64_t rows = 0;
  const auto take = [&](std::string portion) {
    whole += portion;
    return absl::OkStatus();
  };
  ASSERT_TRUE(Export(Pages(GetParam()), take, &rows).ok());
  EXPECT_EQ(rows, GetParam() == Table::kMember ? 5000 : 2500);
  int portions = 0;
  const auto change = [&](std::string portion) {
    file += portion;
    if (++portions > 1) return absl::OkStatus();
    // Everybody moves out of the county, figures change and are gone, and somebody comes.
    database_.Sql(absl::StrCat("UPDATE household SET area = ", kForeignVillage));
    database_.Sql(absl::StrCat("UPDATE member SET name = '改名', area = ", kForeignVillage));
    database_.Sql("UPDATE income SET wage_fen = 1");
    database_.Sql("DELETE FROM living_condition");
    EXPECT_TRUE(Create(NewHousehold(kVillage), {NewMember(100000, "01")}, Registrar()).ok());
    return absl::OkStatus();
  };
  ASSERT_TRUE(Export(Pages(GetParam()), change, &rows).ok());
  EXPECT_GT(portions, 2);
  EXPECT_TRUE(file == whole);
}

INSTANTIATE_TEST_SUITE_P(EveryTable, ExportOfTest, ::testing::ValuesIn(domain::kTables));

// What was sent cannot be taken back: nothing is sent twice.
TEST_F(ExportTest, ABrokenConnectionEndsTheFile) {
  Committed(Files(2500));
  std::string file;
  int64_t rows = 0;
  const absl::Status status = Export(
      Pages(Table::kHousehold),
      [&](std::string portion) {
        file += portion;
        database_.Sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()");
        return absl::OkStatus();
      },
      &rows);
  EXPECT_EQ(ReasonOf(status), "UNAVAILABLE");
  EXPECT_EQ(rows, 1000);
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 1001);
}

}  // namespace
}  // namespace bangfu::registration
