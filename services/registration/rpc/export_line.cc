#include "services/registration/rpc/export_line.h"

#include "services/registration/domain/export_cell.h"

namespace bangfu::registration {

using domain::ImportColumn;
using domain::ImportTable;
using domain::Table;

std::string ExportHeaderLine(const ImportTable& table) {
  std::string line = "\xEF\xBB\xBF";
  if (table.table != Table::kHousehold) line.append(domain::kHouseholdColumn.data(), domain::kHouseholdColumn.size());
  for (const ImportColumn& column : table.columns) {
    if (line.size() > 3) line += ',';
    line += column.name;
  }
  return line + "\r\n";
}

void AppendExportLine(const ImportTable& table, const store::ExportRow& row, bool reveal, std::string* out) {
  const bool household = table.table == Table::kHousehold;
  if (!household) domain::AppendCsvText(row.household_key, out);
  for (const ImportColumn& column : table.columns) {
    if (!household || column.index > 0) *out += ',';
    const domain::Value& value = row.values[column.index];
    if (column.field == "national_id" && (value.null || value.text.empty())) {
      domain::AppendCsvText(row.record_id, out);
    } else {
      domain::AppendCsvValue(column, value, reveal, out);
    }
  }
  *out += "\r\n";
}

}  // namespace bangfu::registration
