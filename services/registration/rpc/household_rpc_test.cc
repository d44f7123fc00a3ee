#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;

class HouseholdRpcTest : public RegisterFixture {};

TEST_F(HouseholdRpcTest, ARegisteredHouseholdIsReadAsItWasGiven) {
  v1::Household given = NewHousehold(kVillage);
  given.set_national_id("1505260001");
  given.add_other_causes("03");
  given.add_other_causes("12");
  given.set_martyr_family(false);
  given.set_bank_name("农商银行");
  auto created = Create(given, {NewMember(1, "01", "巴特尔"), NewMember(2, "02")}, Registrar());
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->household_id().substr(0, 7), "150526-");
  EXPECT_EQ(created->head_name(), "巴特尔");
  EXPECT_EQ(created->member_count(), 2);
  auto read = Get(created->household_id(), Viewer());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->DebugString(), created->DebugString());
  EXPECT_THAT(read->other_causes(), ElementsAre("03", "12"));
  EXPECT_TRUE(read->has_martyr_family());
}

TEST_F(HouseholdRpcTest, WhatIsWrongIsRefused) {
  struct {
    const char* what;
    v1::Household household;
    std::vector<v1::Member> members;
    const char* reason;
  } cases[] = {
      {"two heads", NewHousehold(kVillage), {NewMember(1, "01"), NewMember(2, "01")}, "HOUSEHOLD_HEAD_COUNT"},
      {"the same number twice",
       NewHousehold(kVillage),
       {NewMember(1, "01"), NewMember(1, "02")},
       "IDENTITY_NUMBER_TAKEN"},
      {"a code that does not exist", NewHousehold(kVillage), {NewMember(1, "77")}, "INVALID_FIELD"},
      {"a county", NewHousehold("150526000000"), {NewMember(1, "01")}, "AREA_NOT_A_VILLAGE"},
      {"a village that is not known", NewHousehold("150526100999"), {NewMember(1, "01")}, "AREA_NOT_FOUND"},
      {"another county", NewHousehold(kForeignVillage), {NewMember(1, "01")}, "AREA_OUT_OF_SCOPE"},
  };
  for (const auto& c : cases) EXPECT_EQ(ReasonOf(Create(c.household, c.members, Registrar())), c.reason) << c.what;
  EXPECT_EQ(List(kCounty, "", "", 0, "", Viewer())->total_size(), 0);
}

TEST_F(HouseholdRpcTest, CheckingOnlyChangesNothing) {
  v1::CreateHouseholdRequest request;
  *request.mutable_household() = NewHousehold(kVillage);
  *request.add_members() = NewMember(1, "01");
  request.set_request_id(testing::NewRequestId());
  request.set_validate_only(true);
  EXPECT_TRUE(Call(households_, &Households::CreateHousehold, request, Registrar()).ok());
  EXPECT_EQ(List(kCounty, "", "", 0, "", Viewer())->total_size(), 0);
}

TEST_F(HouseholdRpcTest, TheNationalNumberIsUniqueInTheCounty) {
  v1::Household numbered = NewHousehold(kVillage);
  numbered.set_national_id("1505260001");
  auto first = Create(numbered, {NewMember(1, "01")}, Registrar());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ReasonOf(Create(numbered, {NewMember(2, "01")}, Registrar())), "NATIONAL_ID_TAKEN");
  auto second = Create(NewHousehold(kVillage), {NewMember(2, "01")}, Registrar());
  second->set_national_id("1505260001");
  EXPECT_EQ(ReasonOf(Update(*second, {"national_id"})), "NATIONAL_ID_TAKEN");
  ASSERT_TRUE(Archive(*first).ok());
  EXPECT_TRUE(Update(*second, {"national_id"}).ok()) << "an archived household frees its number";
}

