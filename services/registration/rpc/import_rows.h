// The rows of an uploaded file, read ahead on a thread of its own: opened, decoded, taken apart and checked cell by
// cell.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_ROWS_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_ROWS_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/domain/import_row.h"
#include "services/registration/rpc/import_run.h"
#include "services/registration/store/import_store.h"

namespace bangfu::registration {

// Rows that are looked up, sealed and copied together.
inline constexpr size_t kBatchRows = 4000;

// Memory stays within a few batches whatever the size of the file.
class ImportRows {
 public:
  ImportRows(const ImportRun& run, const store::ImportFileRecord& file, domain::RowReader reader);
  ~ImportRows();

  ImportRows(const ImportRows&) = delete;
  ImportRows& operator=(const ImportRows&) = delete;

  // The next rows that are not blank; none at the end. `batch` may be one given before: its memory is used again.
  // IMPORT_FILE_UNREADABLE in place of the end if the file is not the one that was uploaded.
  absl::Status Next(std::vector<domain::ImportRow>* batch);

 private:
  void ReadAhead();
  absl::Status ReadFile();
  void Take(const domain::CsvRow& csv);
  // False when nobody wants it any more.
  bool Hand(std::vector<domain::ImportRow> batch);

  const ImportRun& run_;
  const store::ImportFileRecord& file_;
  const domain::RowReader reader_;

  // Of the reading thread.
  std::vector<domain::ImportRow> filling_;
  size_t filled_ = 0;
  bool abandoned_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::vector<domain::ImportRow>> ready_;
  std::vector<std::vector<domain::ImportRow>> used_;
  bool ended_ = false;
  bool closing_ = false;
  absl::Status status_;
  std::thread thread_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_IMPORT_ROWS_H_
