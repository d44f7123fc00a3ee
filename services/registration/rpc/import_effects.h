// What is left behind beside the rows by each part of an import: an audit record, and an event for each village.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_

#include "absl/status/status.h"
#include "common/db/tx.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/store/author.h"
#include "services/registration/store/import_store.h"
#include "services/registration/store/import_written.h"

namespace bangfu::registration {

// Each village has its event, so that those who follow a part of the import's area are told as well.
absl::Status TellOfImport(db::Tx& tx, const ImportRun& run, const store::ImportRecord& import,
                          const store::Author& author, const store::RowsByHousehold& written, bool undone);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_EFFECTS_H_
