#include "services/registration/domain/export_cell.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/api/annotations.h"
#include "common/api/mask.h"
#include "common/standards/hundredths.h"

namespace bangfu::registration::domain {
namespace {

// From here on spreadsheets show a number as 1.50526E+11, and write it so.
constexpr size_t kLongNumber = 12;

bool IsNumber(CellKind kind) {
  return kind == CellKind::kNumber || kind == CellKind::kYear || kind == CellKind::kHundredths;
}

bool IsLongNumber(absl::string_view text) {
  return text.size() >= kLongNumber &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool LooksLikeFormula(absl::string_view text) {
  constexpr absl::string_view kStarts = "=+-@'";
  return text.size() >= 2 && absl::StrContains(kStarts, text.substr(0, 1));
}

}  // namespace

std::string ShownText(const ImportColumn& column, const Value& value, bool reveal) {
  if (value.null) return "";
  if (column.sealed && !reveal) return api::MaskText(api::AnnotationOf(*column.descriptor).format(), value.text);
  if (column.kind == CellKind::kYesNo) return value.text == "t" ? "1" : "0";
  // Where 0 is out of bounds it stands for nothing.
  if (IsNumber(column.kind) && column.min > 0 && value.text == "0") return "";
  int64_t hundredths = 0;
  if (column.kind == CellKind::kHundredths && absl::SimpleAtoi(value.text, &hundredths)) {
    return standards::FormatHundredths(hundredths);
  }
  return value.text;
}

void AppendCsvText(absl::string_view text, std::string* line) {
  const bool quoted = text.find_first_of(",\"\r\n") != absl::string_view::npos;
  if (quoted) line->push_back('"');
  if (LooksLikeFormula(text)) line->push_back('\'');
  if (IsLongNumber(text)) line->push_back('\t');
  if (quoted) {
    line->append(absl::StrReplaceAll(text, {{"\"", "\"\""}}));
    line->push_back('"');
  } else {
    line->append(text.data(), text.size());
  }
}

void AppendCsvValue(const ImportColumn& column, const Value& value, bool reveal, std::string* line) {
  const std::string text = ShownText(column, value, reveal);
  IsNumber(column.kind) ? static_cast<void>(line->append(text)) : AppendCsvText(text, line);
}

}  // namespace bangfu::registration::domain
