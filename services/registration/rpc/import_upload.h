// One file on its way in: recognised, hashed, and kept in sealed pieces while it streams by.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_UPLOAD_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_UPLOAD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/sealer.h"
#include "common/db/database.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/csv_encoding.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/rpc/file_digest.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration {

// Greatest size of a file.
inline constexpr int64_t kMaximumFileBytes = int64_t{2} << 30;

// Memory stays below 1 MB whatever the size of the file.
class ImportUpload {
 public:
  ImportUpload(db::Database& database, const crypto::Sealer& sealer, const ids::RecordId& import,
               std::string file_name);

  // Takes the next bytes. FILE_TOO_LARGE, IMPORT_HEADER_UNKNOWN, IMPORT_COLUMNS_MISSING as soon as it is known.
  absl::Status Take(const db::Bounds& bounds, absl::string_view bytes);

  // The file as it was received; its chunks are in the database. IMPORT_FILE_UNREADABLE, IMPORT_HEADER_UNKNOWN,
  // IMPORT_COLUMNS_MISSING.
  absl::StatusOr<store::ImportFileRecord> Finish(const db::Bounds& bounds);

 private:
  absl::Status TakeHeader(absl::string_view bytes);
  absl::Status Keep(const db::Bounds& bounds);

  db::Database& database_;
  const crypto::Sealer& sealer_;
  const ids::RecordId import_;
  store::ImportFileRecord file_;
  domain::EncodingSniffer sniffer_;
  domain::CsvReader header_reader_;
  bool has_header_ = false;
  std::vector<std::string> raw_header_;  // as sent
  FileDigest digest_;
  std::string buffer_;
  int64_t lines_ = 0;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_UPLOAD_H_
