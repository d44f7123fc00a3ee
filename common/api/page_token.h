// Paging (AIP-158): opaque tokens that say where the next page begins, and the size of a page.
#ifndef BANGFU_COMMON_API_PAGE_TOKEN_H_
#define BANGFU_COMMON_API_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::api {

// Makes and opens page tokens. They are encrypted, since sort keys may be personal (names), and bound to their query.
// A token grants nothing: every page is authorised like the first. Thread-safe.
class PageTokens {
 public:
  // `key` has 32 bytes and is the same at all replicas. Another key makes older tokens invalid, no more.
  explicit PageTokens(std::string key);

  // A token for the page behind the row with this sort key. `query` is any text that is the same for all pages of one
  // query and different for others: area, filter, order. Sort keys up to 600 bytes make tokens below 1,000 characters.
  std::string Seal(absl::string_view query, const std::vector<std::string>& sort_key) const;

  // The sort key. INVALID_PAGE_TOKEN if the token is damaged, of another query, or of another key.
  absl::StatusOr<std::vector<std::string>> Open(absl::string_view token, absl::string_view query) const;

 private:
  const std::string key_;
};

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaximumPageSize = 500;

// The size of page to answer with: `default_size` for 0, at most `maximum`. INVALID_FIELD (page_size) if negative.
absl::StatusOr<int> PageSize(int32_t requested, int default_size = kDefaultPageSize, int maximum = kMaximumPageSize);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_PAGE_TOKEN_H_
