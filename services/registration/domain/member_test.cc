#include "services/registration/domain/member.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Paths(const std::vector<status::FieldError>& faults) {
  std::vector<std::string> paths;
  for (const auto& fault : faults) paths.push_back(fault.path);
  return paths;
}

v1::Member With(const char* number, const char* sex = "", const char* birth = "") {
  v1::Member member;
  member.set_id_number(number);
  member.set_sex(sex);
  member.set_birth_date(birth);
  return member;
}

// The numbers are the examples of GB 11643: a woman born on 31 December 1949, a man born on 1 January 1880.
TEST(MemberTest, SexAndBirthFollowFromTheIdentityNumber) {
  struct {
    const char* what;
    v1::Member member;
    std::vector<std::string> faults;
  } cases[] = {
      {"a woman, birth left out", With("11010519491231002X", "2"), {}},
      {"the same with her date of birth", With("11010519491231002X", "2", "1949-12-31"), {}},
      {"sex not stated", With("11010519491231002X", "9"), {}},
      {"lower-case x", With("11010519491231002x", "2"), {}},
      {"a man", With("440524188001010014", "1"), {}},
      {"said to be a man", With("11010519491231002X", "1"), {"m.sex"}},
      {"another date of birth", With("11010519491231002X", "2", "1949-12-30"), {"m.birth_date"}},
      {"both wrong", With("11010519491231002X", "1", "1949-12-30"), {"m.birth_date", "m.sex"}},
      {"wrong check digit", With("110105194912310021", "2"), {"m.id_number"}},
  };
  for (auto& c : cases) EXPECT_EQ(Paths(CheckIdentity("m.", &c.member)), c.faults) << c.what;
}

TEST(MemberTest, NumbersOfFifteenDigitsBecomeEighteen) {
  v1::Member member = With("110105491231002", "2");
  EXPECT_THAT(CheckIdentity("", &member), IsEmpty());
  EXPECT_EQ(member.id_number(), "11010519491231002X");
  EXPECT_EQ(member.birth_date(), "1949-12-31");
}

TEST(MemberTest, NobodyJoinsBeforeBirthOrInTheFuture) {
  v1::Member member = With("11010519491231002X", "2", "1949-12-31");
  member.set_join_date("2020-05-01");
  EXPECT_THAT(CheckJoining("", member, "2020-05-01"), IsEmpty());
  EXPECT_THAT(Paths(CheckJoining("", member, "2020-04-30")), ElementsAre("join_date"));
  member.set_join_date("1949-12-30");
  EXPECT_THAT(Paths(CheckJoining("", member, "2020-05-01")), ElementsAre("join_date"));
}

TEST(MemberTest, ACorrectedNumberBringsItsDateOfBirth) {
  const v1::Member before = With("440524188001010014", "9", "1880-01-01");
  v1::Member after = With("11010519491231002X", "2", "1880-01-01");
  EXPECT_THAT(CheckCorrection("", before, &after), IsEmpty());
  EXPECT_EQ(after.birth_date(), "1949-12-31");
}

}  // namespace
}  // namespace bangfu::registration::domain
