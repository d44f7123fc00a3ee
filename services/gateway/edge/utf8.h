// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_UTF8_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::edge {

// Bytes of the first character of `text`, 1 to 4; 0 if it is empty or not valid.
size_t Utf8Length(absl::string_view text);

bool IsUtf8(absl::string_view text);

// Appends one code point, which must be valid.
void AppendUtf8(unsigned code, std::string* out);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_UTF8_H_
