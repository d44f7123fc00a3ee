#include "services/registration/domain/import_template.h"

#include "absl/strings/str_cat.h"
#include "common/api/annotations.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/domain/export_cell.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
constexpr size_t kMostCodes = 20;  // beyond it a cell is no remark any more

std::string HeaderCell(absl::string_view name, absl::string_view label, bool needed) {
  return absl::StrCat(name, " ", label, needed ? "*" : "");
}

std::string CodesOf(const std::string& dictionary, DictionaryCodes codes) {
  const auto entries = codes(dictionary);
  std::string told = "代码: ";
  for (size_t i = 0; i < entries.size() && i < kMostCodes; ++i) {
    absl::StrAppend(&told, i > 0 ? "; " : "", entries[i].first, " ", entries[i].second);
  }
  if (entries.size() > kMostCodes) absl::StrAppend(&told, "; 其余见代码表 ", dictionary);
  return told;
}

// How a cell of the column is written.
std::string FormOf(const ImportColumn& column, DictionaryCodes codes) {
  const std::string& unit = api::AnnotationOf(*column.descriptor).unit();
  switch (column.kind) {
    case CellKind::kText: return absl::StrCat("不超过 ", column.max_length, " 字");
    case CellKind::kCode: return CodesOf(column.dictionary, codes);
    case CellKind::kCodes: return absl::StrCat(CodesOf(column.dictionary, codes), "; 可填多个, 用顿号隔开");
    case CellKind::kDate: return "日期, 如 2018-01-05";
    case CellKind::kYear: return "四位年份";
    case CellKind::kNumber: return absl::StrCat("整数", unit.empty() ? "" : ", 单位: ", unit);
    case CellKind::kHundredths: return absl::StrCat("最多两位小数", unit.empty() ? "" : ", 单位: ", unit);
    case CellKind::kYesNo: return "1 是, 0 否";
    case CellKind::kPhone: return "数字号码, 单元格设为文本";
    case CellKind::kAccount: return "8 至 32 位数字, 单元格设为文本";
    case CellKind::kIdentity: return "18 位号码, 单元格设为文本";
    case CellKind::kArea: return "12 位村级代码, 单元格设为文本";
  }
  return "";
}

std::string RemarkOf(const ImportColumn& column, bool needed, DictionaryCodes codes) {
  const char* use = column.compared ? "可不填, 由系统计算, 填写的用于核对" : needed ? "必填" : "选填";
  return absl::StrCat(use, "; ", FormOf(column, codes));
}

// A household is told by its number, also where it is no part of what the register needs to know of it.
bool IsNeeded(const ImportTable& table, const ImportColumn& column) {
  return column.required || (table.table == Table::kHousehold && column.name == kHouseholdColumn);
}

}  // namespace

std::string ImportTemplate(const ImportTable& table, DictionaryCodes codes) {
  std::string header = kByteOrderMark, remarks;
  const auto add = [&](const std::string& header_cell, const std::string& remark) {
    if (!remarks.empty()) {
      header += ',';
      remarks += ',';
    }
    AppendCsvText(header_cell, &header);
    AppendCsvText(remarks.empty() ? absl::StrCat(kRemarkStart, remark) : remark, &remarks);
  };
  if (table.table != Table::kHousehold) {
    add(HeaderCell(kHouseholdColumn, kHouseholdLabel, true), "必填; 与 AC01 表中的户编号一致");
  }
  for (const ImportColumn& column : table.columns) {
    const bool needed = IsNeeded(table, column);
    add(HeaderCell(column.name, column.label, needed), RemarkOf(column, needed, codes));
  }
  return absl::StrCat(header, "\r\n", remarks, "\r\n");
}

}  // namespace bangfu::registration::domain
