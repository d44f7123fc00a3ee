#include <map>
#include <string>
#include <vector>

#include "bangfu/events/v1/event.pb.h"
#include "bangfu/registration/v1/register_events.pb.h"
#include "common/metrics/metrics.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

class MemberRpcTest : public RegisterFixture {
 protected:
  absl::StatusOr<v1::Member> Update(const v1::Member& member, const std::vector<std::string>& mask) {
    v1::UpdateMemberRequest request;
    *request.mutable_member() = member;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(testing::NewRequestId());
    return Call(members_, &Members::UpdateMember, request, Registrar());
  }

  // A change of the member that says nothing yet. What was read cannot be sent back as a whole: it is masked.
  static v1::Member ChangeOf(const v1::Member& member) {
    v1::Member change;
    change.set_member_id(member.member_id());
    change.set_etag(member.etag());
    return change;
  }

  absl::StatusOr<v1::Member> Find(const std::string& number, int64_t area, const std::string& token) {
    v1::FindMemberRequest request;
    request.set_area(std::to_string(area));
    request.set_id_number(number);
    return Call(members_, &Members::FindMember, request, token);
  }
};

TEST_F(MemberRpcTest, MembersAreListedHeadFirstAndMasked) {
  const auto household = Create(NewHousehold(kVillage), {NewMember(2, "02"), NewMember(1, "01")}, Registrar());
  ASSERT_TRUE(household.ok()) << household.status();
  const auto members = MembersOf(household->household_id());
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].relation(), "01");
  EXPECT_EQ(members[0].birth_date(), "1980-05-01");
  EXPECT_THAT(members[0].id_number(), ::testing::StartsWith("150***"));
  v1::GetMemberRequest request;
  request.set_member_id(members[0].member_id());
  request.set_view(options::v1::FULL);
  request.set_purpose("核对身份");
  EXPECT_EQ(Call(members_, &Members::GetMember, request, Registrar())->id_number(), IdentityNumber(1));
}

TEST_F(MemberRpcTest, APersonIsFoundByNumberWithinTheCallersArea) {
  const v1::Household own = Register(kVillage, 1);
  Register(kForeignVillage, 1);
  auto found = Find(IdentityNumber(1), kCounty, Registrar());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->household_id(), own.household_id());
  EXPECT_EQ(ReasonOf(Find(IdentityNumber(2), kCounty, Registrar())), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Find(IdentityNumber(3), kCounty, Registrar())), "MEMBER_NOT_FOUND");
  EXPECT_TRUE(Find(IdentityNumber(2), kProvince, Registrar(kProvince)).ok());
}

TEST_F(MemberRpcTest, WhoIsRegisteredAnywhereInTheProvinceCannotJoin) {
  const v1::Household household = Register(kVillage, 1);
  Register(kForeignVillage, 1);
  EXPECT_EQ(ReasonOf(Add(household.household_id(), NewMember(2, "02"))), "IDENTITY_NUMBER_TAKEN");
  auto joined = Add(household.household_id(), NewMember(4, "02"));
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(Get(household.household_id(), Viewer())->member_count(), 2);
  EXPECT_EQ(Statistics(kVillage)->total().person_count(), 2);
}

TEST_F(MemberRpcTest, AnotherIdentityNumberFreesTheOldOne) {
  const v1::Household household = Register(kVillage, 1);
  v1::Member change = ChangeOf(MembersOf(household.household_id())[0]);
  change.set_id_number(IdentityNumber(11));
  auto corrected = Update(change, {"id_number"});
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_TRUE(Find(IdentityNumber(11), kCounty, Registrar()).ok());
  EXPECT_EQ(ReasonOf(Find(IdentityNumber(1), kCounty, Registrar())), "MEMBER_NOT_FOUND");
  EXPECT_TRUE(Add(household.household_id(), NewMember(1, "03")).ok());
  change = ChangeOf(*corrected);
  change.set_id_number(IdentityNumber(12));
  const auto fault = Update(change, {"id_number"});
  EXPECT_EQ(status::BadRequestOf(fault.status()).field_violations(0).field(), "member.sex");
}

TEST_F(MemberRpcTest, ANewNameOfTheHeadIsTheHouseholdsToo) {
  const v1::Household household = Register(kVillage, 2);
  v1::Member change = ChangeOf(MembersOf(household.household_id())[0]);
  change.set_name("宝音");
  ASSERT_TRUE(Update(change, {}).ok());
  const auto after = Get(household.household_id(), Viewer());
  EXPECT_EQ(after->head_name(), "宝音");
  EXPECT_NE(after->etag(), household.etag());
  EXPECT_EQ(ReasonOf(Update(change, {})), "ETAG_MISMATCH");
}

