// Where the next page of a list begins: behind an id, or behind a village and id.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/page_token.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::registration {

// The numbers that the token of a page holds; zeros for the first page. INVALID_PAGE_TOKEN.
template <size_t count>
absl::StatusOr<std::array<int64_t, count>> PlaceOf(const api::PageTokens& tokens, const std::string& token,
                                                   const std::string& query) {
  std::array<int64_t, count> place{};
  if (token.empty()) return place;
  ASSIGN_OR_RETURN(const std::vector<std::string> key, tokens.Open(token, query));
  bool good = key.size() == count;
  for (size_t i = 0; good && i < count; ++i) good = absl::SimpleAtoi(key[i], &place[i]);
  if (!good) return status::Refuse(status::Reason::INVALID_PAGE_TOKEN);
  return place;
}

// The text that names the query of a request: everything but its page.
template <typename Request>
std::string QueryOf(Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", request.SerializeAsString());
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_LIST_PLACE_H_
