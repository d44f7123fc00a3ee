// The four tables of an import (AC01, AB01, AC07, AC30) and their columns: derived once from the annotations of the
// messages, in the order of their fields. Thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TABLE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TABLE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/api/table_columns.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::registration::domain {

// Also the `kind` of record_version and the order in which files are checked and written.
enum class Table { kHousehold = 1, kMember = 2, kIncome = 3, kLiving = 4 };
inline constexpr std::array<Table, 4> kTables = {Table::kHousehold, Table::kMember, Table::kIncome, Table::kLiving};

// How a cell is read.
enum class CellKind {
  kText,
  kCode,
  kCodes,
  kDate,
  kNumber,
  kYear,
  kHundredths,
  kYesNo,
  kPhone,
  kAccount,
  kIdentity,
  kArea
};

struct ImportColumn {
  int index = 0;      // place in ImportTable.columns, and of its value in a row
  std::string name;   // AAC007
  std::string label;  // 主要致贫原因
  std::string field;  // main_cause: name of the message's field and of the database's column
  CellKind kind = CellKind::kText;
  std::string dictionary;
  bool required = false;  // in a row that makes a record
  bool compared = false;  // output only: a value in the file is compared, never written
  bool sealed = false;
  bool personal = false;  // sealed, personal or health: never repeated in a finding
  bool nullable = false;  // an absent value is NULL; else the empty text or 0
  int max_length = 0;     // characters
  int64_t min = 0;        // of numbers, in the unit that is stored; no bound if both are 0
  int64_t max = 0;
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
};

struct ImportTable {
  Table table;
  std::string name;     // AC01
  std::string storage;  // household: the database's table
  const google::protobuf::Descriptor* type;
  std::vector<ImportColumn> columns;
  absl::flat_hash_map<std::string, int> indexes;  // by field

  // The column of a message's field. The field must have one.
  const ImportColumn& Column(absl::string_view field) const { return columns[Index(field)]; }
  int Index(absl::string_view field) const;
};

const ImportTable& TableOf(Table table);

// By name, AC01. Null if there is none.
const ImportTable* FindTable(absl::string_view name);

// Name and label of the column that says which household a row of AB01, AC07 or AC30 belongs to.
inline constexpr absl::string_view kHouseholdColumn = "AAC001";
inline constexpr absl::string_view kHouseholdLabel = "户编号";

// The place of the household's key among the cells of a file, beside the indexes of ImportTable.columns.
inline constexpr int kHouseholdKey = -1;
inline constexpr int kIgnored = -2;
// Nothing stands above these cells: a row that has something there is not a row of this header.
inline constexpr int kNameless = -3;

// What the header row of a file says.
struct HeaderPlan {
  const ImportTable* table = nullptr;
  std::vector<int> columns;                  // by cell: index of a column, kHouseholdKey, kIgnored or kNameless
  std::vector<std::string> ignored_columns;  // headers that mean nothing or repeat a column
};

// Tells the table from a header: the one of whose columns the header has most. IMPORT_HEADER_UNKNOWN when none has
// three of them, IMPORT_COLUMNS_MISSING with all columns without which no row can be read.
absl::StatusOr<HeaderPlan> ReadHeader(const std::vector<std::string>& header);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_TABLE_H_
