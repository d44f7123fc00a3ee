#include "common/procedure/notice_scrub.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "common/standards/text.h"

namespace bangfu::procedure {
namespace {

// Separators in a row up to which the digits on both sides are taken for one number.
constexpr int kMostSeparators = 3;
// Digits of an account behind a word that announces one, and how far from the word they may begin.
constexpr size_t kAnnouncedDigits = 8;
constexpr size_t kAnnouncedDistance = 12;
constexpr size_t kPhoneDigits = 11;
constexpr size_t kLongestPlainNumber = 11;

using CodePoints = std::vector<char32_t>;

// Of valid UTF-8.
CodePoints Decode(absl::string_view text) {
  CodePoints points;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t j = 1; j < size; ++j) point = (point << 6) | (static_cast<unsigned char>(text[i + j]) & 0x3Fu);
    points.push_back(point);
    i += size;
  }
  return points;
}

// A digit as ASCII, 0 if the character is none. Numerals of words (三) and of numbers (3) do not make one number:
// 张三 5.
struct Digit {
  char ascii = 0;
  bool chinese = false;
};

Digit DigitOf(char32_t point) {
  // First of ten digits in a row: ASCII, Arabic, Persian, full width, mathematical (five alphabets).
  static constexpr std::array<char32_t, 9> kZeros = {U'0',    0x0660,  0x06F0,  0xFF10, 0x1D7CE,
                                                     0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6};
  static constexpr std::array<char32_t, 10> kChinese = {U'〇', U'一', U'二', U'三', U'四',
                                                        U'五', U'六', U'七', U'八', U'九'};
  static constexpr std::array<char32_t, 10> kFormal = {U'零', U'壹', U'贰', U'叁', U'肆',
                                                       U'伍', U'陆', U'柒', U'捌', U'玖'};
  for (char32_t zero : kZeros) {
    if (point >= zero && point < zero + 10) return {static_cast<char>('0' + (point - zero)), false};
  }
  for (const auto& numerals : {kChinese, kFormal}) {
    const auto found = std::find(numerals.begin(), numerals.end(), point);
    if (found != numerals.end()) return {static_cast<char>('0' + (found - numerals.begin())), true};
  }
  return {};
}

// What stands between the groups of one number, as ASCII; 0 if the character ends a number.
char SeparatorOf(char32_t point) {
  switch (point) {
    case U'.':
    case U'．':
    case U'。':
    case U'·':
    case U'・':
    case U'•': return '.';
    case U',':
    case U'，': return ',';
    case U'-':
    case U'－':
    case U'–':
    case U'—':
    case U'‐':
    case U'‑':
    case U'−':
    case U'_':
    case U'/':
    case U'／': return '-';
    case U' ':
    case 0x00A0:
    case 0x00AD:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x2060:
    case 0x3000:
    case 0xFEFF: return ' ';
    default: return point >= 0x2000 && point <= 0x200A ? ' ' : 0;
  }
}

// A number as it is written: digits and separators in ASCII, and where it begins.
struct Run {
  std::string written;
  std::string digits;
  size_t begin = 0;
};

// 1,234 is one number; in "3, 4" and ",5" the comma is one of the sentence.
bool IsBetweenDigits(const CodePoints& line, size_t at) {
  return at > 0 && at + 1 < line.size() && DigitOf(line[at - 1]).ascii != 0 && DigitOf(line[at + 1]).ascii != 0;
}

std::vector<Run> RunsOf(const CodePoints& line) {
  std::vector<Run> runs;
  constexpr int kApart = kMostSeparators + 1;
  int separators = kApart;  // since the last digit
  bool chinese = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const Digit digit = DigitOf(line[i]);
    const char separator = SeparatorOf(line[i]);
    if (digit.ascii != 0) {
      if (separators >= kApart || digit.chinese != chinese) {
        runs.push_back({"", "", i});
        separators = 0;
      }
      chinese = digit.chinese;
      Run& run = runs.back();
      for (; separators > 0; --separators) run.written += SeparatorOf(line[i - static_cast<size_t>(separators)]);
      run.written += digit.ascii;
      run.digits += digit.ascii;
    } else if (separator == 0 || (separator == ',' && !IsBetweenDigits(line, i))) {
      separators = kApart;
    } else {
      ++separators;
    }
  }
  return runs;
}

