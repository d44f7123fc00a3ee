// What belongs to a household and is listed by its village: applications, cases, clues, issues, hits and tasks. It
// follows the household to another one, so that whoever is responsible now finds it.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_FOLLOWERS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_FOLLOWERS_H_

#include <cstdint>
#include <vector>

#include "bangfu/registration/v1/household.pb.h"
#include "common/db/tx.h"
#include "services/registration/store/household_store.h"

namespace bangfu::registration::store {

// Brings what belongs to households of one county to the villages where they are now; of those that stayed, nothing.
void FollowHouseholds(db::Tx& tx, int32_t shard, const std::vector<Revision<v1::Household>>& revisions);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_FOLLOWERS_H_
