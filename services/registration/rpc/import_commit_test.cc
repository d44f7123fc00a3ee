#include <atomic>
#include <map>
#include <string>

#include "bangfu/events/v1/event.pb.h"
#include "bangfu/registration/v1/import_service.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "services/registration/rpc/import_fixture.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

using domain::Table;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ImportCommitTest : public ImportFixture {
 protected:
  // `count` households of two persons each, with incomes and conditions.
  std::vector<std::string> Files(int count, int first = 0) {
    Rows households, members, incomes, livings;
    for (int i = first; i < first + count; ++i) {
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

  // What a crash of the database does.
  void LoseStaging() {
    database_.Sql("TRUNCATE import_staged, import_household, import_member, import_income, import_living");
  }

  std::string Register() {
    return absl::StrJoin({Count("household WHERE state = 1"), Count("member WHERE state = 1"), Count("identity_claim"),
                          Count("income"), Count("living_condition")},
                         "/");
  }
};

TEST_F(ImportCommitTest, WritesCompleteRecords) {
  Committed(Files(3));
  EXPECT_EQ(Register(), "3/6/6/3/3");
  const auto households = All();
  ASSERT_EQ(households.size(), 3u);
  EXPECT_EQ(households[0].head_name(), "甲");
  EXPECT_EQ(households[0].member_count(), 2);
  EXPECT_EQ(households[0].phone(), "138****34");
  const auto members = MembersOf(households[0].household_id());
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].birth_date(), "1980-05-01");
  EXPECT_EQ(members[0].join_date(), "2026-03-02");
  EXPECT_EQ(members[0].join_reason(), "08");
  EXPECT_EQ(members[0].area(), kVillage);
  v1::ListIncomesRequest request;
  request.set_household_id(households[0].household_id());
  auto incomes = Call(households_, &Households::ListIncomes, request, Viewer());
  ASSERT_TRUE(incomes.ok()) << incomes.status();
  EXPECT_EQ(incomes->incomes(0).net_fen(), 9975);
  EXPECT_EQ(incomes->incomes(0).net_per_capita_fen(), 4988);
  EXPECT_EQ(incomes->incomes(0).member_count(), 2);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 6);
}

// How many there are is known without counting, however many there are; what is filtered is counted up to a bound.
TEST_F(ImportCommitTest, TotalsOfTheRegisterAreExact) {
  Committed(Files(5100));
  const auto total = [&](int64_t area, const std::string& filter) {
    v1::ListMembersRequest request;
    if (area > 0) request.set_area(std::to_string(area));
    request.set_filter(filter);
    request.set_page_size(1);
    auto page = Call(members_, &Members::ListMembers, request, Viewer());
    EXPECT_TRUE(page.ok()) << page.status();
    return absl::StrCat(page->total_size(), page->total_size_is_floor() ? "+" : "");
  };
  for (int folded = 0; folded < 3; ++folded) {  // whatever part of the changes is in the sums
    for (const char* filter : {"", "state = PRESENT"}) EXPECT_EQ(total(kCounty, filter), "10200");
    EXPECT_EQ(total(0, ""), "10200") << "all that the caller may see";
    EXPECT_EQ(List(kCounty, "state = ACTIVE", "", 1, "", Viewer())->total_size(), 5100);
    auto fold = [](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldDeltas(tx, 1); };
    ASSERT_TRUE(database().Write({}, fold).ok());
  }
  EXPECT_EQ(total(kCounty, "sex = \"1\""), "5100");
  EXPECT_EQ(total(kCounty, "name != \"\""), "10000+");
  EXPECT_EQ(total(kCounty, "state = LEFT"), "0");
}

TEST_F(ImportCommitTest, EachPartHasItsAuditRecordAndEvent) {
  Committed(Files(4500));
  EXPECT_EQ(Register(), "4500/9000/9000/4500/4500");
  EXPECT_EQ(Count("event_outbox"), Count("audit_outbox"));
  EXPECT_EQ(Count("event_outbox WHERE position('ImportCommitted'::bytea IN body) > 0"), 3);
  EXPECT_EQ(Count("audit_outbox WHERE position('ImportService.CommitImport'::bytea IN body) > 0"), 3);
}

TEST_F(ImportCommitTest, ARunAfterwardsFindsEverythingUnchanged) {
  Committed(Files(5));
  const auto again = Committed(Files(5));
  EXPECT_EQ(Counts(again, Table::kHousehold), "0/0/5/0/0/0");
  EXPECT_EQ(Counts(again, Table::kMember), "0/0/10/0/0/0");
  EXPECT_EQ(Counts(again, Table::kIncome), "0/0/5/0/0/0");
  EXPECT_EQ(Counts(again, Table::kLiving), "0/0/5/0/0/0");
  EXPECT_EQ(Count("record_version"), 0);
}