TEST_F(HouseholdRpcTest, SealedValuesAreMaskedUnlessAPurposeIsStated) {
  v1::Household given = NewHousehold(kVillage);
  given.set_phone("13800138021");
  given.set_bank_account("6228480402564890018");
  const auto created = Create(given, {NewMember(1, "01")}, Registrar());
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(Get(created->household_id(), Viewer())->phone(), "138****21");
  v1::GetHouseholdRequest request;
  request.set_household_id(created->household_id());
  request.set_view(options::v1::FULL);
  EXPECT_EQ(ReasonOf(Call(households_, &Households::GetHousehold, request, Registrar())), "PURPOSE_REQUIRED");
  request.set_purpose("核对一卡通账号");
  EXPECT_EQ(ReasonOf(Call(households_, &Households::GetHousehold, request, Viewer())), "PERMISSION_DENIED");
  auto full = Call(households_, &Households::GetHousehold, request, Registrar());
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->phone(), "13800138021");
  EXPECT_EQ(full->bank_account(), "6228480402564890018");
  const auto stored = database_.Sql("SELECT position('138001'::bytea IN phone) FROM household");
  EXPECT_EQ(stored[0][0].as<int>(), 0);
}

TEST_F(HouseholdRpcTest, NothingThatIsKeptBesideTheRowsHoldsPersonalData) {
  v1::Household given = NewHousehold(kVillage);
  given.set_phone("13800138021");
  auto created = Create(given, {NewMember(1, "01", "巴特尔")}, Registrar());
  ASSERT_TRUE(created.ok()) << created.status();
  v1::Household change = *created;
  change.set_phone("13900139021");
  ASSERT_TRUE(Update(change, {"phone"}).ok());
  ASSERT_TRUE(Archive(*Get(created->household_id(), Viewer())).ok());
  const auto rows_with = [&](const std::string& table, const std::string& column, const std::string& text) {
    return database_
        .Sql("SELECT count(*) FROM " + table + " WHERE position(convert_to('" + text + "', 'UTF8') IN " + column +
             ") > 0")[0][0]
        .as<int>();
  };
  for (const std::string& secret : {std::string("13800138021"), std::string("13900139021"), IdentityNumber(1)}) {
    for (const char* table : {"event_outbox", "audit_outbox", "record_version"}) {
      EXPECT_EQ(rows_with(table, "body", secret), 0) << table;
    }
    EXPECT_EQ(rows_with("request_claim", "response", secret), 0);
  }
  EXPECT_EQ(rows_with("event_outbox", "body", "巴特尔"), 0);
  EXPECT_EQ(rows_with("audit_outbox", "body", "巴特尔"), 0);
  EXPECT_EQ(rows_with("event_outbox", "body", "HouseholdCreated"), 1);
  EXPECT_EQ(rows_with("event_outbox", "body", "HouseholdUpdated"), 1);
  EXPECT_EQ(rows_with("event_outbox", "body", "HouseholdArchived"), 1);
  EXPECT_EQ(rows_with("event_outbox", "body", "MemberRemoved"), 1);
}

TEST_F(HouseholdRpcTest, ForeignHouseholdsCannotBeToldFromMissingOnes) {
  const v1::Household foreign = Register(kForeignVillage);
  EXPECT_EQ(ReasonOf(Get(foreign.household_id(), Viewer())), "AREA_OUT_OF_SCOPE");
  const v1::Household own = Register(kVillage);
  const int64_t second_village = 150526100202;
  EXPECT_EQ(ReasonOf(Get(own.household_id(), Viewer(second_village))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Get("150526-0000000000001", Viewer(second_village))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Get("150526-0000000000001", Viewer())), "HOUSEHOLD_NOT_FOUND");
}

TEST_F(HouseholdRpcTest, UpdatesNeedTheVersionThatWasSeen) {
  const v1::Household before = Register();
  v1::Household change;
  change.set_household_id(before.household_id());
  change.set_etag(before.etag());
  change.set_main_cause("02");
  auto after = Update(change);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->main_cause(), "02");
  EXPECT_EQ(after->attribute(), "01");
  EXPECT_NE(after->etag(), before.etag());
  EXPECT_EQ(ReasonOf(Update(change)), "ETAG_MISMATCH");
  change.set_etag(after->etag());
  EXPECT_EQ(ReasonOf(Update(change, {"no_such_field"})), "INVALID_UPDATE_MASK");
  EXPECT_EQ(ReasonOf(Update(change, {"attribute"})), "INVALID_FIELD");
}

