#include "common/events/event_feed_rpc.h"

#include <chrono>
#include <thread>

#include "absl/time/clock.h"
#include "common/api/page_token.h"
#include "common/events/event_store.h"
#include "common/status/macros.h"

namespace bangfu::events {
namespace {

constexpr int kDefaultEvents = 100;
constexpr int kMaximumEvents = 1000;
constexpr auto kWatchInterval = std::chrono::milliseconds(200);

}  // namespace

absl::StatusOr<v1::ReadEventsResponse> EventFeedRpc::ReadEvents(rpc::Call& call, const v1::ReadEventsRequest& request) {
  ASSIGN_OR_RETURN(const int limit, api::PageSize(request.page_size(), kDefaultEvents, kMaximumEvents));
  ASSIGN_OR_RETURN(auto scope, call.ScopeIn(request.area()));
  return database_.Read(call.bounds(),
                        [&](db::Tx& tx) { return events::ReadEvents(tx, scope, request.after_position(), limit); });
}

absl::Status EventFeedRpc::WatchEvents(rpc::Call& call, const v1::WatchEventsRequest& request,
                                       rpc::Writer<v1::ReadEventsResponse>& writer) {
  ASSIGN_OR_RETURN(auto scope, call.ScopeIn(request.area()));
  int64_t after = request.after_position();
  while (!call.cancelled() && absl::Now() < call.deadline()) {
    ASSIGN_OR_RETURN(auto portion, database_.Read(call.bounds(), [&](db::Tx& tx) {
      return events::ReadEvents(tx, scope, after, kMaximumEvents);
    }));
    const bool advanced = portion.read_position() > after;
    after = portion.read_position();
    if (portion.events_size() > 0 && !writer.Write(portion)) return absl::OkStatus();
    if (!advanced) std::this_thread::sleep_for(kWatchInterval);
  }
  return absl::OkStatus();
}

std::unique_ptr<rpc::ServiceTable> EventFeedRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.events.v1.EventFeedService", dispatcher);
  table->Add(this, &EventFeedRpc::ReadEvents).Add(this, &EventFeedRpc::WatchEvents);
  return table;
}

}  // namespace bangfu::events
