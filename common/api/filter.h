// Filters and sort orders of list methods: a subset of AIP-160 and AIP-132, turned into SQL with bound parameters.
//
//   area : "150526" AND (exit_flag = "0" OR member_count >= 5) AND NOT state = ARCHIVED
//
// A term is a field, one of = != < <= > >= :, and a value: "text" (with \" and \\ inside), a number, true, false, or
// the name of an enum value. Terms are joined by AND, OR, NOT (upper case) and parentheses. AND and OR side by side
// need parentheses: AIP-160 binds OR first and SQL binds AND first, and a filter must not mean two things.
//
// No caller's text reaches SQL: columns come from the caller's code, values are parameters. Error texts repeat names of
// fields only, never values. Pure and thread-safe.
#ifndef BANGFU_COMMON_API_FILTER_H_
#define BANGFU_COMMON_API_FILTER_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/api/validate.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::api {

inline constexpr int kMaximumFilterDepth = 16;
inline constexpr int kMaximumFilterTerms = 50;
inline constexpr size_t kMaximumSortKeys = 5;

enum class Comparison { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kHas };

struct FilterValue {
  enum class Kind { kText, kNumber, kBoolean, kName };
  Kind kind = Kind::kText;
  // Text without quotes and escapes; numbers, true, false and names as written.
  std::string text;
};

// A parsed filter: a term, or parts joined by a word.
struct Filter {
  enum class Kind {
    // The empty filter.
    kEverything,
    kAnd,
    kOr,
    // One part.
    kNot,
    // field comparison value.
    kTerm,
  };
  Kind kind = Kind::kEverything;
  std::vector<Filter> parts;
  std::string field;
  Comparison comparison = Comparison::kEqual;
  FilterValue value;
};

// INVALID_FILTER {detail} with the place of the fault, or if the limits above are passed.
absl::StatusOr<Filter> ParseFilter(absl::string_view text);

// Where a field is found in the database.
struct Column {
  enum Type {
    // Takes all comparisons; `:` means "begins with"; = "" means absent.
    kText,
    // Whole numbers of 64 and 32 bits; all comparisons but `:`.
    kBigint,
    kInteger,
    // "YYYY-MM-DD"; all comparisons but `:`; = "" means absent.
    kDate,
    // true or false; = and !=.
    kBoolean,
    // A column of numbers of `values`, compared by name; = and !=.
    kEnumeration,
    // A bigint column of 12-digit area codes; = and !=, and `:` means "the area and all in it" ("150526").
    kArea,
  };
  // An expression that may stand on the left of a comparison: "h.member_count".
  std::string sql;
  Type type = kText;
  // Of kEnumeration, never null.
  const google::protobuf::EnumDescriptor* values = nullptr;
  // What people call the field; see Labelled.
  std::string label = {};
  // Of which the field takes codes; empty if of none. See Labelled.
  std::string dictionary = {};
  // Of a field of another table, that table and how its row is found, a subquery to go on from by AND:
  // "household h WHERE h.id = t.household_id". Lists are not sorted by such a field.
  std::string elsewhere = {};
};

// Columns by proto field name: those that a caller may name, and no others.
using ColumnMap = std::map<std::string, Column>;

// The columns with the labels and the dictionaries that their fields have in `type`, where they have them.
ColumnMap Labelled(ColumnMap columns, const google::protobuf::Descriptor& type);

// INVALID_FILTER if a field is compared with a code that its dictionary does not have: nothing would be found, which
// would be taken for an answer. `codes` tells whether a dictionary has, or ever had, a code.
absl::Status CheckCodes(const Filter& filter, const ColumnMap& columns, const CodeLookup& codes);

struct SqlFilter {
  // A condition that can be joined to others by AND; "TRUE" for the empty filter.
  std::string sql;
  // Values of $first_parameter, $first_parameter+1, …, as PostgreSQL reads them from text.
  std::vector<std::string> params;
};

// INVALID_FILTER if a field is not in `columns` (fields are taken in lowerCamelCase, too), or a comparison or value
// does not fit its type. An absent value (NULL) differs from every value, and NOT is always the complement.
absl::StatusOr<SqlFilter> ToSql(const Filter& filter, const ColumnMap& columns, int first_parameter);

// One field to sort by.
struct SortKey {
  std::string field;
  Column column;
  bool descending = false;
};

// Reads "update_time desc, national_id". INVALID_FILTER for unknown or repeated fields, those of other tables, other
// words, or more than kMaximumSortKeys. Empty text gives none. The caller adds a unique last key of its own.
absl::StatusOr<std::vector<SortKey>> ParseOrderBy(absl::string_view text, const ColumnMap& columns);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_FILTER_H_