TEST_F(HouseholdRpcTest, HistoryTellsWhoChangedWhatAndWhen) {
  const v1::Household first = Register(kVillage, 1);
  clock_.Advance(absl::Minutes(1));
  v1::Household change = first;
  change.set_main_cause("02");
  change.set_phone("13800138021");
  ASSERT_TRUE(Update(change, {"main_cause", "phone"}).ok());
  v1::ListHouseholdHistoryRequest request;
  request.set_household_id(first.household_id());
  auto history = Call(households_, &Households::ListHouseholdHistory, request, Viewer());
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->changes_size(), 3);  // the update, the household, its member
  const v1::RecordChange& update = history->changes(0);
  EXPECT_EQ(update.table(), "AC01");
  EXPECT_EQ(update.subject(), "registrar");
  EXPECT_EQ(update.method(), "UpdateHousehold");
  EXPECT_EQ(update.time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  ASSERT_EQ(update.fields_size(), 2);
  EXPECT_EQ(update.fields(0).label(), "主要致贫原因");
  EXPECT_EQ(update.fields(0).before(), "因病");
  EXPECT_EQ(update.fields(0).after(), "因残");
  EXPECT_EQ(update.fields(1).after(), "138****21");
  EXPECT_EQ(history->changes(1).method(), "CreateHousehold");
  EXPECT_EQ(history->changes(2).table(), "AB01");
  request.set_page_size(2);
  auto page = Call(households_, &Households::ListHouseholdHistory, request, Viewer());
  request.set_page_token(page->next_page_token());
  page = Call(households_, &Households::ListHouseholdHistory, request, Viewer());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->changes_size(), 1);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(HouseholdRpcTest, AHouseholdIsReadAsItWasKnown) {
  const v1::Household first = Register();
  const absl::Time registered = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  v1::Household change = first;
  change.set_main_cause("02");
  const auto second = Update(change, {"main_cause"});
  ASSERT_TRUE(second.ok()) << second.status();
  v1::GetHouseholdRequest request;
  request.set_household_id(first.household_id());
  const auto cause_at = [&](absl::Time time) {
    request.mutable_as_known_at()->set_seconds(absl::ToUnixSeconds(time));
    auto household = Call(households_, &Households::GetHousehold, request, Viewer());
    return household.ok() ? household->main_cause() : ReasonOf(household);
  };
  EXPECT_EQ(cause_at(registered - absl::Seconds(1)), "HOUSEHOLD_NOT_FOUND");
  EXPECT_EQ(cause_at(registered), "01");
  EXPECT_EQ(cause_at(registered + absl::Seconds(59)), "01");
  EXPECT_EQ(cause_at(registered + absl::Seconds(60)), "02");
}

TEST_F(HouseholdRpcTest, ARepeatedRequestGetsTheFirstAnswer) {
  const std::string request_id = testing::NewRequestId();
  const std::vector<v1::Member> members = {NewMember(1, "01")};
  const auto first = Create(NewHousehold(kVillage), members, Registrar(), request_id);
  const auto again = Create(NewHousehold(kVillage), members, Registrar(), request_id);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->household_id(), first->household_id());
  EXPECT_EQ(ReasonOf(Create(NewHousehold(kSecondVillage), members, Registrar(), request_id)), "REQUEST_ID_REUSED");
  EXPECT_EQ(List(kCounty, "", "", 0, "", Viewer())->total_size(), 1);
}

TEST_F(HouseholdRpcTest, OfConcurrentRegistrationsOfAPersonOneSucceeds) {
  std::atomic<int> succeeded{0}, taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      // In either order of the two numbers.
      const int head = i % 2 == 0 ? 1 : 3;
      auto created = Create(NewHousehold(kVillage), {NewMember(head, "01"), NewMember(4 - head, "99")}, Registrar());
      succeeded += created.ok();
      taken += ReasonOf(created) == "IDENTITY_NUMBER_TAKEN";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(taken, 7);
}

