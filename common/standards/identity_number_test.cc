#include "common/standards/identity_number.h"

#include "gtest/gtest.h"

namespace bangfu::standards {
namespace {

IdentityFault FaultOf(absl::string_view text) {
  const auto result = ParseIdentityNumber(text);
  EXPECT_TRUE(std::holds_alternative<IdentityFault>(result)) << text;
  return std::get<IdentityFault>(result);
}

// The examples of the standard; both belong to nobody.
TEST(IdentityNumberTest, ReadsTheStandardsExamples) {
  const auto woman = std::get<IdentityNumber>(ParseIdentityNumber("11010519491231002X"));
  EXPECT_EQ(woman.number, "11010519491231002X");
  EXPECT_EQ(woman.birth_date, "1949-12-31");
  EXPECT_FALSE(woman.male);
  EXPECT_FALSE(woman.upgraded_from_15);
  EXPECT_TRUE(std::get<IdentityNumber>(ParseIdentityNumber("440524188001010014")).male);
}

TEST(IdentityNumberTest, TakesWhatPeopleWrite) {
  for (absl::string_view text : {"11010519491231002x", " 11010519491231002X\t", "１１０１０５１９４９１２３１００２Ｘ",
                                 "　11010519491231002ｘ"}) {
    EXPECT_EQ(std::get<IdentityNumber>(ParseIdentityNumber(text)).number, "11010519491231002X") << text;
  }
  const auto old = std::get<IdentityNumber>(ParseIdentityNumber("110105491231002"));
  EXPECT_EQ(old.number, "11010519491231002X");
  EXPECT_TRUE(old.upgraded_from_15);
}

TEST(IdentityNumberTest, NamesTheFault) {
  for (absl::string_view text : {"", "123", "1101051949123100", "11010519491231002XX", "X1010519491231002X",
                                 "11010519491231002A", "11010549123100X", "张三", "E", "E+17", "1E"}) {
    EXPECT_EQ(FaultOf(text), IdentityFault::kFormat) << text;
  }
  EXPECT_EQ(FaultOf("110105194912310021"), IdentityFault::kChecksum);
  EXPECT_EQ(FaultOf("110105194913310028"), IdentityFault::kBirthDate);
  EXPECT_EQ(FaultOf("110105491331002"), IdentityFault::kBirthDate);
  for (absl::string_view text : {"1.50526E+17", "1.50526e17", "1.10105194912310E+17", "110105194912310000"}) {
    EXPECT_EQ(FaultOf(text), IdentityFault::kFloatDamaged) << text;
  }
}

TEST(IdentityNumberTest, MasksAllButFiveCharacters) {
  EXPECT_EQ(MaskIdentityNumber("15052619700101001X"), "150*************1X");
  EXPECT_EQ(MaskIdentityNumber("150526700101001"), "150**********01");
  EXPECT_EQ(MaskIdentityNumber("12345"), "***");
  EXPECT_EQ(MaskIdentityNumber("张三张三张三"), "***");
}

}  // namespace
}  // namespace bangfu::standards
