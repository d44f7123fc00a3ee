// Names of files in HTTP headers (RFC 6266, RFC 8187).
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_CONTENT_DISPOSITION_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_CONTENT_DISPOSITION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::edge {

// A name that no file system takes for more than a name: UTF-8 of 1 to 200 characters, no control characters, none of
// / \ : * ? " < > |, and no dot or space at either end.
bool IsFileName(absl::string_view name);

// Content-Disposition of a download: attachment; filename="AC01.csv", and for a name that ASCII cannot tell also
// filename*=UTF-8''…. What cannot be a file's name becomes "download".
std::string AttachmentNamed(absl::string_view name);

// The name in an upload's Content-Disposition, filename* before filename; empty if it gives none. MALFORMED_REQUEST if
// the header cannot be read.
absl::StatusOr<std::string> FileNameIn(absl::string_view content_disposition);

// A Content-Type that can be told back in a header: type/subtype, with whatever parameters.
bool IsMediaType(absl::string_view content_type);

// One of JSON, or none.
bool IsJsonType(absl::string_view content_type);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_CONTENT_DISPOSITION_H_