TEST_F(HouseholdRpcTest, ArchivingTakesMembersAlongAndFreesTheirNumbers) {
  const auto household = Create(NewHousehold(kVillage), {NewMember(1, "01"), NewMember(2, "02")}, Registrar());
  ASSERT_TRUE(household.ok()) << household.status();
  auto archived = Archive(*household);
  ASSERT_TRUE(archived.ok()) << archived.status();
  EXPECT_EQ(archived->state(), v1::Household::ARCHIVED);
  EXPECT_TRUE(MembersOf(household->household_id()).empty());
  EXPECT_EQ(ReasonOf(Archive(*archived)), "HOUSEHOLD_ARCHIVED");
  EXPECT_EQ(List(kCounty, "", "", 0, "", Viewer())->total_size(), 0);
  EXPECT_EQ(List(kCounty, "state = ARCHIVED", "", 0, "", Viewer())->total_size(), 1);
  EXPECT_TRUE(Create(NewHousehold(kVillage), {NewMember(1, "01")}, Registrar()).ok());
}

TEST_F(HouseholdRpcTest, AHouseholdMovesToAnotherVillageWithItsMembers) {
  const v1::Household before = Register(kVillage, 2);
  v1::Household change = before;
  change.set_area(kSecondVillage);
  auto moved = Update(change, {"area"});
  ASSERT_TRUE(moved.ok()) << moved.status();
  for (const v1::Member& member : MembersOf(before.household_id())) EXPECT_EQ(member.area(), kSecondVillage);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 0);
  EXPECT_EQ(Statistics(kSecondVillage)->total().person_count(), 2);
  change = *moved;
  change.set_area(kForeignVillage);
  EXPECT_EQ(ReasonOf(Update(change, {"area"})), "MOVE_ACROSS_COUNTIES");
}

TEST_F(HouseholdRpcTest, SplittingAndMergingKeepEverybodyOnTheRegister) {
  const v1::Household old = Register(kVillage, 3);
  const auto members = MembersOf(old.household_id());
  const auto split = Splitting(old, members[2].member_id());
  auto founded = Call(households_, &Households::SplitHousehold, split, Registrar());
  ASSERT_TRUE(founded.ok()) << founded.status();
  EXPECT_EQ(MembersOf(founded->household_id())[0].member_id(), members[2].member_id());
  v1::MergeHouseholdsRequest merge;
  merge.set_household_id(old.household_id());
  merge.set_etag(Get(old.household_id(), Viewer())->etag());
  merge.set_merged_household_id(founded->household_id());
  merge.add_members()->set_member_id(members[2].member_id());
  merge.mutable_members(0)->set_relation("03");
  merge.set_request_id(testing::NewRequestId());
  auto merged = Call(households_, &Households::MergeHouseholds, merge, Reviewer());
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->member_count(), 3);
  EXPECT_EQ(Get(founded->household_id(), Viewer())->state(), v1::Household::ARCHIVED);
  EXPECT_EQ(Statistics(kVillage)->total().household_count(), 1);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 3);
}

TEST_F(HouseholdRpcTest, ListsComeInPagesThatCoverEverythingOnce) {
  for (int i = 0; i < 7; ++i) Register(i % 2 == 0 ? kVillage : kSecondVillage, 1 + i % 3);
  Register(kForeignVillage);
  for (const std::string order : {"", "member_count desc", "national_id, head_name desc", "exit_flag"}) {
    std::set<std::string> seen;
    std::string token;
    int rows = 0;
    do {
      auto page = List(kCounty, "", order, 2, token, Viewer());
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->total_size(), token.empty() ? 7 : 0);
      for (const v1::Household& household : page->households()) seen.insert(household.household_id());
      rows += page->households_size();
      token = page->next_page_token();
    } while (!token.empty());
    EXPECT_EQ(seen.size(), 7u) << order;
    EXPECT_EQ(rows, 7) << order;
  }
}

