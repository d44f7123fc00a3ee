// No bytes crash the reading of a query, its parameters are bounded, and written again they are read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "services/gateway/edge/transcode.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void AppendEncoded(absl::string_view text, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (unsigned char byte : text) *out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parameters = bangfu::edge::ParseQuery(text);
  if (!parameters.ok()) return 0;
  Require(parameters->size() <= 100);
  std::string written;
  for (const auto& [name, value] : *parameters) {
    if (!written.empty()) written += '&';
    AppendEncoded(name, &written);
    written += '=';
    AppendEncoded(value, &written);
  }
  const auto again = bangfu::edge::ParseQuery(written);
  Require(again.ok() && *again == *parameters);
  return 0;
}
