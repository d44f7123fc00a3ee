// Rows of `household`. Phone and bank account are sealed. Every change keeps the version that it supersedes and the
// change of counts (register_delta) in the same statement.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/household.pb.h"
#include "common/api/filter.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"
#include "services/registration/store/instants.h"
#include "services/registration/store/list_query.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {

// A record before and after a change, and whose change it is. Saving stamps `after` with the next version and its time:
// the author's, or just behind that of `before` if a clock that was ahead wrote it.
template <typename Record>
struct Revision {
  const Author* author;
  const Record* before;  // null if the record is new
  Record* after;
  // Versions that come between them, written at the same time; may be null.
  const std::vector<Record>* between = nullptr;

  int64_t between_count() const { return between == nullptr ? 0 : static_cast<int64_t>(between->size()); }
};

// By county, whose rows are one statement's: on a distributed database a county is on one node. `id_of` gives the id of
// a record.
template <typename Record>
std::map<int32_t, std::vector<Revision<Record>>> ByCounty(const std::vector<Revision<Record>>& revisions,
                                                          const std::string& (Record::*id_of)() const) {
  std::map<int32_t, std::vector<Revision<Record>>> by_county;
  for (const Revision<Record>& revision : revisions) {
    by_county[IdOf((revision.after->*id_of)()).shard].push_back(revision);
  }
  return by_county;
}

// Fields that lists may filter and sort by.
const api::ColumnMap& HouseholdFilterColumns();

// What the columns hold of a household, for api::Matches.
std::optional<std::string> HouseholdCell(const v1::Household& household, const std::string& field);

// The same where the table is known by another name than `t`.
api::ColumnMap HouseholdFilterColumnsOf(absl::string_view table);

absl::StatusOr<std::optional<v1::Household>> LoadHousehold(db::Tx& tx, const crypto::Sealer& sealer,
                                                           const ids::RecordId& id);

// The same for many at once, in the order of `ids`.
absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadHouseholds(db::Tx& tx, const crypto::Sealer& sealer,
                                                                         absl::Span<const ids::RecordId> ids);

// Locks the rows in order of id until the end of the transaction. A household is locked before its members. Those that
// are not there are left out. Waits for rows that others have locked, or, with `locked`, leaves them out and tells
// them.
absl::StatusOr<std::vector<v1::Household>> LoadHouseholdsForUpdate(db::Tx& tx, const crypto::Sealer& sealer,
                                                                   absl::Span<const ids::RecordId> ids,
                                                                   std::set<std::string>* locked = nullptr);

struct RecordAt {
  ids::RecordId id;
  Instants instants;
};
// The superseded versions that hold at the instants, in the order of `wanted`; nothing where there is none.
absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadSupersededHouseholds(db::Tx& tx,
                                                                                   const crypto::Sealer& sealer,
                                                                                   absl::Span<const RecordAt> wanted);

// The same, of all versions. Needs one snapshot for its statements.
absl::StatusOr<std::vector<std::optional<v1::Household>>> LoadHouseholdsAt(db::Tx& tx, const crypto::Sealer& sealer,
                                                                           absl::Span<const RecordAt> wanted);

absl::StatusOr<Page<v1::Household>> ListHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const ListQuery& query);
absl::StatusOr<Total> CountHouseholds(db::Tx& tx, const ListQuery& query);

// A household and the number of the national register that it is to have.
struct NumberClaim {
  ids::RecordId household;
  std::string national_id;
};
// The ids of those whose number another household of their county has that is on the register.
std::set<std::string> FindNumbersInUse(db::Tx& tx, const std::vector<NumberClaim>& claims);

// New ones. False if one of them has the national_id of another household of its county.
bool InsertHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Household>>& additions);

// Loaded for update before.
void SaveHouseholds(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<Revision<v1::Household>>& revisions);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_HOUSEHOLD_STORE_H_