TEST_F(HouseholdRpcTest, ListsFilterWithinTheCallersAreas) {
  Register(kVillage, 1);
  Register(kSecondVillage, 3);
  Register(kForeignVillage, 3);
  EXPECT_EQ(List(kCounty, "member_count >= 3", "", 0, "", Viewer())->total_size(), 1);
  EXPECT_EQ(List(kCounty, "area = \"150526100202\"", "", 0, "", Viewer())->total_size(), 1);
  const auto mine = Call(households_, &Households::ListHouseholds, v1::ListHouseholdsRequest(), Viewer());
  EXPECT_EQ(mine->total_size(), 2) << "all that the caller may see";
  const auto wider = List(kProvince, "", "", 0, "", Viewer());
  EXPECT_EQ(ReasonOf(wider), "AREA_OUT_OF_SCOPE") << "not silently less than what was asked for";
  EXPECT_EQ(status::ErrorInfoOf(wider.status()).metadata().at("areas"), "150526000000");
  EXPECT_EQ(ReasonOf(List(kOtherCounty, "", "", 0, "", Viewer())), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(List(kCounty, "main_cause = \"77\"", "", 0, "", Viewer())), "INVALID_FILTER");
  EXPECT_EQ(ReasonOf(List(kCounty, "phone = \"1\"", "", 0, "", Viewer())), "INVALID_FILTER");
  auto page = List(kCounty, "", "", 1, "", Viewer());
  EXPECT_EQ(ReasonOf(List(kCounty, "member_count > 0", "", 1, page->next_page_token(), Viewer())),
            "INVALID_PAGE_TOKEN");
}

TEST_F(HouseholdRpcTest, ReportsOfAYearAreReplacedAgainstTheirVersion) {
  const v1::Household household = Register(kVillage, 2);
  v1::RecordIncomeRequest request;
  request.set_household_id(household.household_id());
  request.mutable_income()->set_year(2025);
  request.mutable_income()->set_wage_fen(1'000'000);
  request.mutable_income()->set_pension_fen(120'000);
  request.set_request_id(testing::NewRequestId());
  auto first = Call(households_, &Households::RecordIncome, request, Registrar());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->net_fen(), 1'120'000);
  EXPECT_EQ(first->net_per_capita_fen(), 560'000);
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(households_, &Households::RecordIncome, request, Registrar())), "INVALID_FIELD");
  request.mutable_income()->set_etag(first->etag());
  request.mutable_income()->set_transfer_fen(1);
  EXPECT_EQ(ReasonOf(Call(households_, &Households::RecordIncome, request, Registrar())), "INCOME_PARTS_DISAGREE");
  request.mutable_income()->clear_transfer_fen();
  request.mutable_income()->set_wage_fen(0);
  auto second = Call(households_, &Households::RecordIncome, request, Registrar());
  ASSERT_TRUE(second.ok()) << second.status();
  v1::ListIncomesRequest list;
  list.set_household_id(household.household_id());
  auto incomes = Call(households_, &Households::ListIncomes, list, Viewer());
  ASSERT_EQ(incomes->incomes_size(), 1);
  EXPECT_EQ(incomes->incomes(0).DebugString(), second->DebugString());
  EXPECT_EQ(database_.Sql("SELECT count(*) FROM record_version WHERE kind = 3")[0][0].as<int>(), 1);
}

// The figures of a household's reports as they were known, which are the same of both kinds.
class KnownReportsTest : public RegisterFixture {
 protected:
  void Record(const std::string& household_id, int year, int figure) {
    v1::RecordIncomeRequest income;
    income.set_household_id(household_id);
    income.mutable_income()->set_year(year);
    income.mutable_income()->set_wage_fen(figure);
    income.mutable_income()->set_etag(income_etags_[year]);
    income.set_request_id(testing::NewRequestId());
    income_etags_[year] = Call(households_, &Households::RecordIncome, income, Registrar())->etag();
    v1::RecordLivingConditionRequest living;
    living.set_household_id(household_id);
    living.mutable_living_condition()->set_year(year);
    living.mutable_living_condition()->set_arable_centi_mu(figure);
    living.mutable_living_condition()->set_etag(living_etags_[year]);
    living.set_request_id(testing::NewRequestId());
    living_etags_[year] = Call(households_, &Households::RecordLivingCondition, living, Registrar())->etag();
  }

