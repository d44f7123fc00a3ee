// Families: households with their members, locked, compared and saved as a whole.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/family.h"
#include "services/registration/store/author.h"
#include "services/registration/store/household_store.h"

namespace bangfu::registration::store {

// The households with the members who are present, locked in order of id until the end of the transaction; households
// that are not there are left out. Waits for those that others have locked, or leaves them out and tells `locked`.
absl::StatusOr<std::vector<domain::Family>> LoadFamiliesForUpdate(db::Tx& tx, const crypto::Sealer& sealer,
                                                                  absl::Span<const ids::RecordId> households,
                                                                  std::set<std::string>* locked = nullptr);

// Fields of one record that are asked for, whether or not they differ from what is in force: on the author's day they
// may.
struct Asked {
  std::string record_id;
  std::vector<std::string> fields;
};

// What one author makes of families; `before` as loaded for update. True from the author's day on.
struct FamilyChange {
  const Author* author;
  const std::vector<domain::Family>* before;
  std::vector<domain::Family>* after;
  const Asked* asked = nullptr;
};

// Writes what differs between `before` and `after`: households and members by id, the claims of identity numbers,
// superseded versions, changes of counts, the population ledger. Records of `after` that are written get their new etag
// and time, and what is in force in the end, where what is written lies before other changes. No record is in two
// changes. NATIONAL_ID_TAKEN, IDENTITY_NUMBER_TAKEN, EFFECTIVE_DATE_TOO_EARLY.
absl::Status SaveFamilies(db::Tx& tx, const crypto::Sealer& sealer, absl::Span<const FamilyChange> changes);

// Who has the numbers that a change of families takes up: identity numbers and those of the national register. Looked
// up once, it answers for every part of the change.
class NumberHolders {
 public:
  // `sealer` outlives this.
  NumberHolders(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<domain::Family>& before,
                const std::vector<domain::Family>& after);

  // The ids of households that SaveFamilies would refuse, because one of their numbers is somebody else's.
  std::set<std::string> FindTaken(const std::vector<domain::Family>& before,
                                  const std::vector<domain::Family>& after) const;

 private:
  const crypto::Sealer& sealer_;
  std::map<std::string, ids::RecordId> identities_;  // member by digest
  std::set<std::string> numbers_in_use_;             // households whose new number another one has
};

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_FAMILY_STORE_H_
