#include <string>

#include "absl/strings/escaping.h"
#include "services/registration/rpc/import_fixture.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Table;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ImportUndoTest : public ImportFixture {
 protected:
  ids::RecordId CommitTwo() {
    return Committed(
        {Csv(HouseholdHeader(), {HouseholdRow("H1", "13800001234"), HouseholdRow("H2")}),
         Csv(MemberHeader(), {MemberRow("H1", 1, "01"), MemberRow("H1", 2, "99"), MemberRow("H2", 3, "01")}),
         Csv(IncomeHeader(), {{"H1", "2025", "100", "", ""}, {"H2", "2025", "100", "", ""}}),
         Csv(LivingHeader(), {{"H1", "2025", "1", "", ""}})});
  }

  // Reports of H1 for 2024, in a file each.
  ids::RecordId CommitReports(const std::string& figure) {
    return Committed(
        {Csv(IncomeHeader(), {{"H1", "2024", figure, "", ""}}), Csv(LivingHeader(), {{"H1", "2024", figure, "", ""}})});
  }
  absl::StatusOr<v1::Income> RecordIncome(const std::string& household_id, const std::string& etag = "") {
    v1::RecordIncomeRequest request;
    request.set_household_id(household_id);
    request.mutable_income()->set_year(2024);
    request.mutable_income()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::RecordIncome, request, Registrar());
  }
  absl::StatusOr<v1::LivingCondition> RecordLiving(const std::string& household_id, const std::string& etag = "") {
    v1::RecordLivingConditionRequest request;
    request.set_household_id(household_id);
    request.mutable_living_condition()->set_year(2024);
    request.mutable_living_condition()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(households_, &Households::RecordLivingCondition, request, Registrar());
  }

  // All incomes and living conditions of the household as they were known.
  std::string ReportsKnownAt(const std::string& household_id, absl::Time time) {
    v1::ListIncomesRequest incomes;
    v1::ListLivingConditionsRequest livings;
    incomes.set_household_id(household_id);
    livings.set_household_id(household_id);
    store::SetTime(time, incomes.mutable_as_known_at());
    *livings.mutable_as_known_at() = incomes.as_known_at();
    const auto known_incomes = Call(households_, &Households::ListIncomes, incomes, Viewer());
    const auto known_livings = Call(households_, &Households::ListLivingConditions, livings, Viewer());
    EXPECT_TRUE(known_incomes.ok() && known_livings.ok()) << known_incomes.status() << known_livings.status();
    return known_incomes->DebugString() + known_livings->DebugString();
  }

  // Who wrote what in the history of the reports for 2024, newest first: "AC07 UndoImport 100.00 -> 0.00".
  std::vector<std::string> HistoryOf2024(const std::string& household_id) {
    v1::ListHouseholdHistoryRequest request;
    request.set_household_id(household_id);
    const auto history = Call(households_, &Households::ListHouseholdHistory, request, Viewer());
    EXPECT_TRUE(history.ok()) << history.status();
    std::vector<std::string> told;
    for (const v1::RecordChange& change : history->changes()) {
      if (change.record_id() != "2024") continue;
      std::string& line = told.emplace_back(absl::StrCat(change.table(), " ", change.method()));
      for (const v1::FieldChange& field : change.fields()) {
        const bool figure = field.field() == "wage_fen" || field.field() == "arable_centi_mu";
        if (figure) absl::StrAppend(&line, " ", field.before(), "->", field.after());
      }
    }
    return told;
  }
};

TEST_F(ImportUndoTest, TakesBackWhatWasMade) {
  const auto id = CommitTwo();
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Count("household WHERE state = 1"), 0);
  EXPECT_EQ(Count("household WHERE archive_reason = '07'"), 2);
  EXPECT_EQ(Count("member WHERE state = 2 AND leave_reason = '11'"), 3);
  EXPECT_EQ(Count("identity_claim"), 0);
  EXPECT_EQ(Count("income"), 0);
  EXPECT_EQ(Count("living_condition"), 0);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
  EXPECT_EQ(Count("event_outbox WHERE position('ImportCommitted'::bytea IN body) > 0"), 2);
  // And it can be done once more.
  CommitTwo();
  EXPECT_EQ(Count("household WHERE state = 1"), 2);
}