TEST_F(ImportCommitTest, ChangesSupersedeVersions) {
  Committed(Files(2));
  auto files = Files(2);
  for (std::string& file : files) {
    for (size_t at; (at = file.find("13800001234")) != std::string::npos;) file.replace(at, 11, "13900005678");
    for (size_t at; (at = file.find("100.25")) != std::string::npos;) file.replace(at, 6, "200.25");
    for (size_t at; (at = file.find(",1.5,")) != std::string::npos;) file.replace(at, 5, ",2.5,");
    for (size_t at; (at = file.find("乙")) != std::string::npos;) file.replace(at, 3, "丙");
  }
  files[1] += absl::StrJoin(MemberRow("H100000", 9, "99", "丁"), ",") + "\n";
  const auto id = Committed(files);
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Counts(id, Table::kHousehold), "0/2/0/0/0/2");
  EXPECT_EQ(Counts(id, Table::kMember), "1/2/2/0/0/3");
  EXPECT_EQ(Counts(id, Table::kIncome), "0/2/0/0/0/2");
  EXPECT_EQ(Counts(id, Table::kLiving), "0/2/0/0/0/2");
  EXPECT_EQ(Register(), "2/5/5/2/2");
  EXPECT_EQ(Count("record_version"), 8);
  EXPECT_EQ(Count(absl::StrCat("household WHERE version = 2 AND import_id = ", id.number)), 2);
  EXPECT_EQ(All()[0].member_count(), 3);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 5);
  EXPECT_EQ(Count("income WHERE net_per_capita_fen = 6658 AND member_count = 3"), 1);
  EXPECT_EQ(Count("income WHERE net_per_capita_fen = 9988 AND member_count = 2"), 1);
}

TEST_F(ImportCommitTest, AnotherVillageTakesTheMembersAlong) {
  Committed(Files(1));
  Committed({Csv(HouseholdHeader(), {HouseholdRow("H100000", "", kSecondVillage)})});
  EXPECT_EQ(Count(absl::StrCat("member WHERE area = ", kSecondVillage)), 2);
  EXPECT_EQ(Statistics(kSecondVillage)->total().person_count(), 2);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
}

TEST_F(ImportCommitTest, WrongRowsStayOut) {
  auto files = Files(3);
  files[1].replace(files[1].find(IdentityNumber(3)), 18, "110105194912310021");  // head of the second household
  const auto id = Committed(files);
  EXPECT_EQ(Register(), "2/4/4/2/2");
  EXPECT_EQ(Counts(id, Table::kHousehold), "2/0/0/1/0/2");
}

// Wherever a phase is broken off, running it again loses and doubles nothing.
TEST_F(ImportCommitTest, ResumesWhereverItWasBrokenOff) {
  const auto id = Checked(Files(4500));
  int survived = 0;
  for (int transactions = 1; transactions < 20; ++transactions) {
    ImportRun run = Run(id);
    std::atomic<int> left = transactions;  // parts are written side by side
    // Once in the middle of a transaction, which is rolled back, once between two.
    run.held = [&left](db::Tx&) { return left-- > 0 ? absl::OkStatus() : absl::UnavailableError("killed"); };
    run.stopped = [&left, transactions] { return transactions % 2 == 0 && left <= 0; };
    if (CommitImport(run).ok()) ++survived;
    const int64_t households = Count("household");
    EXPECT_EQ(Count("member"), 2 * households);
    EXPECT_EQ(Count("identity_claim"), 2 * households);
    EXPECT_EQ(Count("income"), households);
  }
  EXPECT_GT(survived, 0);
  EXPECT_EQ(Register(), "4500/9000/9000/4500/4500");
  EXPECT_EQ(Counts(id, Table::kMember), "9000/0/0/0/0/9000");
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 9000);
  EXPECT_EQ(Count("event_outbox WHERE position('ImportCommitted'::bytea IN body) > 0"), 3);
}

// A statement fails in the middle of a part: nothing of it stays.
TEST_F(ImportCommitTest, APartIsWrittenWholeOrNotAtAll) {
  const auto id = Checked(Files(2500));
  database_.Sql(R"sql(
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.year = 2025 AND (SELECT count(*) FROM income) > 1900 THEN RAISE 'full'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON living_condition FOR EACH ROW EXECUTE FUNCTION refuse())sql");
  EXPECT_FALSE(Commit(id).ok());
  EXPECT_EQ(Register(), "0/0/0/0/0");
  EXPECT_EQ(Count("register_delta"), 0);
  database_.Sql("DROP TRIGGER refuse ON living_condition");
  EXPECT_TRUE(Commit(id).ok());
  EXPECT_EQ(Register(), "2500/5000/5000/2500/2500");
}

