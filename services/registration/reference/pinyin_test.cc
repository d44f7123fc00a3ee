#include "services/registration/reference/pinyin.h"

#include "gtest/gtest.h"

namespace bangfu::registration {
namespace {

TEST(PinyinTest, TakesTheFirstLetterOfEachCharacter) {
  EXPECT_EQ(PinyinInitials("通辽市"), "tls");
  EXPECT_EQ(PinyinInitials("巴彦塔拉镇"), "bytlz");
}

TEST(PinyinTest, KeepsEveryReadingOfNames) {
  EXPECT_EQ(PinyinInitials("重庆"), "cq zq");
  EXPECT_EQ(PinyinInitials("单县"), "sx dx");
  EXPECT_EQ(PinyinInitials("厦门"), "xm sm");
}

TEST(PinyinTest, KeepsLettersAndDigitsAndLeavesOutTheRest) {
  EXPECT_EQ(PinyinInitials("107团·一连A"), "107tyla");
  EXPECT_EQ(PinyinInitials("（）"), "");
}

TEST(PinyinTest, HasFewReadingsOfLongNames) { EXPECT_EQ(PinyinInitials("长长长长长长长长").size(), 16u * 9 - 1); }

}  // namespace
}  // namespace bangfu::registration
