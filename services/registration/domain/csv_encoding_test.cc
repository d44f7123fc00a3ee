#include "services/registration/domain/csv_encoding.h"

#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<Encoding> Sniff(const std::string& text, size_t step) {
  EncodingSniffer sniffer;
  for (size_t at = 0; at < text.size(); at += step) sniffer.Feed(absl::string_view(text).substr(at, step));
  return sniffer.Finish();
}

constexpr char kGbText[] = "\xBB\xA7\xB1\xE0\xBA\xC5,\x81\x30\x81\x30";  // 户编号 and a four-byte character

TEST(EncodingSnifferTest, TellsTheEncodingWhateverThePieces) {
  for (size_t step : {1, 2, 3, 100}) {
    EXPECT_EQ(*Sniff("AAC001,1\n", step), Encoding::kUtf8);
    EXPECT_EQ(*Sniff("\xEF\xBB\xBF户编号", step), Encoding::kUtf8);
    EXPECT_EQ(*Sniff("户编号😀", step), Encoding::kUtf8);
    EXPECT_EQ(*Sniff("AAB002\n\xD1\xA6\xCE\xB0\n", step), Encoding::kGb18030) << "薛伟, also Ѧΰ";
    EXPECT_EQ(*Sniff("\xEF\xBB\xBF\xD1\xA6", step), Encoding::kUtf8) << "as it says itself";
    EXPECT_EQ(*Sniff("买买提·阿不都", step), Encoding::kUtf8);
    EXPECT_EQ(*Sniff(kGbText, step), Encoding::kGb18030);
  }
}

TEST(EncodingSnifferTest, RefusesWhatIsNoText) {
  const struct {
    std::string bytes;
    const char* said;
  } kCases[] = {
      {"PK\x03\x04rest", "Excel"},
      {"\xD0\xCF\x11\xE0", "旧版"},
      {std::string("\xFF\xFE"
                   "A\0",
                   4),
       "UTF-16"},
      {std::string("a\0b", 3), "二进制"},
      {"\xEF\xBB\xBF\xFF", "UTF-8"},
      {"abc\xFF", "GB18030"},
      {"户编号\xE6\x88", "GB18030"},
  };
  for (const auto& c : kCases) {
    auto encoding = Sniff(c.bytes, 100);
    ASSERT_FALSE(encoding.ok()) << c.said;
    EXPECT_EQ(status::ReasonOf(encoding.status()), "IMPORT_FILE_UNREADABLE");
    EXPECT_THAT(status::LocalizedMessageOf(encoding.status()).message(), HasSubstr(c.said));
  }
}

TEST(Gb18030DecoderTest, DecodesInPieces) {
  const std::string text = kGbText;
  for (size_t step : {1, 2, 5, 100}) {
    Gb18030Decoder decoder;
    std::string decoded;
    for (size_t at = 0; at < text.size(); at += step)
      decoded += decoder.Decode(absl::string_view(text).substr(at, step));
    EXPECT_EQ(decoded, "户编号,\xC2\x80");
  }
}

TEST(Gb18030DecoderTest, DecodesMoreThanItsBuffer) {
  std::string text, expected;
  for (int i = 0; i < 20000; ++i) {
    text += "\xBB\xA7";
    expected += "户";
  }
  Gb18030Decoder decoder;
  EXPECT_EQ(decoder.Decode(text), expected);
}

}  // namespace
}  // namespace bangfu::registration::domain
