// Rows of imports, their files and the uploaded bytes, and the pages of what a check found.
#ifndef BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STORE_H_
#define BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bangfu/registration/v1/register_import.pb.h"
#include "common/auth/area_range.h"
#include "common/crypto/sealer.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "services/registration/domain/csv_encoding.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::store {

// Column import.step: what the operation of the import does or did last.
enum class ImportStep { kUpload = 1, kCheck = 2, kCommit = 3, kUndo = 4 };

struct ImportRecord {
  ids::RecordId id;
  int64_t area = 0;
  std::string subject;
  ImportStep step = ImportStep::kUpload;
  std::string asked_by;                   // who asked for the step
  int mode = 0;                           // CommitImportRequest.Mode
  int64_t committed_row = 0;              // households up to this staged row are written
  std::optional<absl::Time> commit_time;  // of the last part written
  bool recount = false;                   // verdicts changed since they were counted
  ids::RecordId undone;                   // households up to this one are undone
  int64_t undone_count = 0;               // records that were taken back
  int64_t kept_count = 0;                 // records that were left, as they were changed since
  absl::Time create_time;
  std::string as_of;  // the day that the rows describe, YYYY-MM-DD
};

struct ImportFileRecord {
  domain::Table table = domain::Table::kHousehold;
  int64_t file_id = 0;  // of its chunks
  int chunks = 0;       // how many were uploaded; not kept
  std::vector<std::string> header;
  domain::Encoding encoding = domain::Encoding::kUtf8;
  v1::ImportFile shown;  // without ignored_columns, which follow from the header
};

void InsertImport(db::Tx& tx, const ImportRecord& record);
std::optional<ImportRecord> LoadImport(db::Tx& tx, const ids::RecordId& id);
std::optional<ImportRecord> LoadImportForUpdate(db::Tx& tx, const ids::RecordId& id);
void SetStep(db::Tx& tx, const ids::RecordId& id, ImportStep step, const std::string& asked_by);
void SetMode(db::Tx& tx, const ids::RecordId& id, int mode);

// Puts an import of which nothing could be written back to its check.
void ReopenCheck(db::Tx& tx, const ids::RecordId& id);

// Imports in the areas, newest first, with an id below `before` (0 for the first page).
std::vector<ImportRecord> ListImports(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before, int limit);

// In order of table.
std::vector<ImportFileRecord> LoadFiles(db::Tx& tx, const ids::RecordId& import);
// The same for many imports at once, in the order of `imports`.
std::vector<std::vector<ImportFileRecord>> LoadFilesOf(db::Tx& tx, absl::Span<const ids::RecordId> imports);

// Puts a file in place of the one that the import had for the table, whose chunks are removed. Until the check has
// counted, `row_count` is the number of lines. CONFLICT if not all of its chunks are there; the import is locked.
absl::Status PutFile(db::Tx& tx, const ids::RecordId& import, const ImportFileRecord& file);

// Bytes of an uploaded file, sealed, in pieces that are numbered from 0.
inline constexpr size_t kChunkBytes = 256 << 10;
void InsertChunk(db::Tx& tx, const crypto::Sealer& sealer, const ids::RecordId& import, int64_t file_id, int number,
                 absl::string_view bytes);
// The piece; nothing behind the last one. DATA_LOSS if it was damaged.
absl::StatusOr<std::optional<std::string>> LoadChunk(db::Tx& tx, const crypto::Sealer& sealer,
                                                     const ids::RecordId& import, int64_t file_id, int number);
// Removes the chunks of uploads that were broken off more than a day ago; younger ones may still be under way.
void DeleteStrayChunks(db::Tx& tx, const ids::RecordId& import);

// Removes up to `limit` rows a table of what one import has no more use for: uploaded bytes once it is written, and all
// but its record, counts and findings once it is undone or was left alone for 30 days. An import that a worker is on,
// or that is queued for one, is left alone. How many rows.
int64_t DeleteUnneeded(db::Tx& tx, int limit);

// A finding's place in the order of table and row.
struct FindingKey {
  int table = 0;
  int64_t row = 0;
  int64_t number = 0;
};
struct FindingPage {
  std::vector<v1::ImportFinding> findings;
  FindingKey last;
};
// Findings behind `after`; `table` null means all.
FindingPage ListFindings(db::Tx& tx, const ids::RecordId& import, const domain::ImportTable* table,
                         const FindingKey& after, int limit);

std::vector<v1::ImportChange> ListChanges(db::Tx& tx, const ids::RecordId& import, const domain::ImportTable* table);

}  // namespace bangfu::registration::store

#endif  // BANGFU_SERVICES_REGISTRATION_STORE_IMPORT_STORE_H_
