// What is registered of the rows of an import, by the batch: as values in the database's text form, sealed ones opened.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_LOOKUP_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_LOOKUP_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/import_cell.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::store {

// Valid villages in the area.
absl::flat_hash_set<int64_t> LoadVillages(db::Tx& tx, int64_t area, const std::string& today);

// Entries of all dictionaries that are valid.
domain::CodeTable LoadCodeTable(db::Tx& tx, const std::string& today);

// A record on the register.
struct Registered {
  ids::RecordId id;  // of the household or member; of a report's household
  int64_t household_id = 0;
  int64_t area = 0;  // 0 for reports
  int64_t version = 0;
  int year = 0;                       // reports
  std::string id_digest;              // members
  bool ordinary = false;              // households: not one of the poor
  std::vector<domain::Value> values;  // by ImportColumn.index
};

// A household by its county and the number it has in the national register, or its id: whichever the key is.
using HouseholdKey = std::pair<int32_t, std::string>;
// The active households of an area's counties that have one of these keys. Two counties may have one number.
absl::StatusOr<absl::flat_hash_map<HouseholdKey, Registered>> FindHouseholds(db::Tx& tx, const crypto::Sealer& sealer,
                                                                             int64_t area,
                                                                             const std::vector<std::string>& keys);
// The same without the records, and without ids.
std::vector<HouseholdKey> FindCountiesOf(db::Tx& tx, int64_t area, const std::vector<std::string>& numbers);

// Present members, by household.
absl::StatusOr<absl::flat_hash_map<int64_t, std::vector<Registered>>> FindMembers(
    db::Tx& tx, const crypto::Sealer& sealer, const std::vector<ids::RecordId>& households);

// Reports of AC07 or AC30 by household and year.
absl::StatusOr<absl::flat_hash_map<std::pair<int64_t, int>, Registered>> FindReports(
    db::Tx& tx, const crypto::Sealer& sealer, domain::Table table, const std::vector<ids::RecordId>& households);

// Members who hold these identity numbers, by digest.
absl::flat_hash_map<std::string, ids::RecordId> FindClaims(db::Tx& tx, const std::vector<std::string>& digests);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_LOOKUP_H_
