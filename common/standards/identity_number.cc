#include "common/standards/identity_number.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/standards/text.h"

namespace bangfu::standards {
namespace {

constexpr size_t kLength = 18;
constexpr size_t kOldLength = 15;
constexpr std::array<int, kLength - 1> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr absl::string_view kCheckCharacters = "10X98765432";

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

// ISO 7064 MOD 11-2 of the first 17 digits.
char CheckCharacter(absl::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
  return kCheckCharacters[sum % kCheckCharacters.size()];
}

// 1.50526E+17: what a spreadsheet shows of a long number.
bool IsScientific(absl::string_view text) {
  const size_t e = text.find('E');
  if (e == absl::string_view::npos || e == 0 || e + 1 == text.size()) return false;
  std::string mantissa(text.substr(0, e));
  mantissa.erase(std::remove(mantissa.begin(), mantissa.end(), '.'), mantissa.end());
  absl::string_view exponent = text.substr(e + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  return !mantissa.empty() && !exponent.empty() && AllDigits(mantissa) && AllDigits(exponent);
}

}  // namespace

std::variant<IdentityNumber, IdentityFault> ParseIdentityNumber(absl::string_view text) {
  IdentityNumber result;
  result.number = Tidy(text);
  absl::AsciiStrToUpper(&result.number);
  std::string& number = result.number;
  if (IsScientific(number)) return IdentityFault::kFloatDamaged;
  if (number.size() == kOldLength && AllDigits(number)) {
    number.insert(6, "19");
    number += CheckCharacter(number);
    result.upgraded_from_15 = true;
  }
  if (number.size() != kLength || !AllDigits(absl::string_view(number).substr(0, kLength - 1)) ||
      !(absl::ascii_isdigit(number.back()) || number.back() == 'X')) {
    return IdentityFault::kFormat;
  }
  const bool check_holds = number.back() == CheckCharacter(number);
  if (!check_holds && absl::EndsWith(number, "000")) return IdentityFault::kFloatDamaged;
  // The birth date before the check: a typing error in the date breaks both, and the date is what a person can see.
  const std::string birth_date =
      absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2));
  if (!ParseDate(birth_date)) return IdentityFault::kBirthDate;
  if (!check_holds) return IdentityFault::kChecksum;
  result.birth_date = birth_date;
  result.male = (number[16] - '0') % 2 == 1;
  return result;
}

absl::string_view FaultText(IdentityFault fault) {
  switch (fault) {
    case IdentityFault::kFormat: return "应为18位公民身份号码(或15位旧号码)";
    case IdentityFault::kChecksum: return "校验位不对";
    case IdentityFault::kBirthDate: return "其中的出生日期不存在";
    case IdentityFault::kFloatDamaged: return "被表格软件当成数字, 末几位已丢失, 请从原件重填";
  }
  return "";
}

std::string MaskIdentityNumber(absl::string_view number) {
  const bool expected = (number.size() == kLength || number.size() == kOldLength) &&
                        std::all_of(number.begin(), number.end(), [](char c) { return absl::ascii_isascii(c); });
  if (!expected) return "***";
  return absl::StrCat(number.substr(0, 3), std::string(number.size() - 5, '*'), number.substr(number.size() - 2));
}

}  // namespace bangfu::standards