TEST_F(ImportUndoTest, RestoresWhatWasChanged) {
  CommitTwo();
  const std::string before = Exported(Table::kHousehold, true) + Exported(Table::kMember, true) +
                             Exported(Table::kIncome, true) + Exported(Table::kLiving, true);
  const auto id = Committed({Csv(HouseholdHeader(), {HouseholdRow("H1", "13900005678", kSecondVillage)}),
                             Csv(MemberHeader(), {MemberRow("H1", 1, "99"), MemberRow("H1", 2, "01", "新户主"),
                                                  MemberRow("H1", 7, "99"), MemberRow("H2", 9, "99")}),
                             Csv(IncomeHeader(), {{"H1", "2025", "300", "", ""}, {"H1", "2024", "1", "", ""}}),
                             Csv(LivingHeader(), {{"H1", "2025", "3", "", ""}})});
  ASSERT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(All()[0].head_name(), "新户主");
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_THAT(Findings(id), IsEmpty());
  EXPECT_EQ(Exported(Table::kHousehold, true) + Exported(Table::kMember, true) + Exported(Table::kIncome, true) +
                Exported(Table::kLiving, true),
            before);
  EXPECT_EQ(Count("identity_claim"), 3);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 3);
}

// What was known between the commit and the undo stays known as it was.
TEST_F(ImportUndoTest, KeepsReportsThatItTakesBackInTheHistory) {
  CommitTwo();
  const std::string household_id = All()[0].household_id();
  const std::string before = ReportsKnownAt(household_id, clock_.Now());
  clock_.Advance(absl::Minutes(1));
  const auto id = CommitReports("3");
  const absl::Time committed = clock_.Now();
  const std::string between = ReportsKnownAt(household_id, committed);
  EXPECT_NE(between, before);
  clock_.Advance(absl::Minutes(1));
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(ReportsKnownAt(household_id, committed), between);
  EXPECT_EQ(ReportsKnownAt(household_id, clock_.Now() - absl::Microseconds(1)), between);
  EXPECT_EQ(ReportsKnownAt(household_id, clock_.Now()), before);
  EXPECT_THAT(HistoryOf2024(household_id),
              ::testing::ElementsAre("AC07 UndoImport 3.00->0.00", "AC30 UndoImport 3.00->",
                                     "AC07 CommitImport 0.00->3.00", "AC30 CommitImport ->3.00"));
}

// Whoever saw the report that is gone must not replace the one behind it.
TEST_F(ImportUndoTest, AReportBehindOneThatWasTakenBackIsAVersionOfItsOwn) {
  CommitTwo();
  const std::string household_id = All()[0].household_id();
  const auto id = CommitReports("3");
  const absl::Time committed = clock_.Now();
  const std::string between = ReportsKnownAt(household_id, committed);
  ASSERT_TRUE(Undo(id).ok());
  clock_.Advance(-absl::Minutes(1));  // a replica whose clock is behind
  const auto income = RecordIncome(household_id);
  const auto living = RecordLiving(household_id);
  ASSERT_TRUE(income.ok() && living.ok()) << income.status() << living.status();
  const std::string gone_etag = absl::StrCat("\"", household_id, ".2024.1\"");
  EXPECT_THAT(between, ::testing::HasSubstr(absl::CEscape(gone_etag)));
  EXPECT_EQ(ReasonOf(RecordIncome(household_id, gone_etag)), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(RecordLiving(household_id, gone_etag)), "ETAG_MISMATCH");
  EXPECT_TRUE(RecordIncome(household_id, income->etag()).ok());
  EXPECT_TRUE(RecordLiving(household_id, living->etag()).ok());
  EXPECT_EQ(ReportsKnownAt(household_id, committed), between);
}

TEST_F(ImportUndoTest, DoesNotRestoreWhatAnotherUndoTookBack) {
  CommitTwo();
  const std::string household_id = All()[0].household_id();
  const std::string before = ReportsKnownAt(household_id, clock_.Now());
  ASSERT_TRUE(Undo(CommitReports("3")).ok());
  clock_.Advance(absl::Minutes(1));
  const auto again = CommitReports("5");
  const absl::Time committed = clock_.Now();
  const std::string between = ReportsKnownAt(household_id, committed);
  clock_.Advance(absl::Minutes(1));
  ASSERT_TRUE(Undo(again).ok());
  EXPECT_EQ(ReportsKnownAt(household_id, clock_.Now()), before);
  EXPECT_EQ(ReportsKnownAt(household_id, committed), between);
  EXPECT_EQ(Count("record_version WHERE kind IN (3, 4)"), 8);
}

