// Judges staged rows household by household.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_JUDGE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_JUDGE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/store/import_staging.h"

namespace bangfu::registration {

// Judges all staged households, in pages; `total` rows are told as being worked on.
absl::Status JudgeStaged(const ImportRun& run, int64_t total);

// Judges these households in the transaction: writes findings and refuses rows. With `errors_only` warnings, which were
// told before, are left out.
void JudgeFamilies(db::Tx& tx, const ids::RecordId& import, const store::StagedFamilies& families, bool errors_only);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_JUDGE_H_
