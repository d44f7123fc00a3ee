// What the lists of monitoring do alike: where a page begins, and the token of the next.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/monitoring_list.h"

namespace bangfu::registration {

// The same text for all pages of one query: the request without its page.
template <typename Request>
std::string PageQueryName(Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", request.SerializeAsString());
}

// AREA_OUT_OF_SCOPE, INVALID_PAGE_TOKEN, INVALID_FIELD (page_size).
template <typename Request>
absl::StatusOr<store::MonitoringQuery> MonitoringQueryOf(const Registration& registration, rpc::Call& call,
                                                         const Request& request) {
  store::MonitoringQuery query;
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.now = call.now();
  query.today = TodayOf(call);
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  if (request.page_token().empty()) return query;
  ASSIGN_OR_RETURN(const auto key, registration.page_tokens->Open(request.page_token(), PageQueryName(request)));
  if (key.size() != 2 || !absl::SimpleAtoi(key[0], &query.after.area) ||
      !absl::SimpleAtoi(key[1], &query.after.number)) {
    return status::Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  return query;
}

template <typename Request, typename Record, typename Response>
void SetNextPage(const Registration& registration, const Request& request, const store::MonitoringPage<Record>& page,
                 Response* response) {
  if (!page.more) return;
  response->set_next_page_token(registration.page_tokens->Seal(
      PageQueryName(request), {absl::StrCat(page.last.area), absl::StrCat(page.last.number)}));
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MONITORING_PAGES_H_