bool IsMobile(absl::string_view digits) {
  return digits.size() == kPhoneDigits && digits[0] == '1' && digits[1] >= '3';
}

// 0475-1234567: an office's telephone with its area code. 01… is none but 010.
bool IsOfficePhone(absl::string_view digits) {
  if (digits.size() < 10 || digits.size() > 12 || digits[0] != '0') return false;
  return digits[1] != '1' || digits[2] == '0';
}

// The digits before the point of 12345.60; all of them if it is not written so.
absl::string_view WholePart(const Run& run) {
  const size_t point = run.written.find_first_not_of("0123456789");
  if (point == std::string::npos || run.written[point] != '.') return run.digits;
  const size_t decimals = run.written.size() - point - 1;
  const bool plain = run.written.find_first_not_of("0123456789", point + 1) == std::string::npos;
  return plain && decimals <= 2 ? absl::string_view(run.digits).substr(0, point) : run.digits;
}

// 1,234,567.80: only amounts are written so.
bool IsGroupedAmount(const std::string& written) {
  const size_t first = written.find(',');
  if (first == 0 || first > 3) return false;  // npos is greater, too
  size_t at = first;
  while (at < written.size() && written[at] == ',') {
    const size_t end = std::min(written.find_first_not_of("0123456789", at + 1), written.size());
    if (end - at != 4) return false;
    at = end;
  }
  if (at == written.size()) return true;
  const size_t decimals = written.size() - at - 1;
  return written[at] == '.' && decimals >= 1 && decimals <= 2 &&
         written.find_first_not_of("0123456789", at + 1) == std::string::npos;
}

std::string KindOf(const Run& run) {
  if (IsGroupedAmount(run.written)) return "";
  const absl::string_view digits = WholePart(run);
  if (IsMobile(digits)) return "手机号码";
  if (digits.size() <= kLongestPlainNumber || IsOfficePhone(digits)) return "";
  if (digits.size() == 13 && IsMobile(digits.substr(2))) return "手机号码";
  return digits.size() == 15 || digits.size() == 17 || digits.size() == 18 ? "居民身份证号" : "银行账号";
}

// Where the words end that announce a number.
std::vector<size_t> AnnouncementEnds(const CodePoints& line) {
  static const std::array<std::u32string, 7> kWords = {U"身份证", U"证件号", U"账号", U"帐号",
                                                       U"卡号",   U"手机",   U"存折"};
  std::vector<size_t> ends;
  for (const auto& word : kWords) {
    for (auto at = line.begin();; ++at) {
      at = std::search(at, line.end(), word.begin(), word.end());
      if (at == line.end()) break;
      ends.push_back(static_cast<size_t>(at - line.begin()) + word.size());
    }
  }
  return ends;
}

std::string FindIn(const CodePoints& line) {
  const std::vector<size_t> announced = AnnouncementEnds(line);
  for (const Run& run : RunsOf(line)) {
    if (std::string kind = KindOf(run); !kind.empty()) return kind;
    if (run.digits.size() < kAnnouncedDigits) continue;
    for (size_t end : announced) {
      if (run.begin >= end && run.begin - end <= kAnnouncedDistance) return "证件号或账号";
    }
  }
  return "";
}

}  // namespace

std::optional<PersonalData> FindPersonalData(absl::string_view text) {
  if (!standards::IsValidUtf8(text)) return PersonalData{"无法识别的文字", 1};
  const CodePoints points = Decode(text);
  int number = 0;
  for (auto begin = points.begin();; ++begin) {
    const auto end = std::find(begin, points.end(), U'\n');
    ++number;
    if (std::string kind = FindIn(CodePoints(begin, end)); !kind.empty()) return PersonalData{kind, number};
    if (end == points.end()) return std::nullopt;
    begin = end;
  }
}

}  // namespace bangfu::procedure
