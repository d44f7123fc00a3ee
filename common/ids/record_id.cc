#include "common/ids/record_id.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"

namespace bangfu::ids {
namespace {

constexpr int64_t kEpochMillis = 1'577'836'800'000;  // 2020-01-01T00:00:00Z
constexpr int kSequenceBits = 10;
constexpr int kProcessBits = 12;

}  // namespace

std::string RecordId::ToString() const {
  return absl::StrFormat("%06d-%s", shard, crypto::EncodeId(static_cast<uint64_t>(number)));
}

std::optional<RecordId> ParseRecordId(absl::string_view text) {
  RecordId id;
  if (text.size() != 20 || text[6] != '-' || !absl::SimpleAtoi(text.substr(0, 6), &id.shard) || id.shard < 100'000) {
    return std::nullopt;
  }
  auto number = crypto::DecodeId(text.substr(7));
  if (!number || *number > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  id.number = static_cast<int64_t>(*number);
  return id;
}

int64_t NewRecordNumber() {
  static const int64_t process = static_cast<int64_t>(crypto::RandomUint64() & ((1 << kProcessBits) - 1));
  static std::atomic<int64_t> last{0};
  const int64_t now = (absl::ToUnixMillis(absl::Now()) - kEpochMillis) << kSequenceBits;
  int64_t seen = last.load();
  int64_t next;
  do {
    next = std::max(seen + 1, now);
  } while (!last.compare_exchange_weak(seen, next));
  return (next << kProcessBits) | process;
}

}  // namespace bangfu::ids
