// No bytes crash what reads paths; a template's shape is a template of the same shape; a path is the sum of its
// segments; and what percent signs hid is text without control characters.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/gateway/edge/path_template.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckTemplate(const bangfu::edge::PathTemplate& parsed) {
  for (const auto& variable : parsed.variables) {
    Require(!variable.field.empty() && variable.begin < variable.end && variable.end <= parsed.segments.size());
  }
  const auto again = bangfu::edge::ParsePathTemplate(parsed.Shape());
  Require(again.ok() && again->Shape() == parsed.Shape() && again->segments.size() == parsed.segments.size());
}

void CheckDecoded(absl::string_view text, const std::string& decoded) {
  Require(decoded.size() <= text.size());
  std::string encoded;
  for (unsigned char byte : decoded) {
    Require(byte >= 0x20 && byte != 0x7f);
    constexpr char kDigits[] = "0123456789ABCDEF";
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  const auto again = bangfu::edge::PercentDecode(encoded);
  Require(again.has_value() && *again == decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = bangfu::edge::ParsePathTemplate(text); parsed.ok()) CheckTemplate(*parsed);
  if (const auto segments = bangfu::edge::SplitPath(text)) {
    Require(absl::StrCat("/", absl::StrJoin(*segments, "/")) == text);
    for (const auto segment : *segments) Require(!segment.empty());
  }
  if (const auto decoded = bangfu::edge::PercentDecode(text)) CheckDecoded(text, *decoded);
  return 0;
}
