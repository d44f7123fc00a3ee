#include "services/registration/domain/import_cell.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/api/format.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"
#include "common/standards/identity_number.h"
#include "common/standards/text.h"

namespace bangfu::registration::domain {
namespace {

using Fault = std::optional<CellFault>;

constexpr size_t kMostEchoed = 30;                              // characters of a wrong value that a finding repeats
constexpr int kFirstSerialDay = 10000, kLastSerialDay = 80000;  // 1927 to 2119, as spreadsheets count days

// Repeats a wrong value, shortened, unless it is personal.
std::string Echo(const ImportColumn& column, absl::string_view text) {
  if (column.personal) return "***";
  size_t end = 0;
  for (size_t characters = 0; end < text.size() && characters < kMostEchoed; ++characters) {
    do ++end;
    while (end < text.size() && (text[end] & 0xC0) == 0x80);
  }
  return absl::StrCat(text.substr(0, end), end < text.size() ? "…" : "");
}

CellFault FaultWithValue(v1::FindingReason reason, const ImportColumn& column, absl::string_view text) {
  return {reason, {{"value", Echo(column, text)}}};
}

std::string LimitText(const ImportColumn& column) {
  if (column.min == 0 && column.max == 0) return "数字";
  if (column.kind != CellKind::kHundredths) return absl::StrCat(column.min, " 至 ", column.max);
  return absl::StrCat(column.min / 100, " 至 ", column.max / 100, ", 最多两位小数");
}

CellFault NumberFault(const ImportColumn& column, absl::string_view text) {
  CellFault fault =
      FaultWithValue(column.kind == CellKind::kYear ? v1::YEAR_INVALID : v1::NUMBER_INVALID, column, text);
  if (column.kind == CellKind::kYear) {
    fault.metadata.push_back({"years", absl::StrCat(column.min, " 年起已经开始的年度")});
  } else {
    fault.metadata.push_back({"limit", LimitText(column)});
  }
  return fault;
}

Fault ReadText(const ImportColumn& column, absl::string_view text, Cell* cell) {
  const standards::TextFacts facts = standards::Inspect(text);
  if (facts.characters > static_cast<size_t>(column.max_length)) {
    return CellFault{v1::CELL_TOO_LONG, {{"limit", absl::StrCat(column.max_length)}}};
  }
  cell->text.assign(text.data(), text.size());
  if (facts.control_characters) {
    // Left behind by other programs, invisible, and worth nothing.
    cell->text.erase(std::remove_if(cell->text.begin(), cell->text.end(),
                                    [](char c) { return absl::ascii_iscntrl(c) && c != '\n' && c != '\t'; }),
                     cell->text.end());
  }
  return std::nullopt;
}

const std::string* FindCode(const CodeTable::Entries* codes, absl::string_view text) {
  if (codes == nullptr) return nullptr;
  auto found = codes->find(text);
  return found == codes->end() ? nullptr : &found->second;
}

CellFault CodeFault(const ImportColumn& column, absl::string_view text) {
  CellFault fault = FaultWithValue(v1::CODE_UNKNOWN, column, text);
  fault.metadata.push_back({"dictionary", column.dictionary});
  return fault;
}

Fault ReadCode(const ImportColumn& column, const CodeTable::Entries* codes, absl::string_view text, Cell* cell) {
  const std::string* code = FindCode(codes, text);
  if (code == nullptr) return CodeFault(column, text);
  cell->text = *code;
  return std::nullopt;
}

Fault ReadCodes(const ImportColumn& column, const CodeTable::Entries* codes, absl::string_view text, Cell* cell) {
  const std::string plain = absl::StrReplaceAll(text, {{"、", ","}, {";", ","}, {"；", ","}, {"|", ","}, {" ", ","}});
  std::vector<std::string> read;
  for (absl::string_view part : absl::StrSplit(plain, ',', absl::SkipEmpty())) {
    const std::string* code = FindCode(codes, part);
    if (code == nullptr) return CodeFault(column, part);
    if (std::find(read.begin(), read.end(), *code) == read.end()) read.push_back(*code);
  }
  cell->text = absl::StrJoin(read, ",");
  return std::nullopt;
}

Fault ReadDate(const ImportColumn& column, absl::string_view text, Cell* cell) {
  if (standards::ParseDate(text)) {
    cell->text.assign(text.data(), text.size());
    return std::nullopt;
  }
  auto day = standards::ParseWrittenDate(text);
  int serial = 0;
  if (!day && text.size() == 5 && absl::SimpleAtoi(text, &serial) && serial >= kFirstSerialDay &&
      serial <= kLastSerialDay) {
    day = absl::CivilDay(1899, 12, 30) + serial;
  }
  if (!day) return FaultWithValue(v1::DATE_INVALID, column, text);
  cell->text = standards::FormatDate(*day);
  return std::nullopt;
}

// Digits with at most two decimals, which is nearly every number: read without the general reader.
std::optional<int64_t> PlainHundredths(absl::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  int64_t value = 0;
  size_t at = 0;
  while (at < text.size() && absl::ascii_isdigit(text[at])) value = value * 10 + (text[at++] - '0');
  if (at == 0) return std::nullopt;
  if (at == text.size()) return value * 100;
  if (text[at] != '.' || text.size() - at > 3 || text.size() - at < 2) return std::nullopt;
  for (size_t digit = at + 1; digit < at + 3; ++digit) {
    const char c = digit < text.size() ? text[digit] : '0';
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

Fault ReadNumber(const ImportColumn& column, absl::string_view text, Cell* cell) {
  auto value = PlainHundredths(text);
  if (!value) value = standards::ParseHundredths(text);
  const bool whole = column.kind != CellKind::kHundredths;
  if (!value || (whole && *value % 100 != 0)) return NumberFault(column, text);
  if (whole) *value /= 100;
  const bool bounded = column.min != 0 || column.max != 0;
  if (bounded && (*value < column.min || *value > column.max)) return NumberFault(column, text);
  cell->text.clear();
  absl::StrAppend(&cell->text, *value);
  return std::nullopt;
}

Fault ReadYesNo(const ImportColumn& column, absl::string_view text, Cell* cell) {
  for (absl::string_view yes : {"1", "是", "有", "Y", "y", "true", "TRUE"}) {
    if (text == yes) return cell->text = "t", std::nullopt;
  }
  for (absl::string_view no : {"0", "否", "无", "N", "n", "false", "FALSE"}) {
    if (text == no) return cell->text = "f", std::nullopt;
  }
  return FaultWithValue(v1::YES_NO_INVALID, column, text);
}

// Numbers are often written in groups.
std::string WithoutSpaces(absl::string_view text) { return absl::StrReplaceAll(text, {{" ", ""}}); }

Fault ReadFormatted(options::v1::Format format, v1::FindingReason reason, absl::string_view text, Cell* cell) {
  cell->text = WithoutSpaces(text);
  if (api::FormatFault(format, cell->text).empty()) return std::nullopt;
  return CellFault{reason, {}};
}

Fault ReadIdentity(absl::string_view text, Cell* cell) {
  auto parsed = standards::ParseIdentityNumber(text);
  if (const auto* fault = std::get_if<standards::IdentityFault>(&parsed)) {
    switch (*fault) {
      case standards::IdentityFault::kChecksum: return CellFault{v1::IDENTITY_CHECKSUM, {}};
      case standards::IdentityFault::kFloatDamaged: return CellFault{v1::IDENTITY_FLOAT_DAMAGED, {}};
      default: return CellFault{v1::IDENTITY_FORMAT, {}};
    }
  }
  auto& identity = std::get<standards::IdentityNumber>(parsed);
  cell->text = std::move(identity.number);
  if (identity.upgraded_from_15) return CellFault{v1::IDENTITY_15_DIGITS, {}};
  return std::nullopt;
}

Fault ReadArea(const ImportColumn& column, absl::string_view text, Cell* cell) {
  const auto code = text.size() == 12 ? standards::ParseAreaCode(text) : std::nullopt;
  if (!code) return FaultWithValue(v1::AREA_UNKNOWN, column, text);
  cell->text = absl::StrCat(*code);
  return std::nullopt;
}

Fault ReadGiven(const ImportColumn& column, const CodeTable::Entries* codes, absl::string_view text, Cell* cell) {
  switch (column.kind) {
    case CellKind::kText: return ReadText(column, text, cell);
    case CellKind::kCode: return ReadCode(column, codes, text, cell);
    case CellKind::kCodes: return ReadCodes(column, codes, text, cell);
    case CellKind::kDate: return ReadDate(column, text, cell);
    case CellKind::kNumber:
    case CellKind::kYear:
    case CellKind::kHundredths: return ReadNumber(column, text, cell);
    case CellKind::kYesNo: return ReadYesNo(column, text, cell);
    case CellKind::kPhone: return ReadFormatted(options::v1::PHONE, v1::PHONE_INVALID, text, cell);
    case CellKind::kAccount: return ReadFormatted(options::v1::BANK_ACCOUNT, v1::BANK_ACCOUNT_INVALID, text, cell);
    case CellKind::kIdentity: return ReadIdentity(text, cell);
    case CellKind::kArea: return ReadArea(column, text, cell);
  }
  return std::nullopt;
}

bool IsGraphicAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

void CodeTable::Add(const std::string& dictionary, const std::string& code, const std::string& label) {
  Entries& entries = entries_[dictionary];
  entries[code] = code;
  entries.try_emplace(label, code);
  if (code.size() == 2 && code[0] == '0') entries.try_emplace(code.substr(1), code);
}

const CodeTable::Entries* CodeTable::Find(absl::string_view dictionary) const {
  auto found = entries_.find(dictionary);
  return found == entries_.end() ? nullptr : &found->second;
}

absl::string_view TrimCell(absl::string_view raw) {
  const auto trim = [&raw](absl::string_view space) {
    return absl::ConsumePrefix(&raw, space) || absl::ConsumeSuffix(&raw, space);
  };
  while (!raw.empty() &&
         (trim(" ") || trim("\t") || trim("\n") || trim("\r") || trim("\xE3\x80\x80") || trim("\xC2\xA0"))) {
  }
  constexpr absl::string_view kFormulaStarts = "=+-@'";
  if (raw.size() >= 2 && raw[0] == '\'' && absl::StrContains(kFormulaStarts, raw.substr(1, 1))) raw.remove_prefix(1);
  return raw;
}

std::optional<CellFault> ReadCell(const ImportColumn& column, const CodeTable::Entries* codes, absl::string_view raw,
                                  Cell* cell) {
  absl::string_view text = TrimCell(raw);
  cell->state = CellState::kEmpty;
  cell->text.clear();
  if (text.empty()) return std::nullopt;
  if (text == "（清空）" || text == "(清空)") {
    cell->state = CellState::kCleared;
    return std::nullopt;
  }
  if (column.sealed && absl::StrContains(text, "*")) {
    cell->state = CellState::kMasked;
    return std::nullopt;
  }
  cell->state = CellState::kGiven;
  std::string tidy;
  if (column.kind != CellKind::kText) {
    absl::ConsumePrefix(&text, "'");  // written by hand to keep a spreadsheet from taking it for a number
    if (!IsGraphicAscii(text)) text = tidy = standards::Tidy(text);
  }
  Fault fault = ReadGiven(column, codes, text, cell);
  if (fault && fault->reason != v1::IDENTITY_15_DIGITS) {
    cell->state = CellState::kWrong;
    cell->text.clear();
  }
  return fault;
}

}  // namespace bangfu::registration::domain
