// What an import tells of commits and undos that did less than was asked for.
#include <string>

#include "services/registration/rpc/import_rpc_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::HasSubstr;
using v1::RegisterImport;

class ImportOutcomeTest : public ImportRpcFixture {
 protected:
  // Somebody changes the household.
  void Note(const v1::Household& household) {
    v1::Household noted = *Get(household.household_id(), Registrar());
    noted.set_cause_note(noted.cause_note() + "面谈后补充");
    ASSERT_TRUE(Update(noted, {"cause_note"}).ok());
  }
};

// That nothing was written is no success, and what is to be done about it can be done.
TEST_F(ImportOutcomeTest, AnOutdatedCheckFailsAndCanBeMadeAgain) {
  CommittedImport({households_file_, members_file_});
  const std::string id = CheckedImport({Csv(HouseholdHeader(), {HouseholdRow("H1", "13900005678")})});
  Note(All()[0]);
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  const RegisterImport failed = WaitFor(id, RegisterImport::FAILED);
  EXPECT_EQ(failed.operation().reason(), "IMPORT_CHECK_OUTDATED");
  EXPECT_THAT(failed.operation().message(), HasSubstr("要写入的 1 行一行也没有写入"));
  EXPECT_EQ(failed.files(0).refused_count(), 1);
  EXPECT_EQ(failed.files(0).committed_count(), 0);
  EXPECT_EQ(ReasonOf(Ask(&Imports::CommitImport, id, Registrar())), "IMPORT_WRONG_STATE");
  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Reviewer())), "IMPORT_WRONG_STATE");
  ASSERT_TRUE(Ask(&Imports::CheckImport, id, Registrar()).ok());
  const RegisterImport checked = WaitFor(id, RegisterImport::CHECKED);
  EXPECT_EQ(checked.files(0).changed_count(), 1);
  EXPECT_EQ(checked.files(0).refused_count(), 0);
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  EXPECT_EQ(WaitFor(id, RegisterImport::COMMITTED).files(0).committed_count(), 1);
  EXPECT_EQ(All()[0].phone(), "139****78");
  EXPECT_EQ(All()[0].cause_note(), "面谈后补充");
}

TEST_F(ImportOutcomeTest, ACommitTellsWhatItDidNotWrite) {
  CommittedImport({Csv(HouseholdHeader(), {HouseholdRow("H1"), HouseholdRow("H2")}),
                   Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H2", 2, "01")})});
  const std::string id =
      CheckedImport({Csv(HouseholdHeader(), {HouseholdRow("H1", "13900005678"), HouseholdRow("H2", "13900005678")})});
  Note(All()[1]);
  ASSERT_TRUE(Ask(&Imports::CommitImport, id, Registrar()).ok());
  const RegisterImport import = WaitFor(id, RegisterImport::COMMITTED);
  EXPECT_EQ(import.operation().reason(), "IMPORT_PARTLY_WRITTEN");
  EXPECT_THAT(import.operation().message(), HasSubstr("已写入 1 行; 另有 1 行没有写入"));
  EXPECT_EQ(import.files(0).refused_count(), 1);
}

TEST_F(ImportOutcomeTest, NothingToWriteIsRefused) {
  auto wrong = HouseholdRow("H1");
  wrong[2] = "不是代码";
  for (const std::string& file : {Csv(HouseholdHeader(), {wrong}), Csv(HouseholdHeader(), {})}) {
    const std::string id = CheckedImport({file});
    EXPECT_EQ(ReasonOf(Ask(&Imports::CommitImport, id, Registrar())), "IMPORT_NOTHING_TO_WRITE");
  }
  CommittedImport({households_file_, members_file_});
  CommittedImport({households_file_, members_file_});  // equal to the register: there is nothing that was left out
}

TEST_F(ImportOutcomeTest, AnUndoTellsWhatItLeft) {
  const std::string id = CommittedImport({Csv(HouseholdHeader(), {HouseholdRow("H1"), HouseholdRow("H2")}),
                                          Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H2", 2, "01")})});
  Note(All()[1]);
  ASSERT_TRUE(Ask(&Imports::UndoImport, id, Reviewer()).ok());
  const RegisterImport undone = WaitFor(id, RegisterImport::UNDONE);
  EXPECT_EQ(undone.undone_count(), 2);
  EXPECT_EQ(undone.kept_count(), 2);
  EXPECT_EQ(undone.operation().reason(), "IMPORT_PARTLY_UNDONE");
  EXPECT_THAT(undone.operation().message(), HasSubstr("已撤销 2 条记录; 另有 2 条没有撤销"));
  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Reviewer())), "IMPORT_WRONG_STATE");
}

TEST_F(ImportOutcomeTest, AnUndoThatTookNothingBackFails) {
  const std::string id = CommittedImport({households_file_, members_file_});
  Note(All()[0]);
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_TRUE(Ask(&Imports::UndoImport, id, Reviewer()).ok());
    const RegisterImport failed = WaitFor(id, RegisterImport::FAILED);
    EXPECT_EQ(failed.operation().reason(), "IMPORT_NOT_UNDONE");
    EXPECT_THAT(failed.operation().message(), HasSubstr("导入写入的 2 条记录"));
    EXPECT_EQ(failed.undone_count(), 0);
    EXPECT_EQ(failed.kept_count(), 2);
    EXPECT_EQ(Count("import_finding"), 2) << "told once, however often it is tried";
  }
  EXPECT_EQ(All().size(), 1u);
}

TEST_F(ImportOutcomeTest, NothingToUndoIsRefused) {
  CommittedImport({households_file_, members_file_});
  const std::string id = CommittedImport({households_file_, members_file_});
  EXPECT_EQ(ReasonOf(Ask(&Imports::UndoImport, id, Reviewer())), "IMPORT_NOTHING_TO_UNDO");
}

}  // namespace
}  // namespace bangfu::registration
