// Rows of `match_run`, the persons of the register that lists are compared with, and the end of what was kept of lists.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MATCH_RUN_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MATCH_RUN_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "bangfu/registration/v1/match_list.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// How far a run is: behind which digest, or behind which person of the register, it goes on; and its counts.
struct MatchProgress {
  std::string after_digest;
  int64_t after_area = 0;
  int64_t after_id = 0;
  int64_t person_count = 0;
  int64_t covered_count = 0;
  int64_t unauthorised_count = 0;
  int64_t hit_count = 0;
  int64_t new_hit_count = 0;
};

struct MatchRunRecord {
  ids::RecordId id;
  ids::RecordId list;
  int64_t area = 0;
  v1::MatchRun shown;  // without the operation
  MatchProgress progress;
};

void InsertMatchRun(db::Tx& tx, const MatchRunRecord& run);
std::optional<MatchRunRecord> LoadMatchRun(db::Tx& tx, const ids::RecordId& id);
void SaveProgress(db::Tx& tx, const ids::RecordId& id, const MatchProgress& progress);

// Marks that the end of the run was told; false if it was before.
bool MarkTold(db::Tx& tx, const ids::RecordId& id);

// Runs of a list, newest first.
std::vector<MatchRunRecord> ListMatchRuns(db::Tx& tx, const ids::RecordId& list, int limit);

// Whether a worker is on a run of the list, or is going to be.
bool IsBeingCompared(db::Tx& tx, const ids::RecordId& list);

// A person who is present in a household of the register.
struct Person {
  ids::RecordId id;
  int64_t household_id = 0;  // in the same county
  int64_t area = 0;          // village
  bool registered = false;   // the household is, and not an ordinary one
  std::string birth_date;
  std::string digest;  // of the identity number
};

// Who is present, of these members, in the area.
std::vector<Person> LoadPersons(db::Tx& tx, absl::Span<const ids::RecordId> members, int64_t area);
// Who is present in the area, in order of village and id, behind a place.
std::vector<Person> NextPersons(db::Tx& tx, int64_t area, int64_t after_area, int64_t after_id, int limit);

// What one step has removed.
struct Purged {
  int64_t facts = 0;  // hits that lost their facts
  int64_t rows = 0;   // rows of a list
  ids::RecordId list;
  int64_t area = 0;  // of the list
};
// Removes up to `limit` rows and facts each whose last day is before `today`; a list is PURGING from the
// first row on, and PURGED without rows left. A list that is locked is left for later.
Purged PurgeMatching(db::Tx& tx, const std::string& today, int limit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MATCH_RUN_STORE_H_
