// Who a department reports of, and which households a computed run compares, in order of village.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LOOKUP_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LOOKUP_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bangfu/registration/v1/monitoring_case.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/monitoring_alert.h"
#include "services/registration/store/monitoring_list.h"

namespace bangfu::registration::store {

// The household of a member who is present, on the register.
struct MemberHousehold {
  ids::RecordId household;
  int64_t area = 0;
  domain::ReportedHousehold reported;
};
// By member; those that are not there are left out. One statement for each county.
std::map<std::string, MemberHousehold> FindMemberHouseholds(db::Tx& tx, const std::vector<ids::RecordId>& members);

struct ComparedIncome {
  ids::RecordId household;
  int64_t area = 0;
  int64_t per_capita_fen = 0;
  std::optional<int64_t> previous_fen;
};
// Households on the register with an income of the year, behind `after` in order of village and id.
std::vector<ComparedIncome> NextIncomes(db::Tx& tx, int64_t area, int32_t year, const MonitoringKey& after, int limit);

// A run, and how far it is.
struct StoredRun {
  v1::TriggerRun run;
  std::string date;
  MonitoringKey cursor;
};
void InsertRun(db::Tx& tx, const StoredRun& run);
std::optional<StoredRun> LoadRun(db::Tx& tx, const ids::RecordId& id);
void SaveRun(db::Tx& tx, const StoredRun& run);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_MONITORING_LOOKUP_H_
