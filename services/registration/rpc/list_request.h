// What all lists of the register do alike: read filter, order, size and token of a request, and fill the answer's.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_LIST_REQUEST_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_LIST_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/api/filter.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "services/registration/rpc/registration.h"
#include "services/registration/store/derived_fields.h"
#include "services/registration/store/list_query.h"

namespace bangfu::registration {

// The instants of a request that has them.
template <typename Request>
std::string InstantsText(const Request& request) {
  if constexpr (requires { request.snapshot_id(); }) {
    return absl::StrCat("\n", request.as_of(), "\n", request.as_known_at().SerializeAsString(), "\n",
                        request.snapshot_id());
  } else {
    return "";
  }
}

// The same text for all pages of one query. `bounds` is what the request lists within.
template <typename Request>
std::string QueryName(const Request& request, const std::string& bounds) {
  return absl::StrCat(Request::descriptor()->full_name(), "\n", bounds, "\n", request.filter(), "\n",
                      request.order_by(), InstantsText(request));
}

// Without scope and condition. INVALID_FILTER, INVALID_FIELD (page_size), INVALID_PAGE_TOKEN.
template <typename Request>
absl::StatusOr<store::ListQuery> ListQueryOf(const Request& request, const std::string& bounds,
                                             const api::ColumnMap& columns, const Registration& registration) {
  store::ListQuery query;
  ASSIGN_OR_RETURN(query.filter, api::ParseFilter(request.filter()));
  RETURN_IF_ERROR(api::CheckCodes(query.filter, store::WithDerivedFields(columns, query.filter),
                                  *registration.dictionaries->lookup_ever()));
  ASSIGN_OR_RETURN(query.order, api::ParseOrderBy(request.order_by(), columns));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, registration.page_tokens->Open(request.page_token(), QueryName(request, bounds)));
  }
  return query;
}

// Fills next_page_token and, on the first page, the total, asking `count` only if there are more pages.
template <typename Request, typename Record, typename Count, typename Response>
absl::Status FinishList(const Request& request, const std::string& bounds, const store::Page<Record>& page, Count count,
                        const api::PageTokens& tokens, Response* response) {
  if (page.more) response->set_next_page_token(tokens.Seal(QueryName(request, bounds), page.last_key));
  if (!request.page_token().empty()) return absl::OkStatus();
  store::Total total{static_cast<int64_t>(page.records.size())};
  if (page.more) {
    ASSIGN_OR_RETURN(total, count());
  }
  response->set_total_size(static_cast<int32_t>(total.rows));
  response->set_total_size_is_floor(total.floor);
  return absl::OkStatus();
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_LIST_REQUEST_H_