TEST_F(ImportUndoTest, LeavesHouseholdsThatWereChangedSince) {
  const auto id = CommitTwo();
  v1::Household household = *Get(All()[0].household_id(), Registrar());
  household.set_cause_note("面谈后补充");
  ASSERT_TRUE(Update(household, {"cause_note"}).ok());
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_THAT(Findings(id), Contains("AC01 2  CHANGED_SINCE"));
  EXPECT_EQ(Count("household WHERE state = 1"), 1);
  EXPECT_EQ(Count("member WHERE state = 1"), 2);
  EXPECT_EQ(Count("income"), 1);
}

TEST_F(ImportUndoTest, LeavesHouseholdsThatSomebodyJoinedSince) {
  const auto id = CommitTwo();
  ASSERT_TRUE(Add(All()[1].household_id(), NewMember(55, "99")).ok());
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(Count("household WHERE state = 1"), 1);
  EXPECT_EQ(Count("member WHERE state = 1"), 2);
}

TEST_F(ImportUndoTest, ResumesWhereverItWasBrokenOff) {
  Rows households, members;
  for (int i = 0; i < 2500; ++i) {
    households.push_back(HouseholdRow(absl::StrCat("H", i)));
    members.push_back(MemberRow(absl::StrCat("H", i), i, "01"));
  }
  const auto id = Committed({Csv(HouseholdHeader(), households), Csv(MemberHeader(), members)});
  for (int transactions = 1; transactions < 4; ++transactions) {
    ImportRun run = Run(id);
    int left = transactions;
    run.held = [&left](db::Tx&) { return left-- > 0 ? absl::OkStatus() : absl::UnavailableError("killed"); };
    UndoImport(run).IgnoreError();
  }
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_EQ(Count("household WHERE state = 1"), 0);
  EXPECT_EQ(Count("record_version"), 5000);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
}

// Somebody else has by now what the household had before.
TEST_F(ImportUndoTest, LeavesHouseholdsWhoseFormerNumbersAreTaken) {
  std::vector<std::string> header = MemberHeader();
  header[8] = "AAB001";
  const auto person = [](const std::string& household, int serial, const std::string& number) {
    auto row = MemberRow(household, serial, "01");
    row[8] = number;
    return row;
  };
  const std::string households = Csv(HouseholdHeader(), {HouseholdRow("H1"), HouseholdRow("H2"), HouseholdRow("H3")});
  Committed({households, Csv(header, {person("H1", 1, "P1"), person("H2", 2, "P2"), person("H3", 3, "P3")})});
  const auto free = Committed({Csv(header, {person("H2", 12, "P2")})});
  const auto id = Committed({Csv(header, {person("H1", 11, "P1"), person("H2", 22, "P2"), person("H3", 13, "P3")})});
  ASSERT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());
  ASSERT_TRUE(Undo(id).ok());
  EXPECT_THAT(Findings(id), ::testing::ElementsAre("AB01 2  CHANGED_SINCE"));
  const auto numbers = [&] {
    std::string found;
    for (const v1::Household& household : All()) {
      if (household.national_id().empty()) continue;
      v1::GetMemberRequest request;
      request.set_member_id(MembersOf(household.household_id())[0].member_id());
      request.set_view(options::v1::FULL);
      request.set_purpose("核对");
      const std::string number = Call(members_, &Members::GetMember, request, Registrar(kProvince))->id_number();
      for (int serial : {1, 2, 3, 11, 12, 13, 22}) {
        if (number == IdentityNumber(serial)) absl::StrAppend(&found, serial, " ");
      }
    }
    return found;
  };
  EXPECT_EQ(numbers(), "11 12 3 ");
  // Undone itself by now, the later import hides nothing from the earlier one.
  ASSERT_TRUE(Undo(free).ok());
  EXPECT_THAT(Findings(free), ::testing::ElementsAre("AB01 2  CHANGED_SINCE"));
}

TEST_F(ImportUndoTest, WalksOnlyWhatTheImportWrote) {
  const auto first = CommitTwo();
  const auto second = Committed({Csv(IncomeHeader(), {{"H2", "2024", "1", "", ""}})});
  EXPECT_EQ(Count(absl::StrCat("import_written WHERE import_id = ", first.number)), 2);
  EXPECT_EQ(Count(absl::StrCat("import_written WHERE import_id = ", second.number)), 1);
}

}  // namespace
}  // namespace bangfu::registration
