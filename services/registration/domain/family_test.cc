#include "services/registration/domain/family.h"

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kToday[] = "2024-06-01";

// Three people with valid, made-up identity numbers.
struct Person {
  const char* name;
  const char* sex;
  const char* number;
};
constexpr Person kFather = {"张建国", "1", "150526197001010016"};
constexpr Person kMother = {"李秀英", "2", "150526197203050021"};
constexpr Person kSon = {"张小军", "1", "150526199808080035"};

// The check character of GB 11643, so that the numbers above need only be plausible.
std::string Valid(std::string number) {
  const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; ++i) sum += (number[i] - '0') * weights[i];
  number[17] = "10X98765432"[sum % 11];
  return number;
}

v1::Member MemberOf(const Person& person, const char* relation, const char* id = "") {
  v1::Member member;
  member.set_member_id(id);
  member.set_name(person.name);
  member.set_sex(person.sex);
  member.set_id_number(Valid(person.number));
  member.set_relation(relation);
  return member;
}

v1::Household HouseholdIn(const char* area) {
  v1::Household household;
  household.set_area(area);
  household.set_exit_flag("0");
  household.set_main_cause("01");
  return household;
}

// 张建国 (head), 李秀英 and 张小军 in household `county`-h<suffix>, with members -a, -b, -c.
Family Registered(const std::string& county = "150526", const std::string& suffix = "") {
  auto family = Register(HouseholdIn((county + "100201").c_str()),
                         {MemberOf(kFather, "01"), MemberOf(kMother, "02"), MemberOf(kSon, "03")},
                         {absl::StrCat(county, "-h", suffix), absl::StrCat(county, "-a", suffix),
                          absl::StrCat(county, "-b", suffix), absl::StrCat(county, "-c", suffix)},
                         "2020-01-01");
  EXPECT_TRUE(family.ok()) << family.status();
  return *family;
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return status::ReasonOf(result.status());
}

v1::RemoveMemberRequest Leaving(const char* member_id, const char* new_head = "", const char* day = "2024-05-01",
                                const std::vector<std::pair<const char*, const char*>>& others = {}) {
  v1::RemoveMemberRequest request;
  for (const auto& [other, relation] : others) {
    v1::SplitMember* named = request.add_members();
    named->set_member_id(other);
    named->set_relation(relation);
  }
  request.set_member_id(member_id);
  request.set_leave_reason("01");
  request.set_leave_date(day);
  request.set_new_head_member_id(new_head);
  return request;
}

TEST(FamilyTest, RegistrationDerivesHeadAndNumberOfMembers) {
  const Family family = Registered();
  EXPECT_EQ(family.household.head_name(), "张建国");
  EXPECT_EQ(family.household.member_count(), 3);
  EXPECT_EQ(family.household.state(), v1::Household::ACTIVE);
  for (const v1::Member& member : family.members) {
    EXPECT_EQ(member.area(), "150526100201");
    EXPECT_EQ(member.household_id(), "150526-h");
    EXPECT_EQ(member.join_date(), "2020-01-01");
    EXPECT_EQ(member.join_reason(), "08");
    EXPECT_EQ(member.state(), v1::Member::PRESENT);
  }
}

TEST(FamilyTest, ThereIsExactlyOneHead) {
  auto heads = [](std::vector<v1::Member> members) {
    const std::vector<std::string> ids = {"150526-h", "150526-a", "150526-b"};
    return Register(HouseholdIn("150526100201"), std::move(members), ids, kToday);
  };
  auto none = heads({MemberOf(kFather, "02"), MemberOf(kMother, "03")});
  EXPECT_EQ(ReasonOf(none), "HOUSEHOLD_HEAD_COUNT");
  EXPECT_EQ(status::ErrorInfoOf(none.status()).metadata().at("heads"), "0");
  EXPECT_EQ(ReasonOf(heads({MemberOf(kFather, "01"), MemberOf(kMother, "01")})), "HOUSEHOLD_HEAD_COUNT");
  EXPECT_EQ(ReasonOf(heads({})), "HOUSEHOLD_EMPTY");
}

TEST(FamilyTest, FaultsOfMembersAreNamedByTheirPlace) {
  v1::Member wrong = MemberOf(kMother, "02");
  wrong.set_sex("1");
  wrong.set_join_date("2024-06-02");
  auto refused = Register(HouseholdIn("150526100201"), {MemberOf(kFather, "01"), wrong},
                          {"150526-h", "150526-a", "150526-b"}, kToday);
  const auto faults = status::BadRequestOf(refused.status());
  ASSERT_EQ(faults.field_violations_size(), 2);
  EXPECT_EQ(faults.field_violations(0).field(), "members[1].sex");
  EXPECT_EQ(faults.field_violations(1).field(), "members[1].join_date");
}

