// The three phases of an import as jobs: check, commit, undo. Each may be stopped or killed at any moment and run
// again: it goes on behind what it has committed, or begins anew where nothing was written to the register.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RUN_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RUN_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "common/ids/record_id.h"
#include "common/operations/operation_store.h"
#include "common/policy/library.h"

namespace bangfu::registration {

// A phase at work, and whom it reports to.
struct ImportRun {
  db::Database& database;
  const crypto::Sealer& sealer;
  ids::RecordId id;
  std::function<absl::Time()> clock;
  operations::Origin origin;  // who asked for the phase

  // Tells how far it is; a total of 0 is not known yet.
  std::function<void(const std::string& phase, int64_t done, int64_t total)> progress;
  // Whether it should end at the next checkpoint.
  std::function<bool()> stopped;
  // Asked in each of its transactions: an error if another worker has taken over.
  std::function<absl::Status(db::Tx&)> held;

  // Where the rules of entry are; null: there are none.
  policy::Library* policies = nullptr;

  // CANCELLED if the phase should end.
  absl::Status GoOn() const;

  // Runs `body` in a transaction of a worker that holds the import. Statements over the whole import take as long as
  // they take. UNAVAILABLE if the outcome is in doubt: the phase is run again and finds out.
  absl::Status Write(absl::FunctionRef<absl::Status(db::Tx&)> body) const;
};

// Checks the uploaded files against themselves and the register, to which nothing is written. IMPORT_FILE_UNREADABLE.
absl::Status CheckImport(const ImportRun& run);

// What an import's operation is queued for when nothing of it may stay: to be undone, and then to fail.
inline constexpr char kRevertStep[] = "revert";

// Writes what was checked, 2,000 households a transaction. IMPORT_HAS_ERRORS if all or nothing was wanted and something
// came in between since the check: then it is queued to be reverted.
absl::Status CommitImport(const ImportRun& run);

// Takes back what was written and not changed since, household by household; the others are found CHANGED_SINCE.
absl::Status UndoImport(const ImportRun& run);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_RUN_H_
