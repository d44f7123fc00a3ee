// Who came and who left in a period, read from the rows of `member` by day.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_NATURAL_CHANGE_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_NATURAL_CHANGE_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bangfu/registration/v1/natural_change_service.pb.h"
#include "common/db/tx.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration::store {

struct NaturalChangeQuery {
  int64_t area = 0;
  std::string first_day, last_day;                                   // YYYY-MM-DD, both in the period
  v1::ChangeDirection direction = v1::CHANGE_DIRECTION_UNSPECIFIED;  // both
  std::string reason;                                                // any if empty
  v1::Household::Type household_type = v1::Household::REGISTERED;
  // Key of the last one of the page before: day, direction, village, id's number; empty for the first page.
  std::vector<std::string> after;
  int limit = 0;
};

// In order of day, direction, village and member. Without the labels of reasons.
Page<v1::NaturalChange> ListNaturalChanges(db::Tx& tx, const NaturalChangeQuery& query);

// By direction and reason; nothing of the query's direction, reason, key and limit.
std::vector<v1::NaturalChangeCount> CountNaturalChanges(db::Tx& tx, const NaturalChangeQuery& query);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_NATURAL_CHANGE_STORE_H_
