// Rows of departments' lists (比对名单): the columns of each kind, and what a row says. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_ROW_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_ROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/match_hit.pb.h"
#include "bangfu/registration/v1/match_list.pb.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "services/registration/domain/csv_reader.h"

namespace bangfu::registration::domain {

// The columns of a kind; those without a label it does not have.
struct MatchSchema {
  v1::MatchList::Kind kind;
  const char* dictionary;  // of the item; empty if there is none
  const char* item_label;
  const char* value_label;
  const char* date_label;
  bool value_required;
  bool date_required;
};

// Aborts for a kind that is none.
const MatchSchema& SchemaOf(v1::MatchList::Kind kind);

inline constexpr absl::string_view kIdentityLabel = "身份证号";

// Code and label of each entry of the item's dictionary; each leads to the code.
using ItemCodes = absl::flat_hash_map<std::string, std::string>;

// What is wrong with a row. `detail` is a fault in words, and nothing of the row.
struct MatchFault {
  v1::MatchingReason reason;
  std::string column_label;
  std::string detail;
};

// One row as it is kept: the identity number in its one form, and what the row says.
struct TakenRow {
  int64_t number = 0;
  std::string id_number;  // empty if the row is wrong
  v1::MatchFact fact;
  std::vector<MatchFault> faults;
};

// Reads rows of one list.
class MatchRowReader {
 public:
  MatchRowReader(v1::MatchList::Kind kind, ItemCodes codes, std::string as_of)
      : schema_(SchemaOf(kind)), codes_(std::move(codes)), as_of_(std::move(as_of)) {}

  TakenRow Read(int64_t number, const v1::MatchRow& row) const;

 private:
  void ReadIdentity(absl::string_view text, TakenRow* row) const;
  void ReadItem(absl::string_view text, TakenRow* row) const;
  void ReadValue(absl::string_view text, TakenRow* row) const;
  void ReadDate(absl::string_view text, TakenRow* row) const;

  const MatchSchema& schema_;
  const ItemCodes codes_;
  const std::string as_of_;
};

// Where the columns of a kind stand in a file.
class MatchHeader {
 public:
  // MATCH_HEADER_UNKNOWN with the columns that are missing.
  static absl::StatusOr<MatchHeader> Read(v1::MatchList::Kind kind, const CsvRow& header);

  // The cells of a row that are the kind's; all others are left out unread.
  v1::MatchRow RowOf(const CsvRow& csv) const;

  const std::vector<std::string>& ignored_columns() const { return ignored_; }

 private:
  int identity_ = -1, item_ = -1, value_ = -1, date_ = -1;
  std::vector<std::string> ignored_;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_MATCH_ROW_H_
