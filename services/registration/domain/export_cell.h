// Writes values as cells of a file that can be edited and imported again. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_EXPORT_CELL_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_EXPORT_CELL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

// The value as people read it: yuan with two decimals, 1 and 0, sealed values masked unless `reveal`. Empty if absent.
std::string ShownText(const ImportColumn& column, const Value& value, bool reveal);

// Appends a text as a cell of CSV: quoted where needed; behind an apostrophe where a spreadsheet would take it for a
// formula, behind a tab where it would take it for a number and lose digits. TrimCell takes both away again.
void AppendCsvText(absl::string_view text, std::string* line);

// Appends a value; numbers stay numbers, also negative ones.
void AppendCsvValue(const ImportColumn& column, const Value& value, bool reveal, std::string* line);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_EXPORT_CELL_H_
