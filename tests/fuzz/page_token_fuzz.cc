// No bytes crash the opening of a page token, none is taken for one that was not sealed, and every sort key returns.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/api/page_token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& tokens = *new bangfu::api::PageTokens(std::string(32, 'k'));
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (tokens.Open(text, "query").ok()) std::abort();

  const std::vector<std::string> sort_key = absl::StrSplit(text, '\n');
  const auto opened = tokens.Open(tokens.Seal(text, sort_key), text);
  if (!opened.ok() || *opened != sort_key) std::abort();
  return 0;
}
