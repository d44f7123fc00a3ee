// The one mapping from libpqxx exceptions to absl::Status.
#ifndef BANGFU_COMMON_DB_ERROR_H_
#define BANGFU_COMMON_DB_ERROR_H_

#include <exception>

#include "absl/status/status.h"

namespace bangfu::db {

// How a failed attempt may be gone on with.
enum class Recovery {
  kNone,       // report the status
  kRetry,      // nothing was committed and the same work may succeed: serialization failure, deadlock
  kReconnect,  // the connection is lost before commit
  kInDoubt,    // the connection was lost in COMMIT: only the request id can tell
};

struct Failure {
  absl::Status status;
  Recovery recovery = Recovery::kNone;
};

// Must be called from a catch block. Details go to the log, never to the caller: the status carries a reason only.
Failure FailureOfCurrentException();

// Whether a batch may have failed because of one of its rows, so that the others are worth another try. A database that
// is slow or away fails each of them, and is not asked for each; who collided with others (CONFLICT) waits for them
// again.
bool MayBeOfOneRow(const absl::Status& status);

}  // namespace bangfu::db

#endif  // BANGFU_COMMON_DB_ERROR_H_