TEST_F(MemberRpcTest, AChangeOfAMemberAloneLeavesTheHouseholdAsItIs) {
  const v1::Household household = Register(kVillage, 2);
  v1::Member change = ChangeOf(MembersOf(household.household_id())[1]);
  change.set_work_months(6);
  auto updated = Update(change, {"work_months"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->work_months(), 6);
  EXPECT_EQ(Get(household.household_id(), Viewer())->etag(), household.etag());
  change = ChangeOf(*updated);
  change.set_join_date("2020-01-01");
  EXPECT_EQ(ReasonOf(Update(change, {"join_date"})), "INVALID_UPDATE_MASK");
}

TEST_F(MemberRpcTest, WhoLeftStaysReadableAndNothingElse) {
  const v1::Household household = Register(kVillage, 2);
  auto members = MembersOf(household.household_id());
  EXPECT_EQ(ReasonOf(Remove(members[0])), "FIRST_HEAD_REQUIRED");
  auto left = Remove(members[0], members[1].member_id());
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_EQ(left->state(), v1::Member::LEFT);
  EXPECT_EQ(ReasonOf(Remove(*left)), "MEMBER_LEFT");
  members = MembersOf(household.household_id());
  ASSERT_EQ(members.size(), 1u);
  EXPECT_EQ(members[0].relation(), "01");
  EXPECT_EQ(ReasonOf(Remove(members[0])), "HOUSEHOLD_EMPTY");
  v1::ListMembersRequest request;
  request.set_household_id(household.household_id());
  request.set_filter("state = LEFT");
  EXPECT_EQ(Call(members_, &Members::ListMembers, request, Viewer())->total_size(), 1);
  EXPECT_TRUE(Add(household.household_id(), NewMember(1, "11")).ok()) << "the number is free again";
}

TEST_F(MemberRpcTest, AMoveShowsInTheHistoryOfBothHouseholds) {
  const v1::Household from = Register(kVillage, 2);
  const v1::Household to = Register(kSecondVillage, 1);
  clock_.Advance(absl::Minutes(1));
  const v1::Member mover = MembersOf(from.household_id())[1];
  auto moved = Move(mover, to.household_id());
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->area(), kSecondVillage);
  EXPECT_EQ(Get(from.household_id(), Viewer())->member_count(), 1);
  EXPECT_EQ(Get(to.household_id(), Viewer())->member_count(), 2);
  for (const v1::Household& household : {from, to}) {
    v1::ListHouseholdHistoryRequest request;
    request.set_household_id(household.household_id());
    auto history = Call(households_, &Households::ListHouseholdHistory, request, Viewer());
    ASSERT_TRUE(history.ok()) << history.status();
    ASSERT_GE(history->changes_size(), 2);
    EXPECT_EQ(history->changes(0).table(), "AC01");
    EXPECT_EQ(history->changes(1).record_id(), mover.member_id());
    EXPECT_EQ(history->changes(1).method(), "MoveMember");
    std::map<std::string, std::string> after;
    for (const v1::FieldChange& field : history->changes(1).fields()) after[field.field()] = field.after();
    EXPECT_EQ(after["leave_reason"], "县内转出");
    EXPECT_EQ(after["leave_date"], "2026-03-02");
    EXPECT_EQ(after["join_reason"], "县内转入");
  }
  std::vector<v1::MemberMoved> told;
  for (const auto& row : database_.Sql("SELECT body FROM event_outbox")) {
    events::v1::Event event;
    ASSERT_TRUE(event.ParseFromString(db::BytesOf(row[0])));
    v1::MemberMoved fact;
    if (event.payload().UnpackTo(&fact)) told.push_back(fact);
  }
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].leave_reason(), "09");
  EXPECT_EQ(told[0].join_reason(), "09");
  EXPECT_EQ(told[0].date(), "2026-03-02");
}

