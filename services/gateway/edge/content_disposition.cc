#include "services/gateway/edge/content_disposition.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/edge/path_template.h"
#include "services/gateway/edge/utf8.h"

namespace bangfu::edge {
namespace {

constexpr size_t kLongestName = 200;
constexpr absl::string_view kNotInNames = "/\\:*?\"<>|";
constexpr absl::string_view kAsItIs = "!#$&+-.^_`|~";       // attr-char of RFC 8187, beside letters and digits
constexpr absl::string_view kOfTokens = "!#$%&'*+-.^_`|~";  // tchar of RFC 9110, beside letters and digits

bool Has(absl::string_view set, char c) { return set.find(c) != absl::string_view::npos; }

bool IsToken(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isalnum(c) || Has(kOfTokens, c); });
}

absl::Status Malformed() {
  return status::Refuse(status::Reason::MALFORMED_REQUEST, {{"detail", "Content-Disposition 有误"}});
}

// Takes one value off the front: a token, or a quoted text with its escapes undone.
std::optional<std::string> TakeValue(absl::string_view* rest) {
  std::string value;
  if (!absl::ConsumePrefix(rest, "\"")) {
    const size_t end = std::min(rest->find_first_of("; \t"), rest->size());
    value = std::string(rest->substr(0, end));
    rest->remove_prefix(end);
    return value.empty() ? std::nullopt : std::optional<std::string>(value);
  }
  while (!rest->empty()) {
    const char c = rest->front();
    rest->remove_prefix(1);
    if (c == '"') return value;
    if (c == '\\' && !rest->empty()) {
      value += rest->front();
      rest->remove_prefix(1);
    } else {
      value += c;
    }
  }
  return std::nullopt;
}

// UTF-8''%E5%90%8D.csv
std::optional<std::string> ExtendedValue(absl::string_view value) {
  const size_t language = value.find('\'');
  if (language == absl::string_view::npos || !absl::EqualsIgnoreCase(value.substr(0, language), "UTF-8")) {
    return std::nullopt;
  }
  const size_t text = value.find('\'', language + 1);
  if (text == absl::string_view::npos) return std::nullopt;
  return PercentDecode(value.substr(text + 1));
}

}  // namespace

bool IsFileName(absl::string_view name) {
  if (name.empty() || Has(". ", name.front()) || Has(". ", name.back())) return false;
  size_t characters = 0;
  while (!name.empty()) {
    const size_t length = Utf8Length(name);
    if (length == 0 || ++characters > kLongestName) return false;
    if (length == 1 && (absl::ascii_iscntrl(name.front()) || Has(kNotInNames, name.front()))) return false;
    name.remove_prefix(length);
  }
  return true;
}

std::string AttachmentNamed(absl::string_view name) {
  if (!IsFileName(name)) name = "download";
  // Some clients undo percent signs in the plain form, too.
  std::string plain, extended;
  for (const char c : name) {
    const bool told = absl::ascii_isascii(c) && c != '%';
    // One underscore for a character of several bytes.
    if (told || (static_cast<unsigned char>(c) & 0xC0) != 0x80) plain += told ? c : '_';
    if (absl::ascii_isalnum(c) || Has(kAsItIs, c)) {
      extended += c;
    } else {
      absl::StrAppend(&extended, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2))));
    }
  }
  const std::string header = absl::StrCat("attachment; filename=\"", plain, "\"");
  return plain == name ? header : absl::StrCat(header, "; filename*=UTF-8''", extended);
}

absl::StatusOr<std::string> FileNameIn(absl::string_view content_disposition) {
  absl::string_view rest = absl::StripAsciiWhitespace(content_disposition);
  const size_t type = std::min(rest.find_first_of("; \t"), rest.size());
  if (!IsToken(rest.substr(0, type))) return Malformed();
  rest.remove_prefix(type);
  std::string plain, extended;
  for (rest = absl::StripAsciiWhitespace(rest); !rest.empty(); rest = absl::StripAsciiWhitespace(rest)) {
    if (!absl::ConsumePrefix(&rest, ";")) return Malformed();
    rest = absl::StripAsciiWhitespace(rest);
    const size_t equals = rest.find('=');
    if (equals == absl::string_view::npos) return Malformed();
    const absl::string_view name = absl::StripAsciiWhitespace(rest.substr(0, equals));
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(equals + 1));
    const std::optional<std::string> value = TakeValue(&rest);
    if (!IsToken(name) || !value) return Malformed();
    if (absl::EqualsIgnoreCase(name, "filename")) plain = *value;
    if (!absl::EqualsIgnoreCase(name, "filename*")) continue;
    const std::optional<std::string> decoded = ExtendedValue(*value);
    if (!decoded) return Malformed();
    extended = *decoded;
  }
  return extended.empty() ? plain : extended;
}

bool IsMediaType(absl::string_view content_type) {
  const absl::string_view media = absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';')));
  const size_t slash = media.find('/');
  return slash != absl::string_view::npos && IsToken(media.substr(0, slash)) && IsToken(media.substr(slash + 1)) &&
         std::all_of(content_type.begin(), content_type.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

bool IsJsonType(absl::string_view content_type) {
  return content_type.empty() || absl::EqualsIgnoreCase(content_type, "application/json") ||
         absl::StartsWithIgnoreCase(content_type, "application/json;");
}

}  // namespace bangfu::edge
