// The SQL that counts households: from the catalogue, a query of the cells that each household stands in.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_CELLS_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_CELLS_H_

#include <string>

namespace bangfu::registration::store {

// A query of (shard, household_id, area, status, cell, amount) of the households in `d (shard, household_id)`, a
// relation that it stands behind, as they are now. Households that are off the register or ordinary have no cells.
std::string SelectCells();

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_STATISTIC_CELLS_H_
