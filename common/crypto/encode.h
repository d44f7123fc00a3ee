// Bytes as text: base64url, hexadecimal, and the base32 of record ids.
//
// The decoders accept exactly what the encoders write and nothing else, so one value has one text.
#ifndef BANGFU_COMMON_CRYPTO_ENCODE_H_
#define BANGFU_COMMON_CRYPTO_ENCODE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::crypto {

// RFC 4648 section 5, without padding.
std::string Base64UrlEncode(absl::string_view bytes);
std::optional<std::string> Base64UrlDecode(absl::string_view text);

// Lower-case hexadecimal. The decoder takes upper case, too: keys are made with many tools.
std::string HexEncode(absl::string_view bytes);
std::optional<std::string> HexDecode(absl::string_view text);

// Characters that EncodeId writes.
inline constexpr size_t kIdLength = 13;

// A number as 13 characters of lower-case base32 without i, l, o and u. Texts sort as their numbers do.
std::string EncodeId(uint64_t id);
std::optional<uint64_t> DecodeId(absl::string_view text);

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_ENCODE_H_