  std::string KnownAt(const std::string& household_id, absl::Time time) {
    v1::ListIncomesRequest incomes;
    v1::ListLivingConditionsRequest livings;
    incomes.set_household_id(household_id);
    livings.set_household_id(household_id);
    store::SetTime(time, incomes.mutable_as_known_at());
    *livings.mutable_as_known_at() = incomes.as_known_at();
    const auto known_incomes = Call(households_, &Households::ListIncomes, incomes, Viewer());
    const auto known_livings = Call(households_, &Households::ListLivingConditions, livings, Viewer());
    std::string of_incomes, of_livings;
    for (const v1::Income& one : known_incomes->incomes()) {
      absl::StrAppend(&of_incomes, one.year(), "=", one.wage_fen(), " ");
    }
    for (const v1::LivingCondition& one : known_livings->living_conditions()) {
      absl::StrAppend(&of_livings, one.year(), "=", one.arable_centi_mu(), " ");
    }
    EXPECT_EQ(of_incomes, of_livings);
    return of_incomes;
  }

  std::map<int, std::string> income_etags_, living_etags_;
};

TEST_F(KnownReportsTest, ReportsAreReadAsTheyWereKnown) {
  const std::string id = Register().household_id();
  const absl::Time registered = clock_.Now();
  // A minute behind the other: a report for 2024, one for 2025, and the first again.
  for (const auto& [year, figure] : {std::pair{2024, 100}, {2025, 200}, {2024, 300}}) {
    clock_.Advance(absl::Minutes(1));
    Record(id, year, figure);
  }
  EXPECT_EQ(KnownAt(id, registered), "");
  EXPECT_EQ(KnownAt(id, registered + absl::Minutes(1)), "2024=100 ");
  EXPECT_EQ(KnownAt(id, registered + absl::Minutes(2)), "2025=200 2024=100 ");
  EXPECT_EQ(KnownAt(id, registered + absl::Minutes(3)), "2025=200 2024=300 ");
}

TEST_F(HouseholdRpcTest, LivingConditionsAreReadAsTheyWereGiven) {
  const v1::Household household = Register();
  v1::RecordLivingConditionRequest request;
  request.set_household_id(household.household_id());
  v1::LivingCondition* living = request.mutable_living_condition();
  living->set_year(2025);
  living->set_arable_centi_mu(1234);
  living->set_safe_water(true);
  living->set_dangerous_house(false);
  living->set_danger_grade("B");
  living->set_fuel("04");
  request.set_request_id(testing::NewRequestId());
  auto recorded = Call(households_, &Households::RecordLivingCondition, request, Registrar());
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  v1::ListLivingConditionsRequest list;
  list.set_household_id(household.household_id());
  auto listed = Call(households_, &Households::ListLivingConditions, list, Viewer());
  ASSERT_EQ(listed->living_conditions_size(), 1);
  EXPECT_EQ(listed->living_conditions(0).DebugString(), recorded->DebugString());
  EXPECT_FALSE(listed->living_conditions(0).has_water_difficulty());
  living->set_etag(recorded->etag());
  living->set_danger_grade("A");
  request.set_request_id(testing::NewRequestId());
  EXPECT_TRUE(Call(households_, &Households::RecordLivingCondition, request, Registrar()).ok());
  v1::ListHouseholdHistoryRequest history;
  history.set_household_id(household.household_id());
  auto changes = Call(households_, &Households::ListHouseholdHistory, history, Viewer());
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->changes_size(), 6);  // household, three members, two versions of the report
}

}  // namespace
}  // namespace bangfu::registration