TEST_F(ImportCommitTest, ChecksAgainWhenTheStagingWasLost) {
  const auto id = Checked(Files(2500));
  ImportRun run = Run(id);
  std::atomic<int> left = 4;
  run.stopped = [&left] { return left-- <= 0; };
  CommitImport(run).IgnoreError();
  LoseStaging();
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_EQ(Register(), "2500/5000/5000/2500/2500");
}

TEST_F(ImportCommitTest, WhatIsTakenSinceTheCheckIsWeededOut) {
  const auto id = Checked(Files(3));
  // Two of the persons are registered by hand in the meantime: a head, and another member; and a number.
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01"), NewMember(4, "99")}, Registrar()).ok());
  v1::Household numbered = NewHousehold(kVillage);
  numbered.set_national_id("H100002");
  ASSERT_TRUE(Create(numbered, {NewMember(99, "01")}, Registrar()).ok());
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_EQ(Register(), "3/4/4/1/1");
  EXPECT_THAT(Findings(id), Contains("AB01 2 AAB004 REGISTERED_ELSEWHERE"));
  EXPECT_THAT(Findings(id), Contains("AB01 5 AAB004 REGISTERED_ELSEWHERE"));
  EXPECT_THAT(Findings(id), Contains("AC01 2  HEAD_WRONG"));
  EXPECT_THAT(Findings(id), Contains("AC01 4 AAC001 CHANGED_SINCE_CHECK"));
  EXPECT_EQ(Counts(id, Table::kHousehold), "1/0/0/2/0/1");
}

TEST_F(ImportCommitTest, APartThatIsRefusedBesideAnotherIsTriedAgain) {
  const auto id = Checked(Files(2500));
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(4999, "01")}, Registrar()).ok());
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_THAT(Findings(id), Contains("AB01 5000 AAB004 REGISTERED_ELSEWHERE"));
  EXPECT_EQ(Register(), "2500/4999/4999/2499/2499");
  EXPECT_EQ(Counts(id, Table::kHousehold), "2499/0/0/1/0/2499");
}

TEST_F(ImportCommitTest, DoesNotOverwriteWhatWasChangedSinceTheCheck) {
  Committed(Files(2));
  auto files = Files(2);
  for (size_t at; (at = files[0].find("13800001234")) != std::string::npos;) files[0].replace(at, 11, "13900005678");
  const auto id = Checked({files[0]});
  v1::Household household = *Get(All()[0].household_id(), Registrar());
  household.set_cause_note("面谈后补充");
  ASSERT_TRUE(Update(household, {"cause_note"}).ok());
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_THAT(Findings(id), ElementsAre("AC01 2  CHANGED_SINCE_CHECK"));
  EXPECT_EQ(Counts(id, Table::kHousehold), "0/1/0/1/0/1");
  EXPECT_EQ(All()[0].cause_note(), "面谈后补充");
}

TEST_F(ImportCommitTest, AllOrNothingLeavesNothingWhenSomethingCameInBetween) {
  const auto id = Checked(Files(2500));
  database_.Sql(absl::StrCat("UPDATE import SET mode = ", static_cast<int>(v1::CommitImportRequest::ALL_OR_NOTHING)));
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(4999, "01")}, Registrar()).ok());
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_HAS_ERRORS");
  // The first part is written: what is left to do is to undo it, and nothing else.
  EXPECT_EQ(Register(), "2001/4001/4001/2000/2000");
  EXPECT_EQ(Count(absl::StrCat("import WHERE step = 4 AND committed_row > 0 AND id = ", id.number)), 1);
  EXPECT_THAT(Findings(id), Contains("AB01 5000 AAB004 REGISTERED_ELSEWHERE"));
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(Register(), "1/1/1/0/0");
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 1);
}

TEST_F(ImportCommitTest, AllOrNothingHoldsForChangesAsWell) {
  Committed(Files(2));
  auto files = Files(2);
  for (size_t at; (at = files[0].find("13800001234")) != std::string::npos;) files[0].replace(at, 11, "13900005678");
  const auto id = Checked({files[0]});
  database_.Sql(absl::StrCat("UPDATE import SET mode = ", static_cast<int>(v1::CommitImportRequest::ALL_OR_NOTHING)));
  v1::Household household = *Get(All()[0].household_id(), Registrar());
  household.set_cause_note("面谈后补充");
  ASSERT_TRUE(Update(household, {"cause_note"}).ok());
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_HAS_ERRORS");
  EXPECT_THAT(Findings(id), ElementsAre("AC01 2  CHANGED_SINCE_CHECK"));
  EXPECT_EQ(Counts(id, Table::kHousehold), "0/1/0/1/0/0");
  EXPECT_EQ(All()[1].phone(), "138****34");
}

