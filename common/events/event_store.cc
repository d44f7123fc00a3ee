#include "common/events/event_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"

namespace bangfu::events {
namespace {

// Positions looked through in one read, so that a reader of a small area does not scan the whole log at once.
constexpr int64_t kWindow = 20'000;

constexpr db::Statement kEnd = {"event_log.end", "SELECT event_position, audit_position FROM sequencer"};

constexpr db::Statement kRead = {"event_log.read", R"sql(
  SELECT position, body FROM event_log
  WHERE position > $1 AND position <= $2
    AND EXISTS (SELECT 1 FROM unnest($3::bigint[], $4::bigint[]) AS s(low, high) WHERE area >= s.low AND area < s.high)
  ORDER BY position LIMIT $5)sql"};

constexpr db::Statement kReadAudit = {"audit_log.read", R"sql(
  SELECT position, body FROM audit_log WHERE position > $1 ORDER BY position LIMIT $2)sql"};

constexpr db::Statement kReadCheckpoints = {"audit_checkpoint.read", R"sql(
  SELECT body FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2)sql"};

}  // namespace

absl::StatusOr<v1::ReadEventsResponse> ReadEvents(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t after,
                                                  int limit) {
  const int64_t end = tx.Run(kEnd)[0][0].as<int64_t>();
  if (after > end) {
    return status::Refuse(status::Reason::POSITION_UNKNOWN, {{"position", absl::StrCat(after)}});
  }
  std::vector<int64_t> lows, highs;
  for (const auth::AreaRange& area : areas) {
    lows.push_back(area.low);
    highs.push_back(area.high);
  }
  const int64_t window_end = std::min(end, after + kWindow);
  v1::ReadEventsResponse response;
  for (const auto& row : tx.Run(kRead, after, window_end, db::IntegerArray(lows), db::IntegerArray(highs), limit)) {
    auto* event = response.add_events();
    if (!event->ParseFromString(db::BytesOf(row[1]))) return absl::DataLossError("event");
    event->set_position(row[0].as<int64_t>());
  }
  response.set_read_position(response.events_size() == limit ? response.events(limit - 1).position() : window_end);
  return response;
}

absl::StatusOr<audit::v1::ListAuditRecordsResponse> ReadAuditRecords(db::Tx& tx, int64_t after, int limit) {
  audit::v1::ListAuditRecordsResponse response;
  response.set_size(tx.Run(kEnd)[0][1].as<int64_t>());
  for (const auto& row : tx.Run(kReadAudit, after, limit)) {
    auto* record = response.add_records();
    record->set_position(row[0].as<int64_t>());
    record->set_body(db::BytesOf(row[1]));
    // The bytes are what counts; a record that an intruder made unreadable is still shown.
    if (!record->mutable_record()->ParseFromString(record->body())) record->clear_record();
  }
  return response;
}

std::vector<audit::v1::Checkpoint> ReadCheckpoints(db::Tx& tx, int64_t after_size, int limit) {
  std::vector<audit::v1::Checkpoint> checkpoints;
  for (const auto& row : tx.Run(kReadCheckpoints, after_size, limit)) {
    checkpoints.emplace_back().ParseFromString(db::BytesOf(row[0]));
  }
  return checkpoints;
}

}  // namespace bangfu::events