v1::ChangeHeadRequest NewHead(const char* member_id, const std::vector<std::pair<const char*, const char*>>& others) {
  v1::ChangeHeadRequest request;
  request.set_new_head_member_id(member_id);
  for (const auto& [other, relation] : others) {
    v1::SplitMember* named = request.add_members();
    named->set_member_id(other);
    named->set_relation(relation);
  }
  return request;
}

TEST(FamilyTest, ANewHeadGivesEverybodyANewRelation) {
  const auto changed = ChangeHead(Registered(), NewHead("150526-c", {{"150526-b", "12"}, {"150526-a", "11"}}));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->household.head_name(), "张小军");
  EXPECT_EQ(changed->household.member_count(), 3);
  EXPECT_EQ(HeadOf(*changed).member_id(), "150526-c");
  EXPECT_EQ(FindMember(*changed, "150526-a")->relation(), "11");
  EXPECT_EQ(FindMember(*changed, "150526-b")->relation(), "12");
}

TEST(FamilyTest, ARelationToTheNewHeadIsNotGuessed) {
  const auto refused = ChangeHead(Registered(), NewHead("150526-c", {{"150526-b", "12"}}));
  EXPECT_EQ(ReasonOf(refused), "HEAD_RELATIONS_MISSING");
  const auto missing = status::BadRequestOf(refused.status());
  ASSERT_EQ(missing.field_violations_size(), 1);
  EXPECT_THAT(missing.field_violations(0).description(), ::testing::HasSubstr("150526-a"));
  EXPECT_EQ(status::BadRequestOf(ChangeHead(Registered(), NewHead("150526-c", {})).status()).field_violations_size(),
            2);

  Family archived = Registered();
  archived.household.set_state(v1::Household::ARCHIVED);
  EXPECT_EQ(ReasonOf(ChangeHead(archived, NewHead("150526-c", {}))), "HOUSEHOLD_ARCHIVED");
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-x", {}))), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-c", {{"150526-x", "02"}}))), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-a", {}))), "INVALID_FIELD") << "the head already";
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-c", {{"150526-c", "02"}}))), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-c", {{"150526-b", "12"}, {"150526-b", "12"}}))),
            "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(ChangeHead(Registered(), NewHead("150526-c", {{"150526-b", "12"}, {"150526-a", "01"}}))),
            "HOUSEHOLD_HEAD_COUNT");
}

TEST(FamilyTest, MembersLeaveUnderTheseConditions) {
  struct {
    const char* what;
    v1::RemoveMemberRequest request;
    const char* reason;
  } cases[] = {
      {"the son", Leaving("150526-c"), ""},
      {"the head, his wife takes over", Leaving("150526-a", "150526-b", "2024-05-01", {{"150526-c", "03"}}), ""},
      {"the head, his wife takes over, whose son is whose", Leaving("150526-a", "150526-b"), "HEAD_RELATIONS_MISSING"},
      {"the head, who is named among those who stay",
       Leaving("150526-a", "150526-b", "2024-05-01", {{"150526-a", "02"}, {"150526-c", "03"}}), "MEMBER_NOT_FOUND"},
      {"the head, nobody takes over", Leaving("150526-a"), "FIRST_HEAD_REQUIRED"},
      {"the head, he himself takes over", Leaving("150526-a", "150526-a"), "MEMBER_NOT_FOUND"},
      {"the head, a stranger takes over", Leaving("150526-a", "150526-z"), "MEMBER_NOT_FOUND"},
      {"the son, although the head stays another is named", Leaving("150526-c", "150526-b"), "HOUSEHOLD_HEAD_COUNT"},
      {"in the future", Leaving("150526-c", "", "2024-06-02"), "INVALID_FIELD"},
      {"before joining", Leaving("150526-c", "", "2019-12-31"), "INVALID_FIELD"},
  };
  for (const auto& c : cases) {
    auto left = Leave(Registered(), c.request, kToday);
    EXPECT_EQ(ReasonOf(left), c.reason) << c.what;
    EXPECT_EQ(left.ok() ? left->household.member_count() : 2, 2) << c.what;
  }
  const Family left = *Leave(Registered(), Leaving("150526-a", "150526-c", "2024-05-01", {{"150526-b", "05"}}), kToday);
  EXPECT_EQ(left.household.head_name(), "张小军");
  EXPECT_EQ(FindMember(left, "150526-b")->relation(), "05");
  v1::RemoveMemberRequest undone = Leaving("150526-c");
  undone.set_leave_reason("11");
  EXPECT_EQ(ReasonOf(Leave(Registered(), undone, kToday)), "INVALID_FIELD") << "only the undo of an import says so";
}

