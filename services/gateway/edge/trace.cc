#include "services/gateway/edge/trace.h"

#include <random>

#include "absl/strings/str_cat.h"

namespace bangfu::edge {
namespace {

// Numbers that must differ, not numbers that must be secret.
uint64_t Random() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  uint64_t value = 0;
  while (value == 0) value = generator();
  return value;
}

std::string Hex16(uint64_t value) { return std::string(absl::StrCat(absl::Hex(value, absl::kZeroPad16))); }

bool IsHex(absl::string_view text) {
  bool zero = true;
  for (char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    zero = zero && c == '0';
  }
  return !zero;
}

}  // namespace

std::string NewTraceId() { return Hex16(Random()) + Hex16(Random()); }

std::optional<std::string> TraceIdOf(absl::string_view header) {
  // 00-<32 digits>-<16 digits>-<2 digits>; later versions may append more.
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  absl::string_view version = header.substr(0, 2);
  if (version == "ff" || (version != "00" && !IsHex(version))) return std::nullopt;
  if (header.size() > 55 && (version == "00" || header[55] != '-')) return std::nullopt;
  if (!IsHex(header.substr(3, 32)) || !IsHex(header.substr(36, 16))) return std::nullopt;
  return std::string(header.substr(3, 32));
}

std::string TraceParent(absl::string_view trace_id) {
  return absl::StrCat("00-", trace_id, "-", Hex16(Random()), "-01");
}

}  // namespace bangfu::edge
