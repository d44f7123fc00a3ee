// EventFeedService, the same in every process.
#ifndef BANGFU_COMMON_EVENTS_EVENT_FEED_RPC_H_
#define BANGFU_COMMON_EVENTS_EVENT_FEED_RPC_H_

#include <memory>

#include "bangfu/events/v1/event_feed_service.pb.h"
#include "common/db/database.h"
#include "common/rpc/call.h"
#include "common/rpc/service_table.h"

namespace bangfu::events {

class EventFeedRpc {
 public:
  explicit EventFeedRpc(db::Database& database) : database_(database) {}

  absl::StatusOr<v1::ReadEventsResponse> ReadEvents(rpc::Call& call, const v1::ReadEventsRequest& request);
  absl::Status WatchEvents(rpc::Call& call, const v1::WatchEventsRequest& request,
                           rpc::Writer<v1::ReadEventsResponse>& writer);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  db::Database& database_;
};

}  // namespace bangfu::events

#endif  // BANGFU_COMMON_EVENTS_EVENT_FEED_RPC_H_