TEST_F(ImportCommitTest, AllOrNothingHoldsWhenTheStagingWasLost) {
  const auto id = Checked(Files(3));
  database_.Sql(absl::StrCat("UPDATE import SET mode = ", static_cast<int>(v1::CommitImportRequest::ALL_OR_NOTHING)));
  LoseStaging();
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_HAS_ERRORS");
  EXPECT_EQ(Register(), "1/1/1/0/0");
}

TEST_F(ImportCommitTest, SeveralCountiesInOneImport) {
  const auto id = Committed({Csv(HouseholdHeader(), {HouseholdRow("A"), HouseholdRow("B", "", kForeignVillage)}),
                             Csv(MemberHeader(), {MemberRow("A", 1, "01"), MemberRow("B", 2, "01")})},
                            150500000000);
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Count("household WHERE shard = 150521"), 1);
  EXPECT_EQ(Count("member WHERE shard = 150521"), 1);
  const auto again = Committed({Csv(MemberHeader(), {MemberRow("B", 2, "01", "改名")})}, 150500000000);
  EXPECT_EQ(Counts(again, Table::kMember), "0/1/0/0/0/1");
}

// A row that names no known household is staged all the same: nothing is checked again.
TEST_F(ImportCommitTest, DoesNotCheckAgainWhatIsStagedWithoutAHousehold) {
  const auto id = Checked({Csv(IncomeHeader(), {{"H9", "2025", "1", "", ""}})});
  database_.Sql("DELETE FROM import_chunk");
  EXPECT_EQ(ReasonOf(Commit(id)), "");
}

// A check that the commit makes anew is no better when it is broken off: half of it must not be taken for all.
TEST_F(ImportCommitTest, DoesNotWriteWhatWasCheckedByHalf) {
  auto files = Files(3);
  files[1] += absl::StrJoin(MemberRow("H100000", 3, "99", "又一人"), ",") + "\n";  // the head of the second household
  const auto id = Checked(files);
  LoseStaging();
  for (int transactions = 1; transactions < 8; ++transactions) {
    ImportRun run = Run(id);
    std::atomic<int> left = transactions;  // parts are written side by side
    run.held = [&left](db::Tx&) { return left-- > 0 ? absl::OkStatus() : absl::UnavailableError("killed"); };
    CommitImport(run).IgnoreError();
  }
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_THAT(Findings(id), Contains("AB01 4 AAB004 DUPLICATE_IN_FILE"));
  EXPECT_EQ(Register(), "2/4/4/2/2");
}

// What was refused stays refused when the last step is done once more: nothing is checked anew against what others
// wrote.
TEST_F(ImportCommitTest, DoesNotWriteLaterWhatItRefused) {
  Committed(Files(1));
  auto file = Files(1)[0];
  for (size_t at; (at = file.find("13800001234")) != std::string::npos;) file.replace(at, 11, "13900005678");
  const auto id = Checked({file});
  v1::Household household = *Get(All()[0].household_id(), Registrar());
  household.set_cause_note("面谈后补充");
  ASSERT_TRUE(Update(household, {"cause_note"}).ok());
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_CHECK_OUTDATED");
  EXPECT_EQ(Refused(id, Table::kHousehold), 1);
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_CHECK_OUTDATED");
  EXPECT_EQ(Refused(id, Table::kHousehold), 1);
  EXPECT_THAT(Findings(id), ElementsAre("AC01 2  CHANGED_SINCE_CHECK"));
  EXPECT_EQ(All()[0].phone(), "138****34");
}

// The rows that were refused are counted, also by a commit that another one had to finish.
TEST_F(ImportCommitTest, CountsWhatItRefusedWhereverItWasBrokenOff) {
  auto files = Files(2500);
  const auto id = Checked(files);
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());  // of the first part
  ImportRun run = Run(id);
  bool told = false;
  run.progress = [&told](const std::string&, int64_t, int64_t) { told = true; };
  run.stopped = [&told] { return told; };
  EXPECT_FALSE(CommitImport(run).ok());
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_EQ(Counts(id, Table::kHousehold), "2499/0/0/1/0/2499");
  EXPECT_EQ(Refused(id, Table::kHousehold), 1);
  EXPECT_EQ(Refused(id, Table::kMember), 2);
  EXPECT_EQ(Refused(id, Table::kIncome), 1);
}

