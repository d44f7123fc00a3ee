// A file reads the same in whatever pieces it comes, rows are counted in order and stay within the bounds, and a row
// that was read and written again is the same row. Nor do the recognition and the decoding of encodings depend on
// pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "services/registration/domain/csv_encoding.h"
#include "services/registration/domain/csv_reader.h"

namespace {

using namespace bangfu::registration::domain;  // NOLINT: the target and what it tests are one

struct Row {
  int64_t number;
  bool unreadable;
  std::vector<std::string> cells;

  bool operator==(const Row&) const = default;
};

void Require(bool holds) {
  if (!holds) std::abort();
}

template <typename Take>
void InPieces(absl::string_view text, size_t piece, Take take) {
  for (size_t at = 0; at < text.size(); at += piece) take(text.substr(at, piece));
}

std::vector<Row> Read(absl::string_view text, size_t piece) {
  std::vector<Row> rows;
  const auto on_row = [&rows](const CsvRow& row) {
    rows.push_back({row.number, row.unreadable, {row.cells.begin(), row.cells.end()}});
  };
  CsvReader reader;
  InPieces(text, piece, [&](absl::string_view part) { reader.Feed(part, on_row); });
  reader.Finish(on_row);
  return rows;
}

void CheckRow(const Row& row) {
  Require(row.cells.size() <= kMaximumCells);
  if (row.unreadable || row.cells.empty()) return;
  const auto quote = [](std::string* out, const std::string& cell) {
    out->append("\"").append(absl::StrReplaceAll(cell, {{"\"", "\"\""}})).append("\"");
  };
  const auto again = Read(absl::StrJoin(row.cells, ",", quote), SIZE_MAX / 2);
  Require(again.size() == 1 && !again[0].unreadable && again[0].cells == row.cells);
}

void CheckEncoding(absl::string_view text, size_t piece) {
  EncodingSniffer whole, parts;
  whole.Feed(text);
  InPieces(text, piece, [&](absl::string_view part) { parts.Feed(part); });
  Require(whole.Finish().status() == parts.Finish().status());
  Require(!whole.Finish().ok() || *whole.Finish() == *parts.Finish());

  Gb18030Decoder at_once, in_parts;
  std::string decoded;
  InPieces(text, piece, [&](absl::string_view part) { decoded += in_parts.Decode(part); });
  Require(at_once.Decode(text) == decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t piece = 1 + (size == 0 ? 0 : data[size / 2] % 7);
  const auto rows = Read(text, SIZE_MAX / 2);
  Require(rows == Read(text, piece));
  for (size_t i = 1; i < rows.size(); ++i) Require(rows[i - 1].number < rows[i].number);
  for (const Row& row : rows) CheckRow(row);
  CheckEncoding(text, piece);
  return 0;
}
