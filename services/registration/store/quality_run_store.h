// Rows of quality_run and quality_tally.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_RUN_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_RUN_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/quality_score.h"
#include "services/registration/store/quality_page.h"

namespace bangfu::registration::store {

struct QualityRunRecord {
  ids::RecordId id;
  int64_t area = 0;
  int year = 0;
  std::string pack;
  std::string date;  // YYYY-MM-DD
  std::string policy_id;
  std::string subject;
  QualityKey done;          // households are judged up to it
  QualityKey members_done;  // members are looked at up to it
  bool households_done = false;
  int64_t household_count = 0;
  int64_t person_count = 0;
  int64_t new_count = 0;
  int64_t kept_count = 0;
  int64_t fixed_count = 0;
  absl::Time create_time;
  std::optional<absl::Time> finish_time;
};

void InsertQualityRun(db::Tx& tx, const QualityRunRecord& run);
std::optional<QualityRunRecord> LoadQualityRun(db::Tx& tx, const ids::RecordId& id);
std::optional<QualityRunRecord> LoadQualityRunForUpdate(db::Tx& tx, const ids::RecordId& id);
// Writes how far it is and what it has counted.
void SaveQualityRun(db::Tx& tx, const QualityRunRecord& run);

// In areas, newest first, with an id below `before` (0 for the first page).
std::vector<QualityRunRecord> ListQualityRuns(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before,
                                              int limit);

// A run that is queued or at work and has a part of the area; until the end of the transaction nobody else asks.
std::optional<ids::RecordId> FindQualityRunAtWork(db::Tx& tx, int64_t area);

// The newest finished run of one of these areas.
std::optional<QualityRunRecord> FindFinishedQualityRun(db::Tx& tx, const std::vector<int64_t>& areas);

// The date of the run that last looked at a village, in one of these areas that the village is in, by this document and
// for this year: a finished one before one at work. Nothing if there was none.
std::optional<std::string> FindQualityRunDate(db::Tx& tx, const std::vector<int64_t>& areas,
                                              const std::string& policy_id, int year);

// Adds to what the run has counted in villages.
void AddTallies(db::Tx& tx, const ids::RecordId& run, const std::map<int64_t, domain::QualityTally>& villages);

// What a run counted in an area, by its parts: areas whose codes agree in front of the last `unit` (1,000: townships).
std::map<int64_t, domain::QualityTally> LoadTallies(db::Tx& tx, const ids::RecordId& run, const auth::AreaRange& range,
                                                    int64_t unit);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_QUALITY_RUN_STORE_H_
