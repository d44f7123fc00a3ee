// A CSV file being written: big buffers, quotes where needed, lines end with CR LF as spreadsheets write them.
#ifndef BANGFU_DEPLOY_DEMO_CSV_FILE_H_
#define BANGFU_DEPLOY_DEMO_CSV_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::demo {

enum class Encoding { kUtf8Bom, kUtf8, kGb18030 };

// Movable, not copyable. The first failure is remembered and returned by Close.
class CsvFile {
 public:
  // Creates or replaces the file. Errors: the system's, naming the path.
  static absl::StatusOr<CsvFile> Create(const std::string& path, Encoding encoding);

  CsvFile(CsvFile&& other) noexcept;
  CsvFile& operator=(CsvFile&&) = delete;
  ~CsvFile();

  // Writes one row of `count` cells.
  void Write(const absl::string_view* cells, size_t count);
  void Write(const std::string* cells, size_t count);

  // The number a spreadsheet will show for the row written next; the first row is 1.
  int64_t next_row() const { return next_row_; }

  // Writes what is buffered and closes. Must be called; the destructor only lets go of the descriptor.
  absl::Status Close();

 private:
  CsvFile(std::string path, int descriptor, Encoding encoding);

  void Append(absl::string_view cell);
  void EndRow();
  void Flush();
  void WriteFully(absl::string_view bytes);

  std::string path_;
  int descriptor_;
  Encoding encoding_;
  std::string buffer_;
  int64_t next_row_ = 1;
  absl::Status status_;
};

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_CSV_FILE_H_
