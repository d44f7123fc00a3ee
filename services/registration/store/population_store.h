// The population ledger (population_change), and the sums of it by area, day and reason (population_summary) with what
// is not folded into them yet (population_delta), so that stocks and flows are exact at once.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_POPULATION_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_POPULATION_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/population_service.pb.h"
#include "bangfu/registration/v1/register_service.pb.h"
#include "common/db/tx.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

// Adds entries, which say when they became known.
void AppendPopulationChanges(db::Tx& tx, const std::vector<v1::PopulationChange>& entries);

// What the ledger says of households of one county, and of those who were in them, from the day on; without what was
// taken back.
std::vector<v1::PopulationChange> LoadPopulationChanges(db::Tx& tx, int32_t shard,
                                                        const std::vector<int64_t>& households, const std::string& day);

// Folds up to `limit` of the oldest changes into the sums of all areas, in one statement; gives their number.
int64_t FoldPopulation(db::Tx& tx, int limit);

// Stocks and flows of an area and of those right below it, without labels, in one statement. Of the instants only
// known_at counts. AREA_NOT_FOUND.
absl::StatusOr<v1::PopulationFlow> LoadPopulationFlow(db::Tx& tx, int64_t area, const std::string& from_date,
                                                      const std::string& to_date, const Instants& instants);

// LoadStatistics at instants. AREA_NOT_FOUND.
absl::StatusOr<v1::RegisterStatistics> LoadStatisticsAt(db::Tx& tx, int64_t area, const Instants& instants);

// Entries behind a figure of a flow, `limit` of them behind the key `after`, which may be empty.
Page<v1::PopulationChange> ListPopulationChanges(db::Tx& tx, const v1::ListPopulationChangesRequest& request,
                                                 const std::vector<std::string>& after, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_POPULATION_STORE_H_
