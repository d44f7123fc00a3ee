#include "services/registration/domain/import_finding.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace bangfu::registration::domain {
namespace {

std::string LabelOfColumn(Table table, const std::string& column) {
  for (const ImportColumn& known : TableOf(table).columns) {
    if (known.name == column) return known.label;
  }
  return column == kHouseholdColumn ? std::string(kHouseholdLabel) : "";
}

std::string Fill(std::string text, const std::string& label, const status::Metadata& metadata) {
  absl::StrReplaceAll({{"{label}", label}}, &text);
  for (const auto& [key, value] : metadata) absl::StrReplaceAll({{absl::StrCat("{", key, "}"), value}}, &text);
  return text;
}

}  // namespace

bool IsError(v1::FindingReason reason) {
  switch (reason) {
    case v1::IDENTITY_15_DIGITS:
    case v1::ROW_SHORT:
    case v1::CELL_LEFT_EMPTY:
    case v1::HEAD_NAME_DISAGREES:
    case v1::MEMBER_COUNT_DISAGREES:
    case v1::NET_INCOME_DISAGREES:
    case v1::SKILL_AT_AGE:
    case v1::SCHOOL_AT_AGE:
    case v1::WAGE_WITHOUT_MONTHS:
    case v1::CAUSE_ILLNESS_ALL_HEALTHY:
    case v1::CAUSE_LABOUR_BUT_ABLE:
    case v1::SPOUSE_CHILD_AGE: return false;
    default: return true;
  }
}

v1::ImportFinding Describe(Table table, const Finding& finding) {
  const auto* value = v1::FindingReason_descriptor()->FindValueByNumber(finding.reason);
  v1::ImportFinding told;
  told.set_table(TableOf(table).name);
  told.set_row(finding.row);
  told.set_column(finding.column);
  told.set_column_label(LabelOfColumn(table, finding.column));
  told.set_severity(IsError(finding.reason) ? v1::ImportFinding::ERROR : v1::ImportFinding::WARNING);
  if (value == nullptr) return told;  // written by a newer version of the program
  const options::v1::Refusal& entry = value->options().GetExtension(options::v1::refusal);
  told.set_reason(value->name());
  told.set_message(Fill(entry.text(), told.column_label(), finding.metadata));
  told.set_suggestion(Fill(entry.action(), told.column_label(), finding.metadata));
  return told;
}

}  // namespace bangfu::registration::domain