TEST(FamilyTest, TheLastMemberDoesNotLeave) {
  Family alone = *Register(HouseholdIn("150526100201"), {MemberOf(kFather, "01")}, {"150526-h", "150526-a"}, kToday);
  EXPECT_EQ(ReasonOf(Leave(alone, Leaving("150526-a", "", kToday), kToday)), "HOUSEHOLD_EMPTY");
}

TEST(FamilyTest, WhoJoinsNeedsAReasonAndIsNotASecondHead) {
  Family family = *Register(HouseholdIn("150526100201"), {MemberOf(kFather, "01")}, {"150526-h", "150526-a"}, kToday);
  v1::Member wife = MemberOf(kMother, "02", "150526-b");
  EXPECT_EQ(ReasonOf(Join(family, wife, kToday)), "INVALID_FIELD");
  wife.set_join_reason("02");
  auto joined = Join(family, wife, kToday);
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(joined->household.member_count(), 2);
  wife.set_relation("01");
  EXPECT_EQ(ReasonOf(Join(family, wife, kToday)), "HOUSEHOLD_HEAD_COUNT");
}

TEST(FamilyTest, ACorrectedNameOfTheHeadIsTheHouseholdsToo) {
  const Family family = Registered();
  v1::Member head = family.members[0];
  head.set_name("张建军");
  EXPECT_EQ(Correct(family, head)->household.head_name(), "张建军");
  head.set_relation("99");
  EXPECT_EQ(ReasonOf(Correct(family, head)), "HOUSEHOLD_HEAD_COUNT");
}

TEST(FamilyTest, ArchivingTakesTheMembersAlongAndIsFinal) {
  auto archived = Archive(Registered(), "02", kToday);
  ASSERT_TRUE(archived.ok());
  EXPECT_EQ(archived->household.state(), v1::Household::ARCHIVED);
  EXPECT_EQ(archived->household.archive_reason(), "02");
  EXPECT_EQ(archived->household.member_count(), 0);
  for (const v1::Member& member : archived->members) {
    EXPECT_EQ(member.state(), v1::Member::LEFT);
    EXPECT_EQ(member.leave_date(), kToday);
  }
  EXPECT_EQ(ReasonOf(Archive(*archived, "02", kToday)), "HOUSEHOLD_ARCHIVED");
  EXPECT_EQ(ReasonOf(Amend(*archived, archived->household)), "HOUSEHOLD_ARCHIVED");
  EXPECT_EQ(ReasonOf(Leave(*archived, Leaving("150526-c"), kToday)), "HOUSEHOLD_ARCHIVED");
}

TEST(FamilyTest, AHouseholdMovesWithinItsCountyAndItsMembersFollow) {
  const Family family = Registered();
  v1::Household elsewhere = family.household;
  elsewhere.set_area("150526100202");
  auto moved = Amend(family, elsewhere);
  ASSERT_TRUE(moved.ok());
  for (const v1::Member& member : moved->members) EXPECT_EQ(member.area(), "150526100202");
  elsewhere.set_area("150521100202");
  EXPECT_EQ(ReasonOf(Amend(family, elsewhere)), "MOVE_ACROSS_COUNTIES");
}

v1::SplitHouseholdRequest Splitting(std::vector<std::pair<const char*, const char*>> members) {
  v1::SplitHouseholdRequest request;
  for (const auto& [id, relation] : members) {
    auto* named = request.add_members();
    named->set_member_id(id);
    named->set_relation(relation);
  }
  return request;
}

TEST(FamilyTest, TheSonFoundsAHouseholdOfHisOwn) {
  Family family = Registered();
  family.household.set_bank_account("6228480402564890018");
  auto split = Split(family, Splitting({{"150526-c", "01"}}), "150526-n", kToday);
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(split->first.household.member_count(), 2);
  EXPECT_EQ(split->second.household.head_name(), "张小军");
  EXPECT_EQ(split->second.household.main_cause(), "01");
  EXPECT_EQ(split->second.household.area(), "150526100201");
  EXPECT_EQ(split->second.household.bank_account(), "");
  EXPECT_EQ(split->second.members[0].household_id(), "150526-n");
  EXPECT_EQ(split->second.members[0].join_reason(), "10");
  EXPECT_EQ(split->second.members[0].leave_reason(), "04");
}