// The refused rows of a check that had to be made anew are those that were right before.
TEST_F(ImportCommitTest, CountsWhatANewCheckRefused) {
  const auto id = Checked(Files(3));
  LoseStaging();
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());
  ASSERT_TRUE(Commit(id).ok());
  EXPECT_EQ(Refused(id, Table::kMember), 2);
  EXPECT_EQ(Counts(id, Table::kMember), "4/0/0/2/0/4");
}

// Staged rows that lay about for long are removed bit by bit; what is left of them is not the import.
TEST_F(ImportCommitTest, DoesNotWriteWhatIsBeingRemoved) {
  const auto id = Checked(Files(3));
  database_.Sql(absl::StrCat(
      "INSERT INTO operation (shard, id, kind, area, subject, state, step, update_time) VALUES (", id.shard, ", ",
      id.number, ", 'register-import', ", kCounty, ", 'registrar', 3, 'check', now() - interval '31 days')"));
  auto deleted =
      database().Write({}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::DeleteUnneeded(tx, 1); });
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(Count("import_household"), 2);
  EXPECT_EQ(ReasonOf(Commit(id)), "IMPORT_FILE_UNREADABLE");
  EXPECT_EQ(Register(), "0/0/0/0/0");
}

// Files without a row, or with none to be written, are staged all the same: nothing is checked again.
TEST_F(ImportCommitTest, DoesNotCheckAgainWhatHasNoRows) {
  Committed(Files(1));
  for (const auto& file : {Csv(IncomeHeader(), {}), Files(1)[0]}) {
    const auto id = Checked({file});
    database_.Sql("DELETE FROM import_chunk");
    EXPECT_TRUE(Commit(id).ok());
    EXPECT_TRUE(Commit(id).ok());
  }
}

TEST_F(ImportCommitTest, KeepsOnlyTheStagedRowsThatWereWritten) {
  auto files = Files(3);
  files[1].replace(files[1].find(IdentityNumber(3)), 18, "110105194912310021");  // head of the second household
  Committed(files);
  EXPECT_EQ(Count("import_household"), 2);
  EXPECT_EQ(Count("import_member"), 4);
}

// Two parts are written side by side.
TEST_F(ImportCommitTest, EachRoundIsWrittenAtItsOwnTime) {
  const auto id = Checked(Files(4500));
  ImportRun run = Run(id);
  int ticks = 0;
  run.clock = [&] { return clock_.Now() + absl::Seconds(++ticks); };
  ASSERT_TRUE(CommitImport(run).ok());
  EXPECT_EQ(Count("(SELECT DISTINCT create_time FROM household) AS times"), 2);
  EXPECT_EQ(Count("(SELECT DISTINCT update_time FROM income) AS times"), 2);
}

TEST_F(ImportCommitTest, EachVillageHasItsEvent) {
  Committed({Csv(HouseholdHeader(), {HouseholdRow("A"), HouseholdRow("B", "", kSecondVillage), HouseholdRow("C")}),
             Csv(MemberHeader(),
                 {MemberRow("A", 1, "01"), MemberRow("A", 2, "99"), MemberRow("B", 3, "01"), MemberRow("C", 4, "01")}),
             Csv(IncomeHeader(), {{"B", "2025", "1", "", ""}})});
  std::map<std::string, v1::ImportCommitted> told;
  for (const auto& row : database_.Sql("SELECT body FROM event_outbox")) {
    events::v1::Event event;
    ASSERT_TRUE(event.ParseFromString(db::BytesOf(row[0])));
    v1::ImportCommitted committed;
    if (event.payload().UnpackTo(&committed)) told[event.area()] = committed;
  }
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[kVillage].household_ids_size(), 2);
  EXPECT_EQ(told[kVillage].row_count(), 5);
  EXPECT_EQ(told[kSecondVillage].household_ids_size(), 1);
  EXPECT_EQ(told[kSecondVillage].row_count(), 3);
}

// A village clerk who holds a household for longer than calls wait does not end the import.
TEST_F(ImportCommitTest, WaitsForLocksAsLongAsItTakes) {
  ImportRun run = Run(NewImport());
  EXPECT_TRUE(run.Write([](db::Tx& tx) {
                   EXPECT_STREQ(tx.RunText("SHOW lock_timeout")[0][0].c_str(), "0");
                   EXPECT_STREQ(tx.RunText("SHOW statement_timeout")[0][0].c_str(), "0");
                   return absl::OkStatus();
                 })
                  .ok());
}

}  // namespace
}  // namespace bangfu::registration
