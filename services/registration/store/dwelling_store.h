// Households with members and houses as far as target groups depend on them: nothing sealed is read.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_DWELLING_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_DWELLING_STORE_H_

#include <cstdint>
#include <vector>

#include "common/db/tx.h"
#include "services/registration/domain/target_group.h"

namespace bangfu::registration::store {

// Where a list of dwellings goes on: behind this village and household.
struct DwellingKey {
  int64_t area = 0;
  int64_t id = 0;
};

// Of households on the register in the area, of all types, in order of village and household; fewer than `limit` only
// at the end.
std::vector<domain::Dwelling> LoadDwellings(db::Tx& tx, int64_t area, const DwellingKey& after, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_DWELLING_STORE_H_