TEST(FamilyTest, SplitsThatLeaveAHouseholdWithoutHeadOrMembersAreRefused) {
  struct {
    const char* what;
    v1::SplitHouseholdRequest request;
    const char* reason;
  } cases[] = {
      {"the new one has no head", Splitting({{"150526-c", "03"}}), "HOUSEHOLD_HEAD_COUNT"},
      {"the old one loses its head", Splitting({{"150526-a", "01"}}), "HOUSEHOLD_HEAD_COUNT"},
      {"nobody stays", Splitting({{"150526-a", "01"}, {"150526-b", "02"}, {"150526-c", "03"}}), "HOUSEHOLD_EMPTY"},
      {"a stranger", Splitting({{"150526-z", "01"}}), "MEMBER_NOT_FOUND"},
      {"the same one twice", Splitting({{"150526-c", "01"}, {"150526-c", "01"}}), "MEMBER_NOT_FOUND"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ReasonOf(Split(Registered(), c.request, "150526-n", kToday)), c.reason) << c.what;
}

TEST(FamilyTest, MergingMovesEverybodyAndArchivesTheOther) {
  v1::MergeHouseholdsRequest request;
  for (const auto& [member_id, relation] : {std::pair("150526-a2", "11"), {"150526-b2", "12"}, {"150526-c2", "99"}}) {
    auto* named = request.add_members();
    named->set_member_id(member_id);
    named->set_relation(relation);
  }
  auto merged = Merge(Registered(), Registered("150526", "2"), request, kToday);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->first.household.member_count(), 6);
  EXPECT_EQ(merged->first.household.head_name(), "张建国");
  EXPECT_EQ(FindMember(merged->first, "150526-a2")->relation(), "11");
  EXPECT_EQ(FindMember(merged->first, "150526-b2")->relation(), "12");
  EXPECT_EQ(merged->second.household.state(), v1::Household::ARCHIVED);
  EXPECT_EQ(merged->second.household.archive_reason(), "03");
  EXPECT_TRUE(merged->second.members.empty());
  EXPECT_EQ(FindMember(merged->first, "150526-b2")->leave_reason(), "10");
  EXPECT_EQ(FindMember(merged->first, "150526-b2")->join_reason(), "11");
}

TEST(FamilyTest, MergingRefuses) {
  v1::MergeHouseholdsRequest request;
  EXPECT_EQ(ReasonOf(Merge(Registered(), Registered(), request, kToday)), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Merge(Registered(), Registered("150521"), request, kToday)), "MOVE_ACROSS_COUNTIES");
  const auto unrelated = Merge(Registered(), Registered("150526", "2"), request, kToday);
  EXPECT_EQ(ReasonOf(unrelated), "HEAD_RELATIONS_MISSING");
  EXPECT_EQ(status::BadRequestOf(unrelated.status()).field_violations_size(), 3);
  for (const char* member_id : {"150526-a2", "150526-b2", "150526-c2"}) {
    auto* named = request.add_members();
    named->set_member_id(member_id);
    named->set_relation("01");
  }
  EXPECT_EQ(ReasonOf(Merge(Registered(), Registered("150526", "2"), request, kToday)), "HOUSEHOLD_HEAD_COUNT");
}

TEST(FamilyTest, AMemberMovesToAHouseholdOfTheSameCounty) {
  v1::MoveMemberRequest request;
  request.set_member_id("150526-c");
  request.set_relation("06");
  request.set_move_reason("02");
  request.set_move_date(kToday);
  auto moved = Move(Registered(), Registered("150526", "2"), request, kToday);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->first.household.member_count(), 2);
  EXPECT_EQ(moved->second.household.member_count(), 4);
  EXPECT_EQ(FindMember(moved->second, "150526-c")->household_id(), "150526-h2");
  EXPECT_EQ(FindMember(moved->second, "150526-c")->join_reason(), "02");
  EXPECT_EQ(FindMember(moved->second, "150526-c")->state(), v1::Member::PRESENT);
  // The reason of the move is kept as it was given, whatever reason of joining answers to it.
  for (const char* reason : {"02", "03", "04", "09", "10", "99"}) {
    request.set_move_reason(reason);
    auto told = Move(Registered(), Registered("150526", "2"), request, kToday);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_EQ(FindMember(told->second, "150526-c")->leave_reason(), reason);
    EXPECT_EQ(FindMember(told->second, "150526-c")->leave_date(), kToday);
  }
  EXPECT_EQ(ReasonOf(Move(Registered(), Registered("150521"), request, kToday)), "MOVE_ACROSS_COUNTIES");
  EXPECT_EQ(ReasonOf(Move(Registered(), Registered(), request, kToday)), "INVALID_FIELD");
  for (const char* no_move : {"01", "05", "06", "07", "08"}) {
    request.set_move_reason(no_move);
    EXPECT_EQ(ReasonOf(Move(Registered(), Registered("150526", "2"), request, kToday)), "INVALID_FIELD") << no_move;
  }
  request.set_move_reason("02");
  request.set_relation("01");
  EXPECT_EQ(ReasonOf(Move(Registered(), Registered("150526", "2"), request, kToday)), "HOUSEHOLD_HEAD_COUNT");
}

}  // namespace
}  // namespace bangfu::registration::domain
