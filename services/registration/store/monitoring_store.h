// Rows of `monitoring_case` and `monitoring_clue`. Whoever opens a case or adds a clue has locked the household before;
// then cases, in order of id.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/monitoring_case.pb.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// The case as it stands; area and head_name are those of the household now. Locked until the transaction ends, or not.
std::optional<v1::MonitoringCase> LoadCase(db::Tx& tx, const ids::RecordId& id);
std::optional<v1::MonitoringCase> LockCase(db::Tx& tx, const ids::RecordId& id);

// Cases of one county, locked in order of id; those that are not there are left out.
std::vector<v1::MonitoringCase> LockCases(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids);

// The running case of each household of one county that has one, locked in order of id; by household.
std::map<std::string, v1::MonitoringCase> LockRunningCases(db::Tx& tx, int32_t shard,
                                                           const std::vector<int64_t>& household_ids);

// New ones of one county; their households are locked and have no running case.
void InsertCases(db::Tx& tx, int32_t shard, absl::Span<const v1::MonitoringCase> cases);

// Cases of one county that are locked. Keeps the versions that are superseded.
void SaveCases(db::Tx& tx, int32_t shard, absl::Span<const v1::MonitoringCase> cases);
void SaveCase(db::Tx& tx, const v1::MonitoringCase& monitored);

// Versions of a case that were superseded, newest first, the last 200.
std::vector<v1::MonitoringCase> ListCaseVersions(db::Tx& tx, const ids::RecordId& id);

struct NewClue {
  v1::MonitoringClue clue;
  std::string source_key;
};
// Of the clues that are wanted of one county, those whose source has reported them before: clue id by household and
// key.
std::map<std::pair<std::string, std::string>, std::string> FindReported(db::Tx& tx, int32_t shard,
                                                                        absl::Span<const NewClue> wanted);
void InsertClues(db::Tx& tx, int32_t shard, absl::Span<const NewClue> clues);

std::optional<v1::MonitoringClue> LoadClue(db::Tx& tx, const ids::RecordId& id);
// Of cases of one county together.
int64_t CountOpenClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& case_ids);
void DismissClue(db::Tx& tx, const ids::RecordId& id, const std::string& reason);
// Of cases of one county together, in order of id.
std::vector<v1::MonitoringClue> ListOpenClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& case_ids);
// Ends clues of one county, as far as they are open: as DISMISSED with a reason, or as SETTLED. Their cases are locked.
void EndClues(db::Tx& tx, int32_t shard, const std::vector<int64_t>& clue_ids, v1::MonitoringClue::State state,
              const std::string& reason);

// Locks households of one county that are on the register; those that are not are left out.
struct ClueHousehold {
  std::string household_id;
  int64_t area = 0;
};
std::vector<ClueHousehold> LockActiveHouseholds(db::Tx& tx, int32_t shard, const std::vector<int64_t>& ids);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_STORE_H_
