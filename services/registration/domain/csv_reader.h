// Takes CSV (RFC 4180, in UTF-8) apart row by row while it streams by, in memory bounded by the limits below.
//
// Lines end with LF, CR LF or CR. Quoted cells may hold separators, line ends and doubled quotes. A quote inside an
// unquoted cell stands for itself. Rows are numbered as a spreadsheet shows them: the header is row 1, blank rows
// count. Pure; one reader reads one file.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_READER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace bangfu::registration::domain {

inline constexpr size_t kMaximumCellBytes = 64 << 10;
inline constexpr size_t kMaximumRowBytes = 256 << 10;
inline constexpr size_t kMaximumCells = 200;
inline constexpr absl::string_view kRemarkStart = "#";

// One row. The views last until the next one is read.
struct CsvRow {
  int64_t number = 0;
  std::vector<absl::string_view> cells;
  // A cell goes on behind its closing quote, or a limit is exceeded (then the rest of that line is left out). The cells
  // are then not to be trusted.
  bool unreadable = false;

  bool IsBlank() const;
  // Its first cell begins with kRemarkStart: written for people.
  bool IsRemark() const;
};

class CsvReader {
 public:
  using OnRow = absl::FunctionRef<void(const CsvRow&)>;

  CsvReader();

  // Reads on; calls `on_row` for every row that ends in `bytes`. A byte order mark at the very beginning is skipped.
  void Feed(absl::string_view bytes, OnRow on_row);

  // The file has ended: the last row may lack its line end.
  void Finish(OnRow on_row);

 private:
  enum class State { kCellStart, kUnquoted, kQuoted, kQuoteInQuoted, kSkipLine };

  size_t SkipByteOrderMark(absl::string_view bytes);
  void Append(absl::string_view bytes);
  void EndCell();
  void EndRow(OnRow on_row);
  void GiveUp();

  State state_ = State::kCellStart;
  std::string text_;               // contents of the row's cells, one behind the other
  std::vector<size_t> cell_ends_;  // offsets in text_
  CsvRow row_;
  bool after_cr_ = false;
  bool row_begun_ = false;
  int byte_order_mark_ = 0;  // bytes of it seen; -1 when past the beginning
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_CSV_READER_H_
