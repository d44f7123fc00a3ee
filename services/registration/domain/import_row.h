// Rows of an import: read cell by cell, then merged with what is registered and judged by the rules of a single row.
// Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_ROW_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_ROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "services/registration/domain/csv_reader.h"
#include "services/registration/domain/import_cell.h"
#include "services/registration/domain/import_finding.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

// The least a row needs to be shown for: beyond it, further findings about the row are left out.
inline constexpr size_t kMostFindingsPerRow = 20;

// A row as the file has it.
struct ImportRow {
  int64_t number = 0;
  std::string household_key;  // AAC001
  std::vector<Cell> cells;    // by ImportColumn.index
  std::vector<Finding> findings;
  std::vector<int> blanks;  // required columns that the file has and the row leaves empty
  bool unreadable = false;  // the cells are not to be trusted
  bool wrong = false;       // has a finding that is an error

  void Add(std::string column, v1::FindingReason reason, status::Metadata metadata = {});
};

// What rows are judged by beside themselves.
struct RowContext {
  const CodeTable* codes = nullptr;
  int64_t area = 0;                                        // of the import
  const absl::flat_hash_set<int64_t>* villages = nullptr;  // valid ones in it
  absl::CivilDay as_of;                                    // the day that the rows describe
};

// Reads the rows of one file.
class RowReader {
 public:
  RowReader(HeaderPlan plan, const RowContext& context);

  const ImportTable& table() const { return *plan_.table; }
  void Read(const CsvRow& csv, ImportRow* row) const;

 private:
  void ReadHouseholdKey(absl::string_view raw, ImportRow* row) const;
  bool HasSurplus(const CsvRow& csv) const;
  void ReadCellOf(int index, absl::string_view raw, ImportRow* row) const;
  void JudgeLength(size_t cells, ImportRow* row) const;

  const HeaderPlan plan_;
  const RowContext context_;
  const int national_id_;
  std::vector<const CodeTable::Entries*> codes_;  // by column
};

// A column's value in the database's text form; sealed ones in clear.
struct Value {
  bool null = true;
  std::string text;

  friend bool operator==(const Value&, const Value&) = default;
};

// The value of a column that is not given.
Value AbsentValue(const ImportColumn& column);

enum class Verdict { kNew = 1, kChanged = 2, kUnchanged = 3, kWrong = 4 };

struct Decision {
  Verdict verdict = Verdict::kWrong;
  std::vector<Value>
      values;                // by ImportColumn.index; none if unreadable; compared columns but net income as registered
  std::vector<int> changed;  // indexes of the columns that change
};

// What the row makes of the registered record (null if it makes a new one). Adds what the rules of a single row find.
Decision Decide(const ImportTable& table, const RowContext& context, const std::vector<Value>* registered,
                ImportRow* row);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_ROW_H_
