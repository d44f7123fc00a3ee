#include "services/registration/domain/csv_reader.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"

namespace bangfu::registration::domain {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Bytes that may end a run of plain text: in a quoted cell only the quote does.
constexpr std::array<bool, 256> StopsOf(absl::string_view stops) {
  std::array<bool, 256> table{};
  for (char c : stops) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kUnquotedStops = StopsOf(",\r\n");
constexpr auto kQuotedStops = StopsOf("\"");

size_t RunLength(absl::string_view bytes, size_t at, const std::array<bool, 256>& stops) {
  size_t end = at;
  while (end < bytes.size() && !stops[static_cast<unsigned char>(bytes[end])]) ++end;
  return end - at;
}

}  // namespace

bool CsvRow::IsBlank() const {
  return !unreadable && std::all_of(cells.begin(), cells.end(), [](absl::string_view cell) { return cell.empty(); });
}

bool CsvRow::IsRemark() const { return !cells.empty() && absl::StartsWith(cells[0], kRemarkStart); }

CsvReader::CsvReader() { row_.number = 1; }

void CsvReader::Append(absl::string_view bytes) {
  const size_t cell_begin = cell_ends_.empty() ? 0 : cell_ends_.back();
  if (text_.size() - cell_begin + bytes.size() > kMaximumCellBytes || text_.size() + bytes.size() > kMaximumRowBytes) {
    return GiveUp();
  }
  text_.append(bytes.data(), bytes.size());
}

void CsvReader::GiveUp() {
  row_.unreadable = true;
  state_ = State::kSkipLine;
}

void CsvReader::EndCell() {
  if (cell_ends_.size() == kMaximumCells) return GiveUp();
  cell_ends_.push_back(text_.size());
  state_ = State::kCellStart;
}

void CsvReader::EndRow(OnRow on_row) {
  if (state_ != State::kSkipLine) EndCell();
  row_.cells.clear();
  size_t begin = 0;
  for (size_t end : cell_ends_) {
    row_.cells.push_back(absl::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  on_row(row_);
  ++row_.number;
  row_.unreadable = false;
  row_begun_ = false;
  text_.clear();
  cell_ends_.clear();
  state_ = State::kCellStart;
}

// The mark may come in pieces. Bytes that only begin like it are no UTF-8 text and were refused before.
size_t CsvReader::SkipByteOrderMark(absl::string_view bytes) {
  size_t at = 0;
  while (byte_order_mark_ >= 0 && at < bytes.size()) {
    if (bytes[at] != kByteOrderMark[byte_order_mark_]) {
      byte_order_mark_ = -1;
    } else {
      ++at;
      if (++byte_order_mark_ == 3) byte_order_mark_ = -1;
    }
  }
  return at;
}

void CsvReader::Feed(absl::string_view bytes, OnRow on_row) {
  size_t at = SkipByteOrderMark(bytes);
  while (at < bytes.size()) {
    const char c = bytes[at];
    if (after_cr_) {
      after_cr_ = false;
      if (c == '\n') {
        ++at;
        continue;
      }
    }
    const bool line_end = c == '\n' || c == '\r';
    if (line_end && state_ != State::kQuoted) {
      after_cr_ = c == '\r';
      ++at;
      EndRow(on_row);
      continue;
    }
    row_begun_ = true;
    switch (state_) {
      case State::kCellStart:
        if (c == '"') {
          state_ = State::kQuoted;
          ++at;
        } else {
          state_ = State::kUnquoted;
        }
        break;
      case State::kUnquoted: {
        const size_t run = RunLength(bytes, at, kUnquotedStops);
        Append(bytes.substr(at, run));
        at += run;
        if (state_ == State::kUnquoted && at < bytes.size() && bytes[at] == ',') {
          EndCell();
          ++at;
        }
        break;
      }
      case State::kQuoted: {
        const size_t run = RunLength(bytes, at, kQuotedStops);
        Append(bytes.substr(at, run));
        at += run;
        if (state_ == State::kQuoted && at < bytes.size()) {
          state_ = State::kQuoteInQuoted;
          ++at;
        }
        break;
      }
      case State::kQuoteInQuoted:
        if (c == '"') {
          state_ = State::kQuoted;
          Append("\"");
        } else if (c == ',') {
          EndCell();
        } else {
          GiveUp();
        }
        ++at;
        break;
      case State::kSkipLine:
        at += RunLength(bytes, at, kUnquotedStops);
        if (at < bytes.size() && bytes[at] == ',') ++at;
        break;
    }
  }
}

void CsvReader::Finish(OnRow on_row) {
  if (!row_begun_) return;
  if (state_ == State::kQuoted) GiveUp();
  EndRow(on_row);
}

}  // namespace bangfu::registration::domain
