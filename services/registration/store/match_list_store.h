// Rows of lists (比对名单): the list, its parts, its rows under keyed digests, and what was wrong with rows.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MATCH_LIST_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MATCH_LIST_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "bangfu/registration/v1/match_list.pb.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/match_row.h"

namespace bangfu::registration::store {

// Parts with a greater number are files.
inline constexpr int64_t kLastBatch = 1'000'000;

struct MatchListRecord {
  ids::RecordId id;
  int64_t area = 0;
  v1::MatchList shown;  // with its counts
};

void InsertMatchList(db::Tx& tx, const MatchListRecord& list);

// How a row is locked while it is loaded: kShare keeps its state from changing, kUpdate others from loading it so.
enum class ListLock { kNone, kShare, kUpdate };
std::optional<MatchListRecord> LoadMatchList(db::Tx& tx, const ids::RecordId& id, ListLock lock = ListLock::kNone);

void SetListState(db::Tx& tx, const ids::RecordId& id, v1::MatchList::State state);

// Lists in the areas, newest first, with an id below `before` (0 for the first page); of one subject if it is named.
std::vector<MatchListRecord> ListMatchLists(db::Tx& tx, const std::vector<auth::AreaRange>& areas,
                                            const std::string& subject, int64_t before, int limit);

// What was taken whole.
struct MatchPartRecord {
  int64_t part = 0;
  std::string content_digest;
  int64_t row_count = 0;
  int64_t wrong_count = 0;
};
std::vector<MatchPartRecord> LoadParts(db::Tx& tx, const ids::RecordId& list);
void InsertPart(db::Tx& tx, const ids::RecordId& list, const MatchPartRecord& part);

// Keeps rows of a part: the right ones under their digests, sealed, and the faults of the wrong ones. Uses COPY.
void CopyMatchRows(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& list, int64_t part,
                   const std::vector<domain::TakenRow>& rows);
int64_t CountMatchRows(db::Tx& tx, const ids::RecordId& list, int64_t part);

// Removes everything of the list that is not of this part.
void DeleteOtherParts(db::Tx& tx, const ids::RecordId& list, int64_t part);
// Removes rows of uploads that were broken off.
void DeleteStrayRows(db::Tx& tx, const ids::RecordId& list);

// A fault's place.
struct RowFaultKey {
  int64_t part = 0;
  int64_t row = 0;
  int number = -1;
};
struct RowFaultPage {
  std::vector<v1::MatchRowFault> faults;
  RowFaultKey last;
};
RowFaultPage ListRowFaults(db::Tx& tx, const ids::RecordId& list, const RowFaultKey& after, int limit);
v1::MatchRowFault Describe(int64_t part, int64_t row, v1::MatchingReason reason, const std::string& column_label,
                           const std::string& detail);

// Different digests of a list behind `after`, in their order.
std::vector<std::string> NextDigests(db::Tx& tx, const ids::RecordId& list, const std::string& after, int limit);
int64_t CountRowsOf(db::Tx& tx, const ids::RecordId& list);

// Those of the digests that the list has.
absl::flat_hash_set<std::string> FindListed(db::Tx& tx, const ids::RecordId& list,
                                            const std::vector<std::string>& digests);

// What the list says of them, by digest, opened. DATA_LOSS if a row was damaged.
absl::StatusOr<absl::flat_hash_map<std::string, std::vector<v1::MatchFact>>> LoadFacts(
    db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& list, const std::vector<std::string>& digests);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MATCH_LIST_STORE_H_
