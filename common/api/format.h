// Whether a text is written as its field's format says. Pure and thread-safe.
#ifndef BANGFU_COMMON_API_FORMAT_H_
#define BANGFU_COMMON_API_FORMAT_H_

#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"

namespace bangfu::api {

// What is wrong with a text that is not empty, in Chinese and without the text itself; empty if nothing is. Formats of
// numbers, FORMAT_UNSPECIFIED, and codes, which need a dictionary, are always right.
absl::string_view FormatFault(options::v1::Format format, absl::string_view text);

// Six digits, a hyphen, and 13 characters of 0-9a-z.
bool IsRecordId(absl::string_view text);

// A UUID of any variant and version, in either case.
bool IsRequestId(absl::string_view text);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_FORMAT_H_
