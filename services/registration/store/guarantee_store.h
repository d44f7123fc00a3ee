// Rows of `guarantee`: two worries and three guarantees, one row a household and year. The household is locked before
// its row is saved.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_GUARANTEE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_GUARANTEE_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "bangfu/registration/v1/guarantee.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/store/author.h"

namespace bangfu::registration::store {

// What etags of a household's record of a year are made of.
std::string GuaranteeName(absl::string_view household_id, int32_t year);

std::optional<v1::GuaranteeRecord> LoadGuarantees(db::Tx& tx, const ids::RecordId& household, int32_t year);

// Newest year first.
std::vector<v1::GuaranteeRecord> ListGuarantees(db::Tx& tx, const ids::RecordId& household);

// The records of one year, by household.
std::map<std::string, v1::GuaranteeRecord> LoadGuaranteesOf(db::Tx& tx, absl::Span<const ids::RecordId> households,
                                                            int32_t year);

struct GapQuery {
  std::vector<auth::AreaRange> scope;
  int32_t year = 0;
  // Bits of the items of which one is lacking.
  int32_t items = 0;
  // Last household of the page before; nothing for the first page.
  std::optional<ids::RecordId> after;
  int limit = 0;
};
// Of households on the register, with their village now; in order of id, one more than `limit` if there are more.
std::vector<v1::GuaranteeRecord> ListGuaranteeGaps(db::Tx& tx, const GapQuery& query);

// Stamps the record, whose etag is that of the version it replaces. `unmet` has a bit for each item that is not met.
// False if it replaces another version.
bool SaveGuarantees(db::Tx& tx, const Author& author, int32_t unmet, v1::GuaranteeRecord* record);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_GUARANTEE_STORE_H_
