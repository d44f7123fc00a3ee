// What the RPC classes of the register share: the database and its companions, and the steps that several methods take.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_REGISTRATION_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_REGISTRATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/api/page_token.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "common/policy/library.h"
#include "common/rpc/call.h"
#include "common/rpc/effects.h"
#include "common/rpc/write.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "services/registration/domain/family.h"
#include "services/registration/rpc/dictionary_cache.h"
#include "services/registration/store/author.h"
#include "services/registration/store/family_store.h"

namespace bangfu::registration {

// Outlives the RPC classes.
struct Registration {
  rpc::WriteContext write;
  const api::PageTokens* page_tokens = nullptr;
  const DictionaryCache* dictionaries = nullptr;
  policy::Library* policies = nullptr;  // may be null where nothing is decided by policy

  db::Database& database() const { return *write.database; }
  const crypto::Sealer& sealer() const { return *write.sealer; }
};

// The number of an area code that has been validated.
int64_t AreaNumber(const std::string& code);

// The day of the call in Beijing.
std::string TodayOf(const rpc::Call& call);

// An id in the county of the area or record that the text begins with.
std::string NewIdIn(absl::string_view county);

store::Author AuthorOf(const rpc::Call& call);

// Locks the household and authorises the caller for its village. HOUSEHOLD_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::StatusOr<v1::Household> LockHousehold(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                            const std::string& household_id);

// The same for households with their members, in the order of `household_ids`. MOVE_ACROSS_COUNTIES if they are of
// several counties.
absl::StatusOr<std::vector<domain::Family>> LockFamilies(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                                         const std::vector<std::string>& household_ids);
absl::StatusOr<domain::Family> LockFamily(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                          const std::string& household_id);

// The village can take households on the day of the call. AREA_NOT_A_VILLAGE, AREA_NOT_FOUND, AREA_ENDED.
absl::Status CheckVillage(const rpc::Call& call, db::Tx& tx, const std::string& area);

// Whether a village may change before the transaction ends. One that a household moves to may not: its predecessor
// would come back (RestoreArea) as if nobody had followed. A new household is as if it had come before the change, and
// creations need not write to the rows of areas.
enum class AreaLock { kNone, kShare };

// The same for what several calls, in their order, are about.
std::vector<absl::Status> CheckVillages(const std::vector<const rpc::Call*>& calls, db::Tx& tx,
                                        const std::vector<std::string>& areas, AreaLock lock = AreaLock::kNone);

// ETAG_MISMATCH unless `given` is `current`, the etag of the record as loaded; INVALID_FIELD if it is empty.
absl::Status CheckVersion(const std::string& given, const std::string& record_id, const std::string& current);

// What a call makes of families, as loaded for update.
struct FamilyWrite {
  rpc::Call* call;
  rpc::Effects* effects;
  std::vector<domain::Family> before;
  std::vector<domain::Family> after;
  // Day from which on it is true; empty for the day of the call.
  std::string valid_from = {};
  store::Asked asked = {};
};

// Writes what changed in families and tells of it: rows, history, audit records and events. The callers must reach the
// villages in which the households are afterwards. `merged_into` is the household that took in the members of one that
// was archived.
absl::Status SaveAndTell(const Registration& registration, db::Tx& tx, absl::Span<FamilyWrite> writes,
                         const std::string& merged_into = "");
absl::Status SaveAndTell(const Registration& registration, rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                         const std::vector<domain::Family>& before, std::vector<domain::Family>* after,
                         const std::string& merged_into = "");

// The same from a day on that is not the call's.
absl::Status SaveAndTellFrom(const std::string& valid_from, const store::Asked& asked, const Registration& registration,
                             rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                             const std::vector<domain::Family>& before, std::vector<domain::Family>* after);

// EFFECTIVE_DATE_IN_FUTURE if the day, which may be empty, has not come.
absl::Status CheckEffectiveDate(const rpc::Call& call, const std::string& effective_date);

// The fields of `given` that an update asks for: those of the mask, or those that are populated; without what the
// server sets.
std::vector<std::string> FieldsAskedFor(const google::protobuf::FieldMask& mask,
                                        const google::protobuf::Message& given);

// The same for what a procedure has decided: whoever acts in it was admitted by its rules, and `author` names them.
absl::Status SaveDecided(const Registration& registration, db::Tx& tx, rpc::Effects& effects,
                         const store::Author& author, const std::vector<domain::Family>& before,
                         std::vector<domain::Family>* after);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_REGISTRATION_H_
