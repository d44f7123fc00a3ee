// From which day on a change of families is true. A change that is dated before others makes again what they made, on
// top of it (domain::Rebase); the ledger is told what that changes of the past.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_DATES_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_DATES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/population.pb.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "services/registration/store/family_store.h"

namespace bangfu::registration::store {

// What is written of a change besides its families as they are afterwards.
struct DatedChange {
  // Versions that come before those in force, by id.
  std::map<std::string, std::vector<v1::Household>> households_between;
  std::map<std::string, std::vector<v1::Member>> members_between;
  // Persons who are not in the families any more, but were on a day that is changed.
  std::vector<v1::Member> former_before, former_after;
  // What the ledger is told, without known_time.
  std::vector<v1::PopulationChange> entries;
};

// Dates what differs in `change.after`, and puts there what is in force in the end. EFFECTIVE_DATE_TOO_EARLY if a
// record whose fields are asked for was not there on the day.
absl::StatusOr<DatedChange> DateChange(db::Tx& tx, const crypto::Sealer& sealer, const FamilyChange& change);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_DATES_H_
