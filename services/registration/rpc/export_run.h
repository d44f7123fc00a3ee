// One table of the register on its way out, as it stands at one moment.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_RUN_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration {

struct ExportRun {
  db::Database& database;
  const crypto::Sealer& sealer;
  db::Bounds bounds;
  const domain::ImportTable& table;
  std::vector<auth::AreaRange> scope;
  bool reveal = false;
  size_t portion_bytes = 256 << 10;
};

// Hands the file with its header to `send` portion by portion, all of it read in one snapshot of the database, and
// counts its rows, also where it ends early. Holds a page of rows and a portion in memory. What was begun to be sent is
// not sent anew: UNAVAILABLE if the connection to the database is lost on the way.
absl::Status Export(const ExportRun& run, absl::FunctionRef<absl::Status(std::string portion)> send,
                    int64_t* row_count);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXPORT_RUN_H_
