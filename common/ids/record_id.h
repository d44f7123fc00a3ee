// Ids of records: `150526-01hq3v9k2m4xz`. Six digits name the home county, city or province, which is the shard; the
// rest is a 63-bit number in base32 that grows with time. No personal data, URL-safe, sortable.
#ifndef BANGFU_COMMON_IDS_RECORD_ID_H_
#define BANGFU_COMMON_IDS_RECORD_ID_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::ids {

struct RecordId {
  int32_t shard = 0;
  int64_t number = 0;

  std::string ToString() const;
  friend bool operator==(const RecordId&, const RecordId&) = default;
};

// Nothing if the text is not an id.
std::optional<RecordId> ParseRecordId(absl::string_view text);

// A number greater than every number this process gave before: 41 bits of milliseconds since 2020, 10 of sequence, 12
// that tell processes apart. Takes from the future when more than 1024 are asked for in a millisecond.
int64_t NewRecordNumber();

}  // namespace bangfu::ids

#endif  // BANGFU_COMMON_IDS_RECORD_ID_H_
