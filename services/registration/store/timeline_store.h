// The timelines of families: all that their households and whoever ever belonged to them were, by day.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_TIMELINE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_TIMELINE_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "services/registration/domain/timeline.h"

namespace bangfu::registration::store {

struct Timelines {
  // Those asked for, and all others to which their people ever belonged.
  domain::HouseholdSteps households;
  // Everybody who ever belonged to the households asked for.
  domain::MemberSteps members;
  // The versions in force, of the same persons.
  std::map<std::string, v1::Member> current_members;
};

// Of households of one county, which are locked; those to which their people went are locked, too, so that nothing of a
// timeline changes until the end of the transaction.
absl::StatusOr<Timelines> LoadTimelinesForUpdate(db::Tx& tx, const crypto::Sealer& sealer, int32_t shard,
                                                 const std::vector<int64_t>& households);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_TIMELINE_STORE_H_
