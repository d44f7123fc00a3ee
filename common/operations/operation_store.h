// Rows of long jobs. A record that a job works on (an import) has the same id as its operation.
#ifndef BANGFU_COMMON_OPERATIONS_OPERATION_STORE_H_
#define BANGFU_COMMON_OPERATIONS_OPERATION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bangfu/operations/v1/operation.pb.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"

namespace bangfu::operations {

using v1::Operation;

// The call that asked for what a job does: its audit records name it.
struct Origin {
  std::string session;
  std::string trace;
};

struct NewOperation {
  ids::RecordId id;
  std::string kind;
  int64_t area = 0;
  std::string subject;
  std::string step;  // what the worker is to do, such as check
  Operation::State state = Operation::QUEUED;
};

// Inserts the job, in the transaction of whatever it belongs to.
void Insert(db::Tx& tx, const NewOperation& operation);

// Queues a job again for another step that a call asked for; clears a request to cancel. Any worker may take it.
void Requeue(db::Tx& tx, const ids::RecordId& id, const std::string& step, const Origin& origin);

// Ends or parks a job that no worker holds.
void SetState(db::Tx& tx, const ids::RecordId& id, Operation::State state, const std::string& phase);

// Asks the worker of a job to stop at its next checkpoint.
void RequestCancel(db::Tx& tx, const ids::RecordId& id);

struct LoadedOperation {
  Operation operation;
  int64_t area = 0;
  std::string subject;
  bool cancel_requested = false;
};
std::optional<LoadedOperation> Load(db::Tx& tx, const ids::RecordId& id);
// The same for many at once, in the order of `ids`.
std::vector<std::optional<LoadedOperation>> LoadMany(db::Tx& tx, absl::Span<const ids::RecordId> ids);

// Jobs in the areas, newest first, with an id below `before` (0 for the first page).
std::vector<Operation> List(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before, int limit);

}  // namespace bangfu::operations

#endif  // BANGFU_COMMON_OPERATIONS_OPERATION_STORE_H_
