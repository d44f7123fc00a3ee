// Compression of answers.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_GZIP_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_GZIP_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::edge {

// True if an Accept-Encoding header admits gzip.
bool AcceptsGzip(absl::string_view accept_encoding);

// Whether answers of that Content-Type become smaller.
bool IsCompressible(absl::string_view content_type);

// RFC 1952; nothing if zlib has no memory.
std::optional<std::string> Gzip(absl::string_view text);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_GZIP_H_
