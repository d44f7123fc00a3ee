// Reads the two logs.
#ifndef BANGFU_COMMON_EVENTS_EVENT_STORE_H_
#define BANGFU_COMMON_EVENTS_EVENT_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/audit/v1/audit_service.pb.h"
#include "bangfu/events/v1/event_feed_service.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"

namespace bangfu::events {

// Events of the areas behind `after`, at most `limit`, looking through a bounded part of the log: `read_position` says
// how far. POSITION_UNKNOWN when `after` is beyond the end.
absl::StatusOr<v1::ReadEventsResponse> ReadEvents(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t after,
                                                  int limit);

absl::StatusOr<audit::v1::ListAuditRecordsResponse> ReadAuditRecords(db::Tx& tx, int64_t after, int limit);

std::vector<audit::v1::Checkpoint> ReadCheckpoints(db::Tx& tx, int64_t after_size, int limit);

}  // namespace bangfu::events

#endif  // BANGFU_COMMON_EVENTS_EVENT_STORE_H_
