#include "services/registration/rpc/import_run.h"

#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/import_staging.h"

namespace bangfu::registration {

absl::Status ImportRun::GoOn() const {
  return stopped() ? status::Refuse(status::Reason::CANCELLED) : absl::OkStatus();
}

absl::Status ImportRun::Write(absl::FunctionRef<absl::Status(db::Tx&)> body) const {
  absl::Status status = database.Write(db::Bounds{}, [&](db::Tx& tx) -> absl::Status {
    store::AllowLongStatements(tx);
    RETURN_IF_ERROR(held(tx));
    return body(tx);
  });
  if (status.code() == absl::StatusCode::kDeadlineExceeded) return status::Refuse(status::Reason::UNAVAILABLE);
  return status;
}

}  // namespace bangfu::registration
