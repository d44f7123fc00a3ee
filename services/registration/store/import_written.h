// The households of which an import wrote something (import_written), so that an undo finds them again.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_WRITTEN_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_WRITTEN_H_

#include <cstdint>
#include <utility>

#include "absl/container/btree_map.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// Rows that were written or taken back, by shard and number of their household.
using RowsByHousehold = absl::btree_map<std::pair<int32_t, int64_t>, int64_t>;

// Keeps that the import wrote something of these households.
void InsertWritten(db::Tx& tx, const ids::RecordId& import, const RowsByHousehold& written);

bool HasWritten(db::Tx& tx, const ids::RecordId& import);

// The village of each household.
absl::btree_map<std::pair<int32_t, int64_t>, int64_t> LoadVillagesOf(db::Tx& tx, const RowsByHousehold& written);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_WRITTEN_H_
