// Where the next page of a list begins: behind an id, or behind a village and id.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// The text that names the query of a request: everything but its page.
template <typename Request>
std::string QueryOf(Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", request.SerializeAsString());
}

// The numbers that the token of a request's page holds; zeros for the first page. INVALID_PAGE_TOKEN.
template <size_t count, typename Request>
absl::StatusOr<std::array<int64_t, count>> PlaceOf(const Registration& registration, const Request& request) {
  std::array<int64_t, count> place{};
  if (request.page_token().empty()) return place;
  ASSIGN_OR_RETURN(const std::vector<std::string> key,
                   registration.page_tokens->Open(request.page_token(), QueryOf(request)));
  bool good = key.size() == count;
  for (size_t i = 0; good && i < count; ++i) good = absl::SimpleAtoi(key[i], &place[i]);
  if (!good) return status::Refuse(status::Reason::INVALID_PAGE_TOKEN);
  return place;
}

// The token of the page behind a place.
template <typename Request>
std::string PageBehind(const Registration& registration, const Request& request, std::initializer_list<int64_t> place) {
  std::vector<std::string> key;
  for (int64_t number : place) key.push_back(absl::StrCat(number));
  return registration.page_tokens->Seal(QueryOf(request), key);
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_
