// What is left behind beside the rows by each part of an import: an audit record and an event.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_

#include <cstdint>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "common/db/tx.h"
#include "services/registration/store/author.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration {

// `households` are shards and numbers of the households that were created or changed by `row_count` rows.
absl::Status TellOfImport(db::Tx& tx, const store::ImportRecord& import, const store::Author& author,
                          const absl::btree_set<std::pair<int32_t, int64_t>>& households, int64_t row_count,
                          bool undone);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_
