// Reads the register for export, table by table, in pages.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_EXPORT_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_EXPORT_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::store {

// A record as it is exported.
struct ExportRow {
  std::string household_key;          // number of the household in the national register, or its id if it has none
  std::string record_id;              // of the household or member
  std::vector<domain::Value> values;  // by ImportColumn.index; sealed ones opened
};

struct ExportPage {
  std::vector<ExportRow> rows;
  ids::RecordId last;  // the household or, for AB01, the member behind which the next page begins
  bool more = false;
};

// What is on the register in `range` behind `after`, in order of id: records of up to `limit` households, or up to
// `limit` members. Ids never change, so that what moves between two pages is on one of them, and on one only.
absl::StatusOr<ExportPage> ReadExportPage(db::Tx& tx, const crypto::Sealer& sealer, domain::Table table,
                                          const auth::AreaRange& range, const ids::RecordId& after, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_EXPORT_STORE_H_
