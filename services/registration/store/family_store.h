// Families: households with their members, locked, compared and saved as a whole.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "services/registration/domain/family.h"
#include "services/registration/store/author.h"
#include "services/registration/store/household_store.h"

namespace bangfu::registration::store {

// The households of one county with the members who are present, locked in order of id until the end of the
// transaction; households that are not there, or are locked and not to be waited for, are left out.
absl::StatusOr<std::vector<domain::Family>> LoadFamiliesForUpdate(db::Tx& tx, const crypto::Sealer& sealer,
                                                                  int32_t shard,
                                                                  const std::vector<int64_t>& household_ids,
                                                                  Locked locked = Locked::kWait);

// What one author makes of families; `before` as loaded for update.
struct FamilyChange {
  const Author* author;
  const std::vector<domain::Family>* before;
  std::vector<domain::Family>* after;
};

// Writes what differs between `before` and `after`: households and members by id, the claims of identity numbers,
// superseded versions, changes of counts. Records of `after` that are written get their new etag and time. No record is
// in two changes. NATIONAL_ID_TAKEN, IDENTITY_NUMBER_TAKEN.
absl::Status SaveFamilies(db::Tx& tx, const crypto::Sealer& sealer, absl::Span<const FamilyChange> changes);

// The ids of households that SaveFamilies would refuse, because an identity number or a number of the national register
// that they had before is somebody else's by now.
std::set<std::string> FindTaken(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<domain::Family>& before,
                                const std::vector<domain::Family>& after);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_
