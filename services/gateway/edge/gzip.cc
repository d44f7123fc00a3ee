#include "services/gateway/edge/gzip.h"

#include <zlib.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace bangfu::edge {
namespace {

constexpr int kLevel = 3;  // JSON shrinks to about an eighth at every level; this one is fast
constexpr int kWindowWithGzipHead = 15 + 16;
constexpr int kMemory = 8;

}  // namespace

bool IsCompressible(absl::string_view content_type) {
  return absl::StartsWith(content_type, "application/json") || absl::StartsWith(content_type, "text/") ||
         absl::StartsWith(content_type, "application/javascript") || absl::StartsWith(content_type, "image/svg");
}

bool AcceptsGzip(absl::string_view accept_encoding) {
  for (absl::string_view item : absl::StrSplit(accept_encoding, ',')) {
    std::vector<absl::string_view> parts = absl::StrSplit(item, ';');
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "gzip")) continue;
    double quality = 1;
    if (parts.size() > 1) {
      absl::string_view weight = absl::StripAsciiWhitespace(parts[1]);
      if (!absl::StartsWith(weight, "q=") || !absl::SimpleAtod(weight.substr(2), &quality)) return false;
    }
    return quality > 0;
  }
  return false;
}

std::optional<std::string> Gzip(absl::string_view text) {
  z_stream stream = {};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kWindowWithGzipHead, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  return out;
}

}  // namespace bangfu::edge
