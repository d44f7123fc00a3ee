#include "common/standards/text.h"

#include "gtest/gtest.h"

namespace bangfu::standards {
namespace {

TEST(TextTest, TakesStrictUtf8Only) {
  for (absl::string_view good : {"", "abc", "张三", "𠮷", "\xF4\x8F\xBF\xBF"}) EXPECT_TRUE(IsValidUtf8(good)) << good;
  for (absl::string_view bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
                                "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE5\xBC", "a\xFF", "\xE5\x41\x41"}) {
    EXPECT_FALSE(IsValidUtf8(bad));
  }
}

TEST(TextTest, CountsCodePoints) {
  EXPECT_EQ(CountCharacters("张三a"), 3u);
  EXPECT_EQ(CountCharacters("𠮷"), 1u);
}

TEST(TextTest, FindsControlCharacters) {
  for (absl::string_view good : {"第一行\n第二行", "a\tb", "ᠮᠣᠩᠭᠣᠯ\xE2\x80\xAF"})
    EXPECT_FALSE(Inspect(good).control_characters);
  for (absl::string_view bad :
       {absl::string_view("\0", 1), absl::string_view("\r"), absl::string_view("\x7F"), absl::string_view("\xC2\x85"),
        absl::string_view("a\x1B[0m"), absl::string_view("张\xE2\x80\xAE三"), absl::string_view("\xE2\x81\xA6x")}) {
    EXPECT_TRUE(Inspect(bad).control_characters);
  }
}

TEST(TextTest, NormalisesFullWidthForms) {
  EXPECT_EQ(ToHalfWidth("１５０ＡＢｃ（清空）"), "150ABc(清空)");
  EXPECT_EQ(Tidy("　 １２ \n"), "12");
  EXPECT_EQ(Tidy("\xC2\xA0x"), "x");
  EXPECT_EQ(ToHalfWidth("\xFFx"), "\xFFx");
}

}  // namespace
}  // namespace bangfu::standards
