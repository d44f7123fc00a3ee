// Lists and figures of monitoring: cases and clues in pages, what is counted of them, reviews and campaigns.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LIST_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bangfu/registration/v1/monitoring_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::registration::store {

// Where a page begins: behind this village and number.
struct MonitoringKey {
  int64_t area = 0;
  int64_t number = 0;
};

template <typename Record>
struct MonitoringPage {
  std::vector<Record> records;
  MonitoringKey last;
  bool more = false;
};

struct MonitoringQuery {
  std::vector<auth::AreaRange> scope;
  absl::Time now;
  std::string today;
  MonitoringKey after;
  int limit = 0;
};

// In order of village and id. `request` is one that has been validated; `campaign` is the one that it names.
MonitoringPage<v1::MonitoringCase> ListCases(db::Tx& tx, const MonitoringQuery& query,
                                             const v1::ListCasesRequest& request,
                                             const std::optional<v1::ReviewCampaign>& campaign);
MonitoringPage<v1::MonitoringClue> ListClues(db::Tx& tx, const MonitoringQuery& query,
                                             const v1::ListCluesRequest& request);

// Counts of the cases in the areas; labels and queries are for the caller to add. `parent` is the area whose parts are
// counted; 0 for none.
v1::MonitoringStatistics CountCases(db::Tx& tx, const MonitoringQuery& query, int64_t parent);

void InsertReview(db::Tx& tx, const v1::MonitoringReview& review);
// Newest first, the last 200.
std::vector<v1::MonitoringReview> ListReviews(db::Tx& tx, const ids::RecordId& case_id);

void InsertCampaign(db::Tx& tx, const v1::ReviewCampaign& campaign);
std::optional<v1::ReviewCampaign> LoadCampaign(db::Tx& tx, const ids::RecordId& id);
std::vector<v1::ReviewCampaign> ListCampaigns(db::Tx& tx, const std::vector<auth::AreaRange>& scope);
// Fills the counts.
void CountCampaign(db::Tx& tx, v1::ReviewCampaign* campaign);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LIST_H_
