// Small files that hold keys.
#ifndef BANGFU_COMMON_CRYPTO_SECRET_FILE_H_
#define BANGFU_COMMON_CRYPTO_SECRET_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::crypto {

// Reads a whole file of at most 64 KiB. Errors name the path, never the content.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Writes a new file that only its owner may read, whole or not at all, and flushed to disk.
// ALREADY_EXISTS if there is one: a key that is in use is never overwritten.
absl::Status WriteNewSecretFile(const std::string& path, absl::string_view content);

}  // namespace bangfu::crypto

#endif  // BANGFU_COMMON_CRYPTO_SECRET_FILE_H_
