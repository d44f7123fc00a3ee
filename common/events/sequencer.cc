#include "common/events/sequencer.h"

#include <chrono>
#include <map>

#include "absl/time/clock.h"
#include "common/audit/checkpoint.h"
#include "common/audit/merkle.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/status/macros.h"

namespace bangfu::events {
namespace {

constexpr int kBatch = 5000;
constexpr int kLeaseSeconds = 5;
constexpr auto kPoll = std::chrono::milliseconds(50);
constexpr auto kPauseBetweenBatches = std::chrono::milliseconds(5);
constexpr auto kPauseAfterFailure = std::chrono::milliseconds(1000);
constexpr absl::Duration kCheckpointInterval = absl::Seconds(1);
constexpr absl::Duration kChoreInterval = absl::Seconds(1);

constexpr db::Statement kPending = {"sequencer.pending", R"sql(
  SELECT EXISTS (SELECT 1 FROM event_outbox) OR EXISTS (SELECT 1 FROM audit_outbox)
      OR (SELECT audit_position FROM sequencer) > coalesce((SELECT max(size) FROM audit_checkpoint), 0))sql"};

constexpr db::Statement kHold = {"sequencer.hold", R"sql(
  UPDATE sequencer SET holder = $1, expires_at = now() + make_interval(secs => $2)
  WHERE holder = $1 OR expires_at < now()
  RETURNING event_position, audit_position, frontier)sql"};

constexpr db::Statement kMoveEvents = {"sequencer.move_events", R"sql(
  WITH taken AS (
    DELETE FROM event_outbox WHERE id IN (SELECT id FROM event_outbox ORDER BY id LIMIT $2) RETURNING id, area, body
  )
  INSERT INTO event_log (position, area, body)
  SELECT $1 + row_number() OVER (ORDER BY id), area, body FROM taken)sql"};

constexpr db::Statement kMoveAudit = {"sequencer.move_audit", R"sql(
  WITH taken AS (
    DELETE FROM audit_outbox WHERE id IN (SELECT id FROM audit_outbox ORDER BY id LIMIT $2) RETURNING id, body
  )
  INSERT INTO audit_log (position, body)
  SELECT $1 + row_number() OVER (ORDER BY id), body FROM taken
  RETURNING position, body)sql"};

constexpr db::Statement kAdvance = {"sequencer.advance", R"sql(
  UPDATE sequencer SET event_position = $1, audit_position = $2, frontier = $3)sql"};

constexpr db::Statement kLastCheckpoint = {"sequencer.last_checkpoint", R"sql(
  SELECT size, body FROM audit_checkpoint ORDER BY size DESC LIMIT 1)sql"};

constexpr db::Statement kInsertCheckpoint = {"sequencer.insert_checkpoint", R"sql(
  INSERT INTO audit_checkpoint (size, body) VALUES ($1, $2))sql"};

db::Bounds Soon() { return {absl::Now() + absl::Seconds(20), nullptr, db::Share::kBackground}; }

}  // namespace

Sequencer::Sequencer(db::Database& database, std::string origin, crypto::SigningKey key, std::vector<Chore> chores)
    : database_(database),
      origin_(std::move(origin)),
      key_(std::move(key)),
      chores_(std::move(chores)),
      holder_(crypto::HexEncode(crypto::RandomBytes(8))) {}

void Sequencer::Start() {
  thread_ = std::thread([this] { Run(); });
}

Sequencer::~Sequencer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sequencer::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    absl::StatusOr<bool> moved = Turn(absl::Now());
    if (!moved.ok()) log::Warning("sequencer_turn_failed", {{"status", moved.status().message()}});
    lock.lock();
    // More may have come while this turn moved what was there.
    const auto pause = !moved.ok() ? kPauseAfterFailure : *moved ? kPauseBetweenBatches : kPoll;
    wake_.wait_for(lock, pause, [&] { return stopping_; });
  }
}

absl::StatusOr<bool> Sequencer::Turn(absl::Time now) {
  const bool chores_due = !chores_.empty() && now >= next_chore_;
  ASSIGN_OR_RETURN(bool pending, database_.Read(Soon(), [](db::Tx& tx) -> absl::StatusOr<bool> {
    return tx.Run(kPending)[0][0].as<bool>();
  }));
  if (!pending && !chores_due) return false;
  ASSIGN_OR_RETURN(const Outcome outcome, database_.Write(Soon(), [&](db::Tx& tx) { return Move(tx, now); }));
  if (chores_due) {
    next_chore_ = now + kChoreInterval;
    if (outcome.held) RunChores();
  }
  return outcome.moved;
}

absl::StatusOr<Sequencer::Outcome> Sequencer::Move(db::Tx& tx, absl::Time now) {
  auto held = tx.Run(kHold, holder_, kLeaseSeconds);
  if (held.empty()) return Outcome{};  // another replica sequences
  int64_t event_position = held[0][0].as<int64_t>();
  int64_t audit_position = held[0][1].as<int64_t>();
  audit::TreeHasher tree;
  if (std::string frontier = db::BytesOf(held[0][2]); !frontier.empty()) {
    ASSIGN_OR_RETURN(tree, audit::TreeHasher::Restore(frontier));
  }

  const int64_t events = tx.Run(kMoveEvents, event_position, kBatch).affected_rows();
  auto sealed = tx.Run(kMoveAudit, audit_position, kBatch);
  std::map<int64_t, std::string> leaves;
  for (const auto& row : sealed) leaves[row[0].as<int64_t>()] = audit::LeafHash(db::BytesOf(row[1]));
  for (const auto& [position, leaf] : leaves) tree.Append(leaf);
  event_position += events;
  audit_position += static_cast<int64_t>(leaves.size());
  if (tree.size() != audit_position) return absl::DataLossError("the audit frontier does not fit the log");
  const bool moved = events > 0 || !leaves.empty();
  if (moved) tx.Run(kAdvance, event_position, audit_position, db::Bytes(tree.Save()));
  if (now >= next_checkpoint_) {
    RETURN_IF_ERROR(Checkpoint(tx, audit_position, tree.Root(), now));
    next_checkpoint_ = now + kCheckpointInterval;
  }
  return Outcome{.held = true, .moved = moved};
}

absl::Status Sequencer::Checkpoint(db::Tx& tx, int64_t size, const std::string& root, absl::Time now) {
  auto last = tx.Run(kLastCheckpoint);
  if (size == 0 || (!last.empty() && last[0][0].as<int64_t>() == size)) return absl::OkStatus();
  audit::v1::Checkpoint checkpoint;
  checkpoint.set_origin(origin_);
  checkpoint.set_size(size);
  checkpoint.set_root(root);
  const int64_t micros = absl::ToUnixMicros(now);
  checkpoint.mutable_time()->set_seconds(micros / 1'000'000);
  checkpoint.mutable_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  if (!last.empty()) {
    audit::v1::Checkpoint previous;
    if (!previous.ParseFromString(db::BytesOf(last[0][1]))) return absl::DataLossError("checkpoint");
    ASSIGN_OR_RETURN(std::string hash, audit::CheckpointHash(previous));
    checkpoint.set_previous(hash);
  }
  RETURN_IF_ERROR(audit::SignCheckpoint(key_, checkpoint));
  tx.Run(kInsertCheckpoint, size, db::Bytes(checkpoint.SerializeAsString()));
  return absl::OkStatus();
}

void Sequencer::RunChores() {
  for (const Chore& chore : chores_) {
    absl::Status done = database_.Write(Soon(), chore);
    if (!done.ok()) log::Warning("chore_failed", {{"status", done.message()}});
  }
}

}  // namespace bangfu::events
