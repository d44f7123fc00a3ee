// Households as the rules of data quality see them, read page by page or one at a time: with their members, who holds
// the members' identity numbers, and the reports of a year. Nothing is locked.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_PAGE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_PAGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/quality_case.h"

namespace bangfu::registration::store {

// Where a page ended: the village and number of its last record.
struct QualityKey {
  int64_t area = 0;
  int64_t id = 0;
};

// The ids of up to `limit` households behind `after` in order of village and number: those on the register that are
// registered as poor, and ordinary ones that are or were monitored.
struct QualityPage {
  std::vector<ids::RecordId> households;
  QualityKey last;
};
QualityPage NextQualityPage(db::Tx& tx, const auth::AreaRange& range, const QualityKey& after, int limit);

// The households that are still on the register, in no order.
absl::StatusOr<std::vector<domain::QualityCase>> LoadQualityCases(db::Tx& tx, const crypto::Sealer& sealer,
                                                                  const std::vector<ids::RecordId>& households,
                                                                  int year, absl::CivilDay date);

// Members behind `after` whose household is not there or off the register.
struct LostMember {
  ids::RecordId member;
  int64_t household = 0;  // number in the shard of the member
  int64_t area = 0;
};
struct LostMembers {
  std::vector<LostMember> members;
  QualityKey last;
  int64_t looked_at = 0;  // members of the page; 0 behind the last
};
LostMembers NextLostMembers(db::Tx& tx, const auth::AreaRange& range, const QualityKey& after, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_PAGE_H_
