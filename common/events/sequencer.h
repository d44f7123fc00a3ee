// Gives committed events and audit records their dense positions, and seals the audit log.
//
// Business transactions write to the outboxes; one replica, the holder of the lease, moves rows from there to the logs
// in order of insertion. Order within a subject is kept, because its writers hold the subject's row lock until they
// commit. Positions are given after commit, so a reader that remembers the last position misses nothing. The one row of
// `sequencer` is locked in each transaction that moves: two holders cannot interleave, whatever their clocks say.
#ifndef BANGFU_COMMON_EVENTS_SEQUENCER_H_
#define BANGFU_COMMON_EVENTS_SEQUENCER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/crypto/signer.h"
#include "common/db/database.h"

namespace bangfu::events {

class Sequencer {
 public:
  // Small, bounded work that the holder does about once a second in a transaction of its own, such as folding
  // summaries. While the lease changes hands two replicas may do it at once: it must bear that.
  using Chore = std::function<absl::Status(db::Tx&)>;

  // `origin` names the audit log: the service's name.
  Sequencer(db::Database& database, std::string origin, crypto::SigningKey key, std::vector<Chore> chores = {});

  // Starts the thread that sequences; stops in the destructor.
  void Start();
  ~Sequencer();

  // One turn: takes or renews the lease when there is something to do, and does it: moves what is there, does the
  // chores that are due. True if it moved something. Public for tests.
  absl::StatusOr<bool> Turn(absl::Time now);

 private:
  struct Outcome {
    bool held = false;
    bool moved = false;
  };

  void Run();
  absl::StatusOr<Outcome> Move(db::Tx& tx, absl::Time now);
  absl::Status Checkpoint(db::Tx& tx, int64_t size, const std::string& root, absl::Time now);
  void RunChores();

  db::Database& database_;
  const std::string origin_;
  const crypto::SigningKey key_;
  const std::vector<Chore> chores_;
  const std::string holder_;
  absl::Time next_checkpoint_ = absl::InfinitePast();
  absl::Time next_chore_ = absl::InfinitePast();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace bangfu::events

#endif  // BANGFU_COMMON_EVENTS_SEQUENCER_H_
