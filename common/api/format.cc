#include "common/api/format.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/standards/identity_number.h"

namespace bangfu::api {
namespace {

constexpr size_t kAreaDigits = 12;
constexpr size_t kRecordIdLength = 20;
constexpr size_t kRequestIdLength = 36;

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

// Digits and hyphens after an optional +, with 5 to 20 digits and no hyphen at an end.
bool IsPhone(absl::string_view text) {
  absl::ConsumePrefix(&text, "+");
  if (text.empty() || text.front() == '-' || text.back() == '-') return false;
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
  const auto hyphens = std::count(text.begin(), text.end(), '-');
  return static_cast<size_t>(digits + hyphens) == text.size() && digits >= 5 && digits <= 20;
}

absl::string_view IdentityFaultText(absl::string_view text) {
  const auto parsed = standards::ParseIdentityNumber(text);
  const auto* fault = std::get_if<standards::IdentityFault>(&parsed);
  return fault == nullptr ? absl::string_view() : standards::FaultText(*fault);
}

absl::string_view Unless(bool right, absl::string_view fault) { return right ? absl::string_view() : fault; }

}  // namespace

bool IsRecordId(absl::string_view text) {
  const auto is_digit_or_lower = [](char c) { return absl::ascii_isdigit(c) || absl::ascii_islower(c); };
  return text.size() == kRecordIdLength && AllDigits(text.substr(0, 6)) && text[6] == '-' &&
         std::all_of(text.begin() + 7, text.end(), is_digit_or_lower);
}

bool IsRequestId(absl::string_view text) {
  if (text.size() != kRequestIdLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

absl::string_view FormatFault(options::v1::Format format, absl::string_view text) {
  switch (format) {
    case options::v1::AREA_CODE:
      return Unless(text.size() == kAreaDigits && standards::ParseAreaCode(text), "应为12位区域代码");
    case options::v1::DATE: return Unless(standards::ParseDate(text).has_value(), "应为日期, 形如 2018-01-05");
    case options::v1::IDENTITY_NUMBER: return IdentityFaultText(text);
    case options::v1::RECORD_ID: return Unless(IsRecordId(text), "不是有效的记录编号");
    case options::v1::REQUEST_ID: return Unless(IsRequestId(text), "应为 UUID");
    case options::v1::PHONE: return Unless(IsPhone(text), "应为电话号码, 只含数字、连字符和开头的加号");
    case options::v1::BANK_ACCOUNT:
      return Unless(text.size() >= 8 && text.size() <= 32 && AllDigits(text), "应为8至32位数字");
    default: return {};
  }
}

}  // namespace bangfu::api
