// The history of a household under all the ids that it has had.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_CHAIN_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_CHAIN_H_

#include <string>
#include <vector>

#include "services/registration/store/history_store.h"

namespace bangfu::registration::store {

// ListChanges of the household, and behind its first version those of what it was in the county that it came from. The
// last_key names the household that it belongs to.
absl::StatusOr<Page<RecordedChange>> ListChangesOfChain(db::Tx& tx, const crypto::Sealer& sealer,
                                                        const ids::RecordId& household,
                                                        const std::vector<std::string>& after, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_CHAIN_H_
