// No notice holds an identity number, a phone or an account, whatever stands round it and however it is written: a
// number is made of the input's first bytes and put into the rest; the text must be found out. And no text crashes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/procedure/notice_scrub.h"
#include "common/standards/text.h"

namespace {

using bangfu::procedure::FindPersonalData;

constexpr size_t kHead = 24;

// A number of one of four kinds, with digits of the input.
std::string NumberOf(absl::string_view head) {
  const auto digit = [&](size_t i) { return static_cast<char>('0' + static_cast<unsigned char>(head[i]) % 10); };
  std::string number;
  switch (static_cast<unsigned char>(head[0]) % 4) {
    case 0:  // identity number of 18
      number = absl::StrCat("15", std::string(1, digit(1)), "526", "19", "700101");
      for (size_t i = 2; i < 5; ++i) number += digit(i);
      return number + (digit(5) == '0' ? 'X' : digit(5));
    case 1:  // of 15
      number = "150526700101";
      for (size_t i = 2; i < 5; ++i) number += digit(i);
      return number;
    case 2:  // phone
      number = absl::StrCat("1", std::string(1, "3456789"[static_cast<unsigned char>(head[1]) % 7]));
      for (size_t i = 2; i < 11; ++i) number += digit(i);
      return number;
    default:  // account
      number = "62";
      for (size_t i = 2; i < 19; ++i) number += digit(i);
      return number;
  }
}

std::string FullWidth(char c) {
  if (c == 'X') return "Ｘ";
  return absl::StrCat("\xEF\xBC", std::string(1, static_cast<char>(0x90 + (c - '0'))));
}

std::string Numeral(char c) {
  static constexpr const char* kNumerals[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  return c == 'X' ? "X" : kNumerals[c - '0'];
}

// As people write it: in one, full width, Chinese, in groups, with something of no width in between.
std::string Written(const std::string& number, unsigned style) {
  static constexpr const char* kSeparators[] = {" ", "-", ".", "\u3000", "\u200B", "·", "－", "\u00A0"};
  const size_t group = 3 + style % 4;
  std::string text;
  for (size_t i = 0; i < number.size(); ++i) {
    const unsigned way = style / 4 % 4;
    if (way == 3 && i > 0 && i % group == 0) text += kSeparators[style / 16 % 8];
    text += way == 1 ? FullWidth(number[i]) : way == 2 ? Numeral(number[i]) : std::string(1, number[i]);
  }
  return text;
}

// The text, without what is not ASCII unless it is UTF-8: other texts are refused without a look at numbers.
std::string Readable(absl::string_view text) {
  std::string readable(text);
  if (bangfu::standards::IsValidUtf8(text)) return readable;
  readable.erase(std::remove_if(readable.begin(), readable.end(), [](char c) { return (c & 0x80) != 0; }),
                 readable.end());
  return readable;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  FindPersonalData(input);
  if (size < kHead) return 0;
  const std::string rest = Readable(input.substr(kHead));
  size_t at = rest.empty() ? 0 : static_cast<unsigned char>(input[23]) % (rest.size() + 1);
  while (at < rest.size() && (rest[at] & 0xC0) == 0x80) ++at;  // not inside a character
  const std::string number = Written(NumberOf(input), static_cast<unsigned char>(input[22]));
  const auto found = FindPersonalData(rest.substr(0, at) + number + rest.substr(at));
  if (!found || found->line < 1) std::abort();
  return 0;
}
