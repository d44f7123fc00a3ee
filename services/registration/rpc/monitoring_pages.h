// What the lists of monitoring do alike: where a page begins, and the token of the next.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_

#include "absl/status/statusor.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/monitoring_list.h"

namespace bangfu::registration {

// AREA_OUT_OF_SCOPE, INVALID_PAGE_TOKEN, INVALID_FIELD (page_size).
template <typename Request>
absl::StatusOr<store::MonitoringQuery> MonitoringQueryOf(const Registration& registration, rpc::Call& call,
                                                         const Request& request) {
  store::MonitoringQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.now = call.now();
  query.today = TodayOf(call);
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration, request));
  query.after.area = place[0];
  query.after.number = place[1];
  return query;
}

template <typename Request, typename Record, typename Response>
void SetNextPage(const Registration& registration, const Request& request, const store::MonitoringPage<Record>& page,
                 Response* response) {
  if (!page.more) return;
  response->set_next_page_token(PageBehind(registration, request, {page.last.area, page.last.number}));
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_
