// Rows of `match_hit`: what comparisons have found, and what became of it.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MATCH_HIT_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MATCH_HIT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bangfu/registration/v1/match_hit.pb.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// Keeps hits, whose facts are sealed; those whose person and list have one before are left as they are. How many are
// new.
int64_t InsertHits(db::Tx& tx, const crypto::Sealer& sealer, const std::vector<v1::MatchHit>& hits,
                   const std::string& retain_until, absl::Time time);

// Without facts and `overdue`, which depends on the day.
std::optional<v1::MatchHit> LoadHit(db::Tx& tx, const ids::RecordId& id);
std::optional<v1::MatchHit> LoadHitForUpdate(db::Tx& tx, const ids::RecordId& id);

// What the list says; nothing if there are none or they are no longer kept. DATA_LOSS if they were damaged.
absl::StatusOr<std::vector<v1::MatchFact>> LoadHitFacts(db::Tx& tx, const crypto::Sealer& sealer,
                                                        const ids::RecordId& id);

// Writes what verification, review and resolution change, as the next version; `hit` gets its etag and time.
void SaveHit(db::Tx& tx, v1::MatchHit* hit, absl::Time time);

// Which hits; 0 and empty stand for all.
struct HitFilter {
  std::vector<auth::AreaRange> areas;  // in order, not empty
  int kind = 0;
  int state = 0;
  int severity = 0;
  bool overdue = false;
  ids::RecordId list;
  ids::RecordId household;
  std::string today;
};

// In order of village and id, behind the place given.
std::vector<v1::MatchHit> ListHits(db::Tx& tx, const HitFilter& filter, int64_t after_area, int64_t after_id,
                                   int limit);

// How many hits the same filter lists, by kind, state and severity.
std::vector<v1::MatchFigure> CountHits(db::Tx& tx, const HitFilter& filter);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MATCH_HIT_STORE_H_
