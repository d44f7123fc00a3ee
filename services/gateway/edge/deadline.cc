#include "services/gateway/edge/deadline.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace bangfu::edge {

std::optional<absl::Duration> ParseGrpcTimeout(absl::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  int64_t amount = 0;
  for (char c : text.substr(0, text.size() - 1)) {
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    amount = amount * 10 + (c - '0');
  }
  switch (text.back()) {
    case 'H': return absl::Hours(amount);
    case 'M': return absl::Minutes(amount);
    case 'S': return absl::Seconds(amount);
    case 'm': return absl::Milliseconds(amount);
    case 'u': return absl::Microseconds(amount);
    case 'n': return absl::Nanoseconds(amount);
    default: return std::nullopt;
  }
}

std::optional<absl::Duration> ParseTimeoutSeconds(absl::string_view text) {
  double seconds = 0;
  if (text.empty() || text.size() > 12 || !absl::SimpleAtod(text, &seconds)) return std::nullopt;
  if (!(seconds > 0) || seconds > 1e9) return std::nullopt;
  return absl::Seconds(seconds);
}

}  // namespace bangfu::edge
