// Lines of an exported file.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_LINE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_LINE_H_

#include <string>

#include "services/registration/domain/import_table.h"
#include "services/registration/store/export_store.h"

namespace bangfu::registration {

// The first line, behind a byte order mark: the household's number first, where it is not one of the table's own
// columns.
std::string ExportHeaderLine(const domain::ImportTable& table);

// Appends a record; sealed values are masked unless `reveal`. A household or person without a number in the national
// register is written under the id of this system.
void AppendExportLine(const domain::ImportTable& table, const store::ExportRow& row, bool reveal, std::string* out);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_LINE_H_