TEST_F(MemberRpcTest, AMemberIsReadAsThePersonWasKnown) {
  const v1::Household from = Register(kVillage, 2);
  const v1::Household to = Register(kSecondVillage, 1);
  const absl::Time registered = clock_.Now();
  const v1::Member mover = MembersOf(from.household_id())[1];
  clock_.Advance(absl::Minutes(1));
  ASSERT_TRUE(Move(mover, to.household_id()).ok());
  v1::GetMemberRequest request;
  request.set_member_id(mover.member_id());
  const auto known = [&](absl::Time time, const std::string& token) {
    request.mutable_as_known_at()->set_seconds(absl::ToUnixSeconds(time));
    auto member = Call(members_, &Members::GetMember, request, token);
    return member.ok() ? absl::StrCat(member->household_id(), " ", member->phone()) : ReasonOf(member);
  };
  EXPECT_EQ(known(registered - absl::Seconds(1), Viewer()), "MEMBER_NOT_FOUND");
  EXPECT_EQ(known(registered, Viewer()), absl::StrCat(from.household_id(), " ", mover.phone())) << "masked as ever";
  EXPECT_EQ(known(registered + absl::Seconds(59), Viewer()), absl::StrCat(from.household_id(), " ", mover.phone()));
  EXPECT_EQ(known(registered + absl::Seconds(60), Viewer()), absl::StrCat(to.household_id(), " ", mover.phone()));
  // Who may see the person's past is who may see the village where the person is now.
  const std::string left = Viewer(std::stoll(kVillage)), joined = Viewer(std::stoll(kSecondVillage));
  EXPECT_EQ(known(registered, joined), absl::StrCat(from.household_id(), " ", mover.phone()));
  EXPECT_EQ(known(registered, left), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(known(registered - absl::Seconds(1), joined), "MEMBER_NOT_FOUND");
  EXPECT_EQ(known(registered - absl::Seconds(1), left), "AREA_OUT_OF_SCOPE") << "nor learn since when";
}

TEST_F(MemberRpcTest, MovesAreRefusedAcrossCountiesAndToForeignVillages) {
  const v1::Household from = Register(kVillage, 2);
  const v1::Household abroad = Register(kForeignVillage, 1);
  const v1::Household next = Register(kSecondVillage, 1);
  const v1::Member mover = MembersOf(from.household_id())[1];
  EXPECT_EQ(ReasonOf(Move(mover, abroad.household_id())), "MOVE_ACROSS_COUNTIES");
  EXPECT_EQ(ReasonOf(Move(mover, from.household_id())), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Move(mover, "150526-0000000000001")), "HOUSEHOLD_NOT_FOUND");
  v1::MoveMemberRequest request;
  request.set_member_id(mover.member_id());
  request.set_etag(mover.etag());
  request.set_household_id(next.household_id());
  request.set_relation("99");
  request.set_move_reason("09");
  request.set_move_date("2026-03-02");
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(members_, &Members::MoveMember, request, Registrar(150526100201))), "AREA_OUT_OF_SCOPE");
}

TEST_F(MemberRpcTest, ListsAreOfOneHouseholdOrOfOneArea) {
  const v1::Household household = Register(kVillage, 2);
  Register(kSecondVillage, 3);
  v1::ListMembersRequest request;
  EXPECT_TRUE(Call(members_, &Members::ListMembers, request, Viewer()).ok()) << "all areas of the caller";
  request.set_area("150526000000");
  EXPECT_EQ(Call(members_, &Members::ListMembers, request, Viewer())->total_size(), 5);
  request.set_filter("birth_date < \"1980-05-02\" AND relation = \"01\"");
  EXPECT_EQ(Call(members_, &Members::ListMembers, request, Viewer())->total_size(), 2);
  request.set_household_id(household.household_id());
  EXPECT_EQ(ReasonOf(Call(members_, &Members::ListMembers, request, Viewer())), "INVALID_FIELD");
}

TEST_F(MemberRpcTest, ListsAreFilteredByTheHousehold) {
  v1::Household numbered = Register(kVillage, 2);
  Register(kSecondVillage, 3);
  numbered.set_national_id("N500000");
  numbered.set_exit_flag("1");
  ASSERT_TRUE(RegisterFixture::Update(numbered, {"national_id", "exit_flag"}).ok());
  const v1::Member leaver = MembersOf(numbered.household_id())[1];
  v1::RemoveMemberRequest removal;
  removal.set_member_id(leaver.member_id());
  removal.set_etag(leaver.etag());
  removal.set_leave_reason("02");
  removal.set_leave_date("2026-03-02");
  removal.set_request_id(testing::NewRequestId());
  ASSERT_TRUE(Call(members_, &Members::RemoveMember, removal, Registrar()).ok());
  v1::Household moved = *Get(numbered.household_id(), Viewer());
  moved.set_area(kSecondVillage);
  ASSERT_TRUE(RegisterFixture::Update(moved, {"area"}).ok());

  v1::ListMembersRequest request;
  const auto count = [&](const std::string& filter, const std::string& area = "") {
    request.set_filter(filter);
    request.set_area(area);
    auto listed = Call(members_, &Members::ListMembers, request, Viewer());
    EXPECT_TRUE(listed.ok()) << filter << " " << listed.status();
    return listed.ok() ? listed->total_size() : -1;
  };
  EXPECT_EQ(count(R"(household_national_id = "N500000")"), 1);
  EXPECT_EQ(count(R"(household_national_id = "N500000")", kVillage), 0);
  EXPECT_EQ(count(R"(household_national_id = "N500000" AND household_exit_flag = "1" AND relation = "01")"), 1);
  EXPECT_EQ(count(R"(NOT household_national_id = "N500000")"), 3);
  EXPECT_EQ(count(R"(relation = "01" OR household_exit_flag = "0")"), 4);
  EXPECT_EQ(count(R"(household_member_count >= 3)"), 3);
  // Who left is found in the village of then, whose household is elsewhere now.
  EXPECT_EQ(count(R"(state = LEFT AND household_national_id = "N500000")", kVillage), 1);
  request.set_filter("");
  request.set_order_by("household_head_name");
  EXPECT_EQ(ReasonOf(Call(members_, &Members::ListMembers, request, Viewer())), "INVALID_FILTER");
}

