// Rows of `snapshot`: instants with a name, and the figures as they were then.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_SNAPSHOT_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_SNAPSHOT_STORE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/snapshot_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

void InsertSnapshot(db::Tx& tx, const v1::Snapshot& snapshot);

// With its figures. DATA_LOSS if they cannot be read.
absl::StatusOr<std::optional<v1::Snapshot>> LoadSnapshot(db::Tx& tx, const ids::RecordId& id);

// Without their figures, `limit` of them behind the key `after`, which may be empty.
Page<v1::Snapshot> ListSnapshots(db::Tx& tx, const std::vector<auth::AreaRange>& scope,
                                 const std::vector<std::string>& after, int limit);

// The instants alone.
std::optional<Instants> LoadInstants(db::Tx& tx, const ids::RecordId& id);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_SNAPSHOT_STORE_H_
