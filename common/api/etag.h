// Etags (AIP-154): which version of a record a change is based on.
#ifndef BANGFU_COMMON_API_ETAG_H_
#define BANGFU_COMMON_API_ETAG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::api {

// A strong etag with its quotes, as HTTP writes it: "150526-0c5h2k9m3n7pq.4". The id is in it, so that the etag of
// one record never fits another.
std::string EtagOf(absl::string_view record_id, int64_t version);

// Whether a caller may leave the etag out, and then overwrites whatever is there.
enum class EtagRule { kRequired, kOptional };

// ETAG_MISMATCH unless `given` is the etag of this version; INVALID_FIELD if it is empty and required.
absl::Status CheckEtag(absl::string_view given, absl::string_view record_id, int64_t version,
                       EtagRule rule = EtagRule::kRequired);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_ETAG_H_
