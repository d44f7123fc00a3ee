// Reads single cells of an import: what people and spreadsheets write, into the one form in which it is stored.
// Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_CELL_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_CELL_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

enum class CellState {
  kEmpty,    // leaves a registered value as it is
  kMasked,   // a sealed value as it was exported, with asterisks: leaves it as it is, too
  kCleared,  // the word （清空）: takes the registered value away
  kGiven,
  kWrong,
};

// `text` is the value in the database's text form: codes, YYYY-MM-DD, whole numbers (of fen, of hundredths), t and f;
// sealed values in clear.
struct Cell {
  CellState state = CellState::kEmpty;
  std::string text;
};

// What a code cell may hold, by dictionary: the code, the code without its leading zero (spreadsheets drop it), and the
// label; each leads to the code.
class CodeTable {
 public:
  void Add(const std::string& dictionary, const std::string& code, const std::string& label);

  using Entries = absl::flat_hash_map<std::string, std::string>;
  // Null if there is no such dictionary.
  const Entries* Find(absl::string_view dictionary) const;

 private:
  absl::flat_hash_map<std::string, Entries> entries_;
};

struct CellFault {
  v1::FindingReason reason;
  status::Metadata metadata;
};

// Reads `raw`, UTF-8, into `cell`. `codes` are the entries of the column's dictionary, null if it has none. A fault
// that is only a warning leaves the cell given. Faults of personal columns never repeat what was written.
std::optional<CellFault> ReadCell(const ImportColumn& column, const CodeTable::Entries* codes, absl::string_view raw,
                                  Cell* cell);

// Without white space at either end (ideographic spaces, too), and without the apostrophe that protects a cell from
// being taken for a formula.
absl::string_view TrimCell(absl::string_view raw);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_CELL_H_