TEST_F(MemberRpcTest, HealthIsShownToRolesOfTheRegisterOnly) {
  v1::Member sick = NewMember(1, "01");
  sick.set_health("03");
  const auto household = Create(NewHousehold(kVillage), {sick}, Registrar());
  ASSERT_TRUE(household.ok()) << household.status();
  const v1::Member member = MembersOf(household->household_id())[0];
  v1::GetMemberRequest get;
  get.set_member_id(member.member_id());
  v1::ListMembersRequest list;
  list.set_area(kVillage);
  for (auto role : {options::v1::REGISTRAR, options::v1::REVIEWER, options::v1::VIEWER, options::v1::AUDITOR}) {
    EXPECT_EQ(Call(members_, &Members::GetMember, get, TokenOf(role, kCounty))->health(), "03");
    EXPECT_EQ(Call(members_, &Members::ListMembers, list, TokenOf(role, kCounty))->members(0).health(), "03");
  }
  for (auto role : {options::v1::HELPER, options::v1::ASSESSOR, options::v1::FUND_CLERK, options::v1::FUND_APPROVER}) {
    EXPECT_EQ(Call(members_, &Members::GetMember, get, TokenOf(role, kCounty))->health(), "***");
    EXPECT_EQ(Call(members_, &Members::ListMembers, list, TokenOf(role, kCounty))->members(0).health(), "***");
  }
  get.set_view(options::v1::FULL);
  get.set_purpose("核对身份");
  const auto full = Call(members_, &Members::GetMember, get, TokenOf(options::v1::FUND_CLERK, kCounty));
  EXPECT_EQ(full->id_number(), IdentityNumber(1));
  EXPECT_EQ(full->health(), "***") << "no purpose makes a fund clerk's business of it";
  EXPECT_EQ(Find(IdentityNumber(1), kCounty, TokenOf(options::v1::FUND_CLERK, kCounty))->health(), "***");

  v1::ListHouseholdHistoryRequest history;
  history.set_household_id(household->household_id());
  const auto shown = [&](options::v1::Role role) {
    auto listed = Call(households_, &Households::ListHouseholdHistory, history, TokenOf(role, kCounty));
    for (const v1::RecordChange& change : listed->changes()) {
      for (const v1::FieldChange& field : change.fields()) {
        if (field.field() == "health") return field.after();
      }
    }
    return std::string("missing");
  };
  EXPECT_EQ(shown(options::v1::VIEWER), "患有大病");
  EXPECT_EQ(shown(options::v1::ASSESSOR), "***");
}

// A helper's rights in one place do not spread from a viewer's in another.
TEST_F(MemberRpcTest, HealthIsShownWhereTheRoleHolds) {
  v1::Member sick = NewMember(1, "01");
  sick.set_health("03");
  ASSERT_TRUE(Create(NewHousehold(kVillage), {sick}, Registrar()).ok());
  auth::Caller caller;
  caller.subject = caller.session = "official";
  caller.grants.push_back({options::v1::HELPER, {auth::RangeOf(kCounty)}});
  caller.grants.push_back({options::v1::VIEWER, {auth::RangeOf(150526100202)}});
  const std::string token = *issuer_.Issue(caller, clock_.Now());
  v1::ListMembersRequest list;
  list.set_area(kVillage);
  EXPECT_EQ(Call(members_, &Members::ListMembers, list, token)->members(0).health(), "***");
  list.set_area(std::to_string(kCounty));
  EXPECT_EQ(Call(members_, &Members::ListMembers, list, token)->members(0).health(), "***");
}

// One living record per number cannot be kept without saying that it is taken; who tries numbers is seen.
TEST_F(MemberRpcTest, AnswersThatANumberIsTakenAreCounted) {
  const v1::Household household = Register(kVillage, 1);
  Register(kForeignVillage, 1);
  metrics::Counter told("registration_taken_numbers_told_total",
                        "Answers that an identity number is registered already", {{"method", "AddMember"}});
  const double before = told.value();
  EXPECT_EQ(ReasonOf(Add(household.household_id(), NewMember(2, "99"))), "IDENTITY_NUMBER_TAKEN");
  ASSERT_TRUE(Add(household.household_id(), NewMember(9, "99")).ok());
  EXPECT_EQ(told.value(), before + 1);
}

}  // namespace
}  // namespace bangfu::registration
